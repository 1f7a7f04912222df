import type { FastifyError } from 'fastify';
import type { ApiContext } from '../api/api-context.ts';
import { explain } from '../api/problem-of-error.ts';
import type { ApiApp } from '../api/zod-app.ts';
import { IndexFailure, registerIndexer } from './index-routes.ts';
import { Manifests } from './manifests.ts';
import { registerMatcher } from './match-routes.ts';
import { registerNotifier } from './notify-routes.ts';
import { sendClairError } from './send.ts';

/** The API of Clair v4 (its published OpenAPI, 1.2.0), as far as clients of its services use it. */
export function registerClairV4(app: ApiApp, context: ApiContext): void {
  // Clients name all kinds of types, or none, and send JSON.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'));
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error instanceof IndexFailure) return await sendClairError(reply, 500, error.message);
    const { status, detail, code } = explain(error, request, context);
    if (code === 'service.busy' || code === 'store.unavailable') reply.header('Retry-After', '10');
    return await sendClairError(reply, status, detail);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { url = '', method } = request.routeOptions;
    const route = `${String(method)} ${url}`;
    context.observeResponse?.(route, String(reply.statusCode), reply.elapsedTime);
  });
  const own = { ...context, manifests: new Manifests(context) };
  registerIndexer(app, own);
  registerMatcher(app, own);
  registerNotifier(app, own);
}
