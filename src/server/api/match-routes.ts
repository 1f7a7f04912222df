import { z } from 'zod';
import type { LayerInfo } from '../../model/image.ts';
import {
  AdvisoriesSchema,
  DistributionSchema,
  FindingSchema,
  PackageSchema,
  ProblemSchema,
} from '../../report/schema.ts';
import { judgeNow } from '../live-judgement.ts';
import type { ApiApp } from './api-app.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';

const MiB = 1024 * 1024;
const MOST_PACKAGES = 200_000;

export const Inventory = z
  .object({
    distribution: DistributionSchema.optional(),
    layers: z
      .array(
        z.object({
          index: z.int().min(0),
          digest: z.string().optional(),
          diffId: z.string().optional(),
          size: z.number().min(0).default(0),
          instruction: z.string().optional(),
          historyIndex: z.int().min(0).optional(),
        }),
      )
      .max(10_000)
      .default([])
      .describe('Base first; findings name them.'),
    packages: z.array(PackageSchema).max(MOST_PACKAGES),
  })
  .meta({
    id: 'Inventory',
    examples: [
      {
        distribution: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
        layers: [{ index: 0 }],
        packages: [
          {
            name: 'bash',
            version: '5.2.15-2+b2',
            type: 'deb',
            purl: 'pkg:deb/debian/bash@5.2.15-2%2Bb2?distro=debian-12',
            source: { name: 'bash', version: '5.2.15-2' },
            licences: [],
            distribution: 'debian:12',
            layer: { index: 0 },
            locations: ['var/lib/dpkg/status'],
            presence: 'present',
          },
        ],
      },
    ],
  });

export const Matched = z
  .object({
    findings: z.array(FindingSchema).readonly(),
    problems: z.array(ProblemSchema).readonly().describe('What could not be judged.'),
    advisories: AdvisoriesSchema,
  })
  .meta({ id: 'Matched', examples: [{ findings: [], problems: [], advisories: { feeds: [], starter: false } }] });

/** Packages that somebody else has read: what `drydock scan --server` sends. */
export function registerMatch(app: ApiApp, context: ApiContext): void {
  app.post(
    '/api/match',
    {
      config: { scope: 'scan' },
      bodyLimit: 64 * MiB,
      schema: {
        ...describeRoute({
          id: 'matchPackages',
          summary: 'Judge packages',
          description:
            'Judges packages by the advisories of the service, and keeps nothing of them. `drydock scan --server` sends what it read here, and makes the report from the answer.',
          tag: 'matching',
          scope: 'scan',
          answers: { 200: ['What is wrong with them.', Matched] },
          problems: { 413: 'The body has more than 64 MiB.', 415: 'The body is no JSON.' },
        }),
        body: Inventory,
      },
    },
    async ({ body }, reply) => {
      const { distribution, packages } = body;
      const { findings, problems, advisories } = await judgeNow(
        {
          ...(distribution !== undefined && { distribution }),
          packages,
          image: { layers: body.layers as readonly LayerInfo[] },
        },
        { store: context.store, ecosystems: context.ecosystems, now: new Date(context.clock.now()) },
      );
      const { feeds, ...status } = advisories;
      const shown = { ...status, feeds: feeds.map(({ failure: _, ...feed }) => feed) };
      // Written as it is: a check of each member would cost more than the judging.
      return await reply
        .header('Content-Type', 'application/json; charset=utf-8')
        .send(JSON.stringify({ findings, problems, advisories: shown }) as never);
    },
  );
}
