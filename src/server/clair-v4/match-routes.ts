import { createHash } from 'node:crypto';
import { z } from 'zod';
import { clairVulnerabilityReport } from '../../report/clair-v4/reports.ts';
import { notFound } from '../api/problem.ts';
import type { ApiApp } from '../api/zod-app.ts';
import { liveReport } from '../live-judgement.ts';
import { readUpdaterState, type UpdatedFeed } from '../updater-state.ts';
import type { ClairV4Context } from './clair-v4-context.ts';
import { Digest } from './manifest.ts';
import { CLAIR_V4 } from './paths.ts';
import { isKnown, refuseMethod, sendDocument, typeFor } from './send.ts';

const VULNERABILITY_REPORT = 'application/vnd.clair.vulnerability_report.v1+json';
const UPDATE_OPERATIONS = 'application/vnd.clair.update_operations.v1+json';

/** What is wrong with manifests, by the advisories of this moment (OpenAPI 1.2.0, tag `matcher`). */
export function registerMatcher(app: ApiApp, context: ClairV4Context): void {
  const { manifests, store, ecosystems, clock } = context;
  const report = `${CLAIR_V4.matcher}/vulnerability_report/:digest`;

  app.get(
    report,
    { config: { scope: 'read' }, schema: { hide: true, params: z.object({ digest: Digest }) } },
    async (request, reply) => {
      const { digest } = request.params;
      const type = typeFor(request, VULNERABILITY_REPORT);
      // As Clair: not one vulnerability is known yet, and an empty report would be believed.
      if ((await store.advisories.generation()) === 0) return await reply.code(202).send();
      const document = (await manifests.find(digest))?.document;
      if (document === undefined) throw notFound('index report of this manifest');
      const now = new Date(clock.now());
      const live = await liveReport(document, { store, ecosystems, now });
      return await sendDocument(reply, type, clairVulnerabilityReport(live, digest));
    },
  );
  refuseMethod(app, report, ['POST', 'PUT', 'PATCH', 'DELETE']);

  const operations = `${CLAIR_V4.matcher}/internal/update_operation`;
  const querystring = z.object({
    kind: z.enum(['', 'vulnerability', 'enrichment']).optional(),
    // Every updater is listed with its last operation alone: older ones are not kept.
    latest: z.string().max(16).optional(),
  });
  app.get(operations, { config: { scope: 'read' }, schema: { hide: true, querystring } }, async (request, reply) => {
    const type = typeFor(request, UPDATE_OPERATIONS);
    const kind = request.query.kind === 'enrichment' ? 'enrichment' : 'vulnerability';
    const feeds = (await readUpdaterState(store.values))?.feeds ?? [];
    const listed = feeds.flatMap((feed) => operationOf(feed, kind)).toSorted((a, b) => (a.date < b.date ? 1 : -1));
    const [last] = listed;
    if (last !== undefined) {
      const validator = `"${last.ref}"`;
      if (isKnown(request, validator)) return await reply.code(304).send();
      reply.header('ETag', validator);
    }
    return await sendDocument(reply, type, Object.fromEntries(listed.map((one) => [one.updater, [one]])));
  });
  refuseMethod(app, operations, ['POST', 'PUT', 'PATCH', 'DELETE']);
}

/** The last update of a feed as an operation; none of one that was never read. */
function operationOf(
  { name, updatedAt, records, enriches = false }: UpdatedFeed,
  kind: 'enrichment' | 'vulnerability',
) {
  if (updatedAt === undefined || enriches !== (kind === 'enrichment')) return [];
  const digest = createHash('sha256')
    .update(JSON.stringify([name, updatedAt, records]))
    .digest('hex');
  return [{ ref: uuidOf(digest), updater: name, fingerprint: digest, date: updatedAt, kind }];
}

/** A UUID of the version for forms of one's own (RFC 9562 section 5.8). */
function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
