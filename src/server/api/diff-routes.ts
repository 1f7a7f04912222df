import { z } from 'zod';
import { causes, changeKinds, diffReports } from '../../diff/report-diff.ts';
import { FindingSchema } from '../../report/schema.ts';
import { liveReport } from '../live-judgement.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { documentOf } from './inventory-routes.ts';
import { id, text } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

const Side = z.object({
  reference: z.string(),
  digest: z.string().exactOptional(),
  createdAt: z.string(),
  advisories: z.object({
    generation: z.number().exactOptional(),
    builtAt: z.string().exactOptional(),
    starter: z.boolean(),
  }),
  findings: z.number(),
  complete: z.boolean().describe('False: what is missing there proves nothing.'),
});

function side(reference: string, findings: number): z.infer<typeof Side> {
  const advisories = { generation: 12, builtAt: '2026-08-20T10:00:00Z', starter: false };
  return { reference, createdAt: '2026-08-21T12:00:00Z', advisories, findings, complete: true };
}

const versions = z.array(z.string()).readonly();

const ImageDiff = z
  .object({
    schemaVersion: z.literal(1),
    before: Side,
    after: Side,
    sameImage: z.boolean(),
    packages: z
      .array(
        z.object({
          name: z.string(),
          type: z.string(),
          arch: z.string().exactOptional(),
          before: versions,
          after: versions,
        }),
      )
      .readonly(),
    findings: z
      .array(
        z.object({
          change: z.enum(changeKinds),
          cause: z.enum(causes),
          evidence: z.string(),
          before: FindingSchema.exactOptional(),
          after: FindingSchema.exactOptional(),
        }),
      )
      .readonly(),
    unchanged: z.number(),
  })
  .meta({
    id: 'ImageDiff',
    examples: [
      {
        schemaVersion: 1,
        before: side('app:1.0', 1),
        after: side('app:1.1', 0),
        sameImage: false,
        packages: [{ name: 'openssl', type: 'deb', arch: 'amd64', before: ['3.0.9-1'], after: ['3.0.13-1'] }],
        findings: [],
        unchanged: 0,
      },
    ],
  });

/** What differs between two images that were scanned. */
export function registerDiff(app: ApiApp, context: ApiContext): void {
  app.get(
    '/api/images/:id/diff',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'compareImages',
          summary: 'Compare an image with an earlier one',
          description:
            'What came, went and changed since the image of `since`, as `drydock diff -f json` writes it (docs/diff.md). Both are judged by what is known at this moment, so that every difference is one of the images.',
          tag: 'images',
          scope: 'read',
          answers: { 200: ['What differs.', ImageDiff] },
          problems: { 404: 'There is no such image.', 409: 'One of the images is not scanned yet, or could not be.' },
        }),
        params: z.object({ id }),
        querystring: z.object({ since: text(100).describe('Id of the image that was before.') }),
      },
    },
    async ({ params, query }) => {
      const { store, ecosystems, clock } = context;
      const now = new Date(clock.now());
      const [before, after] = await Promise.all(
        [query.since, params.id].map(async (image) =>
          liveReport(await documentOf(context, image), { store, ecosystems, now }),
        ),
      );
      // By the same advisories: what the packages of before have is what was found in them.
      return diffReports(before!, after!, before!.findings);
    },
  );
}
