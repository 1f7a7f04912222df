import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DrydockError, UsageError } from '../../errors.ts';
import type { Report } from '../../model/report.ts';
import { json } from '../../report/json.ts';
import { PackageSchema, ReportSchema } from '../../report/schema.ts';
import type { ImageFinding } from '../../store/image-shelf.ts';
import { liveReport } from '../live-judgement.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { ImagePage } from './image-routes.ts';
import { submittedImage } from './image-schema.ts';
import { notFound } from './problem.ts';
import {
  cursor,
  id,
  limit,
  next,
  SeverityName,
  StoredPackage,
  severityOf,
  severityWords,
  storedPackage,
  storedSeveritiesOf,
  text,
} from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

export const StoredFinding = z
  .object({
    package: StoredPackage,
    id: z.string().describe('`CVE-2024-1234`.'),
    namespace: z.string().describe('Of the record that decided.'),
    severity: SeverityName,
    description: z.string(),
    link: z.string(),
    fixedVersion: z.string().optional().describe('Absent: there is none yet.'),
  })
  .meta({
    id: 'StoredFinding',
    examples: [
      {
        package: { namespace: 'debian:12', name: 'libssl3', version: '3.0.9-1' },
        id: 'CVE-2024-0727',
        namespace: 'debian:12',
        severity: 'medium',
        description: 'A PKCS12 file can lead to a NULL dereference.',
        link: 'https://security-tracker.debian.org/tracker/CVE-2024-0727',
        fixedVersion: '3.0.13-1~deb12u1',
      },
    ],
  });

const FindingPage = z
  .object({ findings: z.array(StoredFinding), next })
  .meta({ id: 'FindingPage', examples: [{ findings: [] }] });
const PackagePage = z
  .object({ packages: z.array(PackageSchema).readonly(), next })
  .meta({ id: 'PackagePage', examples: [{ packages: [] }] });

const notScanned = 'The image is not scanned yet, or could not be.';

