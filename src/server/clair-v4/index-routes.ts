import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { clairIndexReport, failedIndexReport, INDEX_ERROR } from '../../report/clair-v4/reports.ts';
import { notFound } from '../api/problem.ts';
import type { ApiApp } from '../api/zod-app.ts';
import type { ClairV4Context } from './clair-v4-context.ts';
import { indexerState } from './indexer-state.ts';
import { Digest, layersOf, Manifest } from './manifest.ts';
import type { KnownManifest } from './manifests.ts';
import { CLAIR_V4 } from './paths.ts';
import { isKnown, refuseMethod, sendDocument, typeFor } from './send.ts';

const INDEX_REPORT = 'application/vnd.clair.index_report.v1+json';
const INDEX_STATE = 'application/vnd.clair.index_state.v1+json';
const BULK_DELETE = 'application/vnd.clair.bulk_delete.v1+json';

const REPORTS = `${CLAIR_V4.indexer}/index_report`;

const MiB = 1024 * 1024;
/** Hundreds of layers, each with a signed address and a token. */
const MANIFEST_LIMIT = 4 * MiB;
/** Digests of one request: as many as fit into a body of the usual size. */
const MOST_DELETED = 10_000;

/** Manifests are read for the client that submits them, and kept (OpenAPI 1.2.0, tag `indexer`). */
export function registerIndexer(app: ApiApp, context: ClairV4Context): void {
  const { manifests } = context;
  let made: string | undefined;
  // Made when somebody asks: the document of the API is made without ecosystems.
  const stateNow = (): string => (made ??= indexerState(context.version, context.ecosystems));
  const validatorNow = (): string => `"${stateNow()}"`;
  const params = z.object({ digest: Digest });

  app.post(
    REPORTS,
    { config: { scope: 'scan' }, bodyLimit: MANIFEST_LIMIT, schema: { hide: true, body: Manifest } },
    async (request, reply) => {
      const { hash } = request.body;
      const type = typeFor(request, INDEX_REPORT);
      const place = `${REPORTS}/${hash}`;
      reply.header('Link', [
        `<${place}>; rel="https://projectquay.io/clair/v1/index_report"`,
        `<${CLAIR_V4.matcher}/vulnerability_report/${hash}>; rel="https://projectquay.io/clair/v1/vulnerability_report"`,
      ]);
      if (isKnown(request, validatorNow())) return await reply.code(412).send();
      const layers = layersOf(request.body, context.layerHosts());
      const known = await manifests.index(hash, layers, whileListening(reply));
      if (known === undefined) throw new Error('the manifest was not read: the service stops, or it was removed');
      // Clair says so with an error, too; what it keeps of the manifest tells the reason to whoever asks later.
      if (known.image.state === 'failed') {
        reply.removeHeader('Link');
        throw new IndexFailure(known.image.failure);
      }
      reply.header('ETag', validatorNow()).header('Location', place);
      return await sendDocument(reply.code(201), type, indexReport(hash, known));
    },
  );

  app.delete(
    REPORTS,
    { config: { scope: 'scan' }, schema: { hide: true, body: z.array(Digest).max(MOST_DELETED) } },
    async (request, reply) => {
      const type = typeFor(request, BULK_DELETE);
      const removed: string[] = [];
      for (const hash of new Set(request.body)) if (await manifests.remove(hash)) removed.push(hash);
      return await sendDocument(reply, type, removed);
    },
  );

  app.get(
    `${REPORTS}/:digest`,
    { config: { scope: 'read' }, schema: { hide: true, params } },
    async (request, reply) => {
      const { digest } = request.params;
      const type = typeFor(request, INDEX_REPORT);
      if (isKnown(request, validatorNow())) return await reply.code(304).send();
      const known = await manifests.find(digest);
      if (known === undefined) throw notFound('index report of this manifest');
      return await sendDocument(reply.header('ETag', validatorNow()), type, indexReport(digest, known));
    },
  );

  app.delete(
    `${REPORTS}/:digest`,
    { config: { scope: 'scan' }, schema: { hide: true, params } },
    async (request, reply) => {
      await manifests.remove(request.params.digest);
      return await reply.code(204).send();
    },
  );

  app.get(
    `${CLAIR_V4.indexer}/index_state`,
    { config: { scope: 'read' }, schema: { hide: true } },
    async (request, reply) => {
      const type = typeFor(request, INDEX_STATE);
      reply.header('ETag', validatorNow());
      if (isKnown(request, validatorNow())) return await reply.code(304).send();
      return await sendDocument(reply, type, { state: stateNow() });
    },
  );

  refuseMethod(app, REPORTS, ['GET', 'PUT', 'PATCH']);
  refuseMethod(app, `${REPORTS}/:digest`, ['POST', 'PUT', 'PATCH']);
  refuseMethod(app, `${CLAIR_V4.indexer}/index_state`, ['POST', 'PUT', 'PATCH', 'DELETE']);
}

/** The layers of a manifest could not be read; the message says why. */
export class IndexFailure extends Error {
  override readonly name = 'IndexFailure';

  constructor(why: string | undefined) {
    super(`failed to start scan: ${why ?? 'nothing is known of the reason'}`);
  }
}

/** Where an image is, in the words of Clair's indexer. */
const steps = { queued: 'CheckManifest', scanning: 'ScanLayers', failed: INDEX_ERROR, done: INDEX_ERROR } as const;

function indexReport(hash: string, { image, document }: KnownManifest) {
  if (document !== undefined) return clairIndexReport(document, hash);
  return failedIndexReport(hash, steps[image.state], image.failure ?? '');
}

/** Fires when the client goes away. */
function whileListening(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
