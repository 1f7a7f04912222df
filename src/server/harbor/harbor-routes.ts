import type { FastifyError, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ApiContext } from '../api/api-context.ts';
import { documentOf } from '../api/inventory-routes.ts';
import { explain } from '../api/problem-of-error.ts';
import { text } from '../api/schemas.ts';
import type { ApiApp } from '../api/zod-app.ts';
import { HARBOR_PATH } from '../front.ts';
import { liveReport } from '../live-judgement.ts';
import { checkRegistry } from '../submitted-reference.ts';
import { oldestData, readUpdaterState } from '../updater-state.ts';
import { HARBOR_REPORT, type HarborReportType, harborReport, SECURITY_REPORT, scannerOf } from './harbor-report.ts';
import { sourceOf } from './harbor-request.ts';

/* The pluggable scanner API of Harbor, 1.2 (goharbor/pluggable-scanner-spec). */

const METADATA = 'application/vnd.scanner.adapter.metadata+json; version=1.1';
const RESPONSE = 'application/vnd.scanner.adapter.scan.response+json; version=1.0';
const ERROR = 'application/vnd.scanner.adapter.error+json; version=1.0';

/** Seconds after which Harbor asks again for a report. */
const REFRESH_AFTER = 5;

const consumes = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];

const ScanRequest = z.object({
  registry: z.object({ url: text(2048), authorization: z.string().max(65_536).optional() }),
  artifact: z.object({
    repository: text(255),
    digest: text(255),
    tag: z.string().max(255).optional(),
    mime_type: z.string().max(255).optional(),
  }),
  enabled_capabilities: z
    .array(z.object({ type: z.string() }))
    .max(100)
    .optional(),
});

/** Harbor asks this service to scan what it keeps. */
export function registerHarbor(app: ApiApp, context: ApiContext): void {
  app.addContentTypeParser(
    /^application\/[\w.-]+\+json/,
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const { status, detail } = explain(error, request, context);
    // What could not be understood is told from what says something impossible.
    const isField = hasZodFastifySchemaValidationErrors(error) || error.code === 'usage.option';
    return await sendError(reply, isField ? 422 : status, detail);
  });

  app.get(`${HARBOR_PATH}/metadata`, { config: { scope: 'read' }, schema: { hide: true } }, async (_, reply) => {
    const state = await readUpdaterState(context.store.values);
    const updated = state && oldestData(state);
    return await sendAs(reply, METADATA, {
      scanner: scannerOf(context.version),
      capabilities: [
        {
          type: 'vulnerability',
          consumes_mime_types: consumes,
          produces_mime_types: [SECURITY_REPORT, HARBOR_REPORT],
        },
      ],
      properties: {
        'harbor.scanner-adapter/scanner-type': 'os-package-vulnerability',
        ...(updated !== undefined && { 'harbor.scanner-adapter/vulnerability-database-updated-at': updated }),
      },
    });
  });

  app.post(
    `${HARBOR_PATH}/scan`,
    { config: { scope: 'scan' }, schema: { hide: true, body: ScanRequest } },
    async ({ body }, reply) => {
      const asked = body.enabled_capabilities?.map(({ type }) => type);
      if (asked !== undefined && !asked.includes('vulnerability')) {
        return await sendError(reply, 501, `Only vulnerabilities are reported yet, not ${asked.join(', ')}.`);
      }
      const source = sourceOf(body, context.registryHosts());
      checkRegistry(source.reference.slice(0, source.reference.indexOf('/')), context.registryHosts());
      const image = await context.scans.submitHere(source.reference, source);
      return await sendAs(reply.code(202), RESPONSE, { id: image.id });
    },
  );

  app.get(
    `${HARBOR_PATH}/scan/:id/report`,
    { config: { scope: 'read' }, schema: { hide: true, params: z.object({ id: text(64) }) } },
    async (request, reply) => {
      const type = typeOf(request.headers.accept);
      if (type === undefined) {
        return await sendError(reply, 501, `Reports are of the types ${SECURITY_REPORT} and ${HARBOR_REPORT}.`);
      }
      const image = await context.store.images.find(request.params.id);
      if (image === undefined) return await sendError(reply, 404, 'There is no such scan.');
      if (image.state === 'failed') return await sendError(reply, 500, image.failure ?? 'The image cannot be scanned.');
      if (image.state !== 'done') {
        const again = `${HARBOR_PATH}/scan/${image.id}/report`;
        return await reply.code(302).header('Refresh-After', String(REFRESH_AFTER)).header('Location', again).send();
      }
      const now = new Date(context.clock.now());
      const report = await liveReport(await documentOf(context, image.id), {
        store: context.store,
        ecosystems: context.ecosystems,
        now,
      });
      return await sendAs(reply, type, harborReport(report, type, context.version, now));
    },
  );
}

/** The first type of the header that can be had; undefined: none. */
function typeOf(accept: string | undefined): HarborReportType | undefined {
  if (accept === undefined || accept.trim() === '') return SECURITY_REPORT;
  for (const entry of accept.split(',')) {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const version = parameters
      .find((parameter) => parameter.startsWith('version='))
      ?.replace(/^version="?([^"]*)"?$/, '$1');
    if (type === '*/*' || type === 'application/*') return SECURITY_REPORT;
    for (const known of [SECURITY_REPORT, HARBOR_REPORT] as const) {
      const [name, own] = known.split('; version=');
      if (type === name && (version === undefined || version === own)) return known;
    }
  }
  return undefined;
}

async function sendAs(reply: FastifyReply, type: string, body: object): Promise<FastifyReply> {
  // Of a text Fastify would say its character set, too, and Harbor compares types as a whole.
  return await reply.header('Content-Type', type).send(Buffer.from(`${JSON.stringify(body)}\n`));
}

async function sendError(reply: FastifyReply, status: number, message: string): Promise<FastifyReply> {
  if (!reply.request.raw.complete) reply.header('Connection', 'close');
  return await sendAs(reply.code(status), ERROR, { error: { message } });
}