/** What is in an image. */
export function registerInventory(app: ApiApp, context: ApiContext): void {
  app.get(
    '/api/images/:id/report',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getReport',
          summary: 'Get the report of an image',
          description:
            'What `drydock scan -f json` writes (docs/report.md), with the vulnerabilities that are known at this moment: the image is not read again.',
          tag: 'images',
          scope: 'read',
          answers: { 200: ['The report.', ReportSchema], 304: 'It is the one that `If-None-Match` names.' },
          problems: { 404: 'There is no such image.', 409: notScanned },
        }),
        params: z.object({ id }),
        headers: z.object({ 'if-none-match': z.string().max(1000).optional() }),
      },
    },
    async ({ params, headers }, reply) => {
      const report = await liveReport(await documentOf(context, params.id), {
        store: context.store,
        ecosystems: context.ecosystems,
        now: new Date(context.clock.now()),
      });
      const body = json.render([report], { width: 0, colour: false });
      const tag = `"${createHash('sha256').update(body).digest('base64url')}"`;
      reply.header('ETag', tag).header('Cache-Control', 'private, no-cache');
      const known = headers['if-none-match'] ?? '';
      if (known.trim() === '*' || known.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)) {
        return await reply.code(304).send();
      }
      return await reply.header('Content-Type', 'application/json; charset=utf-8').send(body as never);
    },
  );

  app.get(
    '/api/images/:id/packages',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listPackages',
          summary: 'List the packages of an image',
          description: 'As in its report: by type, name and version.',
          tag: 'images',
          scope: 'read',
          answers: { 200: ['A page of packages.', PackagePage] },
          problems: { 404: 'There is no such image.', 409: notScanned },
        }),
        params: z.object({ id }),
        querystring: z.object({
          name: text(255).optional().describe('Of the package or its source.'),
          type: text(64).optional().describe('purl type: `deb`, `npm`.'),
          layer: z.coerce.number().int().min(0).optional().describe('Only what this layer brought.'),
          limit,
          cursor,
        }),
      },
    },
    async ({ params, query }) => {
      const { packages } = await documentOf(context, params.id);
      const { name, type, layer } = query;
      const wanted = packages.filter(
        (pkg) =>
          (name === undefined || pkg.name === name || pkg.source?.name === name) &&
          (type === undefined || pkg.type === type) &&
          (layer === undefined || pkg.layer.index === layer),
      );
      const from = query.cursor === undefined ? 0 : offsetOf(query.cursor);
      const end = from + query.limit;
      return { packages: wanted.slice(from, end), ...(end < wanted.length && { next: cursorAt(end) }) };
    },
  );

  app.get(
    '/api/images/:id/findings',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listFindings',
          summary: 'List the vulnerabilities of an image',
          description: 'Those that are known at this moment: the gravest first, then by name.',
          tag: 'images',
          scope: 'read',
          answers: { 200: ['A page of findings.', FindingPage] },
          problems: { 404: 'There is no such image.', 409: notScanned },
        }),
        params: z.object({ id }),
        querystring: z.object({
          severity: severityWords,
          fixable: z.enum(['true', 'false']).optional(),
          package: text(255).optional().describe('Name of a package or its source.'),
          vulnerability: text(255).optional(),
          limit,
          cursor,
        }),
      },
    },
    async ({ params, query }) => {
      await scannedImageOf(context, params.id);
      const { severity, fixable, package: name, vulnerability, cursor: after } = query;
      const page = await context.store.images.findings(params.id, {
        limit: query.limit,
        ...(severity !== undefined && { severities: storedSeveritiesOf(severity) }),
        ...(fixable !== undefined && { fixable: fixable === 'true' }),
        ...(name !== undefined && { package: name }),
        ...(vulnerability !== undefined && { vulnerability }),
        ...(after !== undefined && { after }),
      });
      return { findings: page.findings.map(storedFinding), ...(page.next !== undefined && { next: page.next }) };
    },
  );

  app.get(
    '/api/layers/:digest/images',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listImagesWithLayer',
          summary: 'List the images that have a layer',
          description: 'The newest first.',
          tag: 'images',
          scope: 'read',
          answers: { 200: ['The images.', ImagePage] },
        }),
        params: z.object({ digest: text(255).describe('`sha256:` and 64 digits, as an image lists it.') }),
        querystring: z.object({ limit }),
      },
    },
    async ({ params, query }) => {
      const images = await context.store.images.withLayer(params.digest, query.limit);
      return { images: images.map(submittedImage) };
    },
  );
}

/** @throws DrydockError `service.not-found`, `service.not-scanned` */
async function scannedImageOf({ store }: ApiContext, image: string): Promise<void> {
  const found = await store.images.find(image);
  if (found === undefined) throw notFound('image of this id');
  if (found.state === 'done') return;
  const words =
    found.state === 'failed' ? `The image could not be scanned: ${found.failure}` : 'The image is not scanned yet.';
  throw new DrydockError('service.not-scanned', words);
}

/** The report of a scan, without vulnerabilities. */
export async function documentOf(context: Pick<ApiContext, 'store'>, image: string): Promise<Report> {
  await scannedImageOf(context as ApiContext, image);
  const document = await context.store.images.document(image);
  if (document === undefined) throw notFound('image of this id');
  return JSON.parse(document) as Report;
}

function storedFinding({ vulnerability, ...pkg }: ImageFinding): z.infer<typeof StoredFinding> {
  const { namespace, name, description, link, severity, fixedBy } = vulnerability;
  return {
    package: storedPackage(pkg),
    id: name,
    namespace,
    severity: severityOf[severity],
    description,
    link,
    ...(fixedBy !== undefined && { fixedVersion: fixedBy }),
  };
}

function cursorAt(offset: number): string {
  return Buffer.from(String(offset)).toString('base64url');
}

function offsetOf(given: string): number {
  const digits = Buffer.from(given, 'base64url').toString('latin1');
  if (!/^\d{1,9}$/.test(digits)) throw new UsageError('usage.option', `No page ended with ${JSON.stringify(given)}.`);
  return Number(digits);
}
