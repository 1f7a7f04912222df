import swagger from '@fastify/swagger';
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { DrydockError } from '../../errors.ts';
import { allows } from '../access.ts';
import { isClairV4 } from '../clair-v4/paths.ts';
import { registerClairV4 } from '../clair-v4/register.ts';
import { sendClairError } from '../clair-v4/send.ts';
import { registerHarbor } from '../harbor/harbor-routes.ts';
import { registerImageContainers } from '../map/image-containers-route.ts';
import { registerMapReports } from '../map/map-report-routes.ts';
import { registerMap } from '../map/map-routes.ts';
import { registerSession } from '../session/session-routes.ts';
import { registerAbout } from './about-routes.ts';
import type { ApiContext } from './api-context.ts';
import { limitBodyTime } from './body-time.ts';
import { registerDiff } from './diff-routes.ts';
import { registerEvents } from './event-routes.ts';
import { registerFeeds } from './feed-routes.ts';
import { registerFleet } from './fleet-routes.ts';
import { registerImages } from './image-routes.ts';
import { registerInventory } from './inventory-routes.ts';
import { registerJobs } from './job-routes.ts';
import { registerMatch } from './match-routes.ts';
import { registerNotifications } from './notification-routes.ts';
import { registerObservations } from './observation-routes.ts';
import { problemOf, sendProblem } from './problem.ts';
import { explain } from './problem-of-error.ts';
import { registerRules } from './rule-routes.ts';
import { registerServiceEvents } from './service-event-routes.ts';
import { registerSettings } from './settings-routes.ts';
import { registerUpload } from './upload-routes.ts';
import { registerVulnerabilities } from './vulnerability-routes.ts';
import { registerWebhooks } from './webhook-routes.ts';
import type { ApiApp } from './zod-app.ts';

const MiB = 1024 * 1024;

/** Bodies of JSON; routes that take more say so. */
const BODY_LIMIT = MiB;

const zodToJsonConfig = {
  override: ({ jsonSchema }: { jsonSchema: { readOnly?: boolean } }) => {
    // Lists are read-only in TypeScript; in OpenAPI the word would mean that nobody may send them.
    delete jsonSchema.readOnly;
  },
};

/** Makes the own API, that for Harbor and that of Clair v4. It listens nowhere: requests are handed to it. */
export async function createApiApp(context: ApiContext): Promise<ApiApp> {
  const { requestTimeout = 0 } = context;
  const refuse = async (error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    await sendProblem(reply, explain(error, request, context));
  const app = fastify({
    logger: false,
    // An address that no router can read (`%ff`) comes to no route, nor to its handler of errors.
    frameworkErrors: async (error, request, reply) => {
      reply.header('X-Content-Type-Options', 'nosniff');
      const { status, detail } = explain(error, request, context);
      if (isClairV4(request.url)) await sendClairError(reply, status, detail);
      else await refuse(error, request, reply);
    },
    // Timers know no more than 2^31 - 1.
    handlerTimeout: Math.min(requestTimeout, 2 ** 31 - 1),
    bodyLimit: BODY_LIMIT,
    // What an image can name (`__proto__`) is no reason to refuse all that stands beside it.
    onProtoPoisoning: 'remove',
    onConstructorPoisoning: 'remove',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 512 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Drydock',
        version: context.version,
        description:
          'The API of the service (docs/api.md). Errors are problems (RFC 9457); lists come in pages, whose `next` is the `cursor` of the next one.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'overview', description: 'All images at once.' },
        { name: 'images', description: 'Images: submitted, followed, and what is in them.' },
        { name: 'observations', description: 'Images that are run and watched, where the service does that.' },
        { name: 'vulnerabilities', description: 'Vulnerabilities, and the images that have them.' },
        { name: 'matching', description: 'Packages that somebody else has read.' },
        { name: 'map', description: 'What runs, and who talks to whom, where the service has a map.' },
        { name: 'operation', description: 'Feeds, notifications, jobs, and the service itself.' },
        { name: 'session', description: 'Browsers that sign in with a token.' },
        { name: 'webhooks', description: 'Events of registries that start scans.' },
      ],
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-drydock-session',
            description:
              'What `POST /api/session` gives a browser; called `drydock-session` where the browser uses no TLS. Where the address names a port, the name ends with it: `__Host-drydock-session-6060`. What changes something has to come from the page of the service.',
          },
          token: {
            type: 'http',
            scheme: 'bearer',
            description:
              'A token of `drydock serve token`; as the password of basic authentication it is taken, too. Not needed where the service has no tokens.',
          },
        },
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig }),
    transformObject: createJsonSchemaTransformObject({ zodToJsonConfig }),
  });
  app.addHook('onRequest', async (request) => {
    const { scope = 'admin' } = request.routeOptions.config;
    const { client, isUnknown = false } = context.callerOf(request.raw);
    if (request.routeOptions.config.open === true) return;
    if (isUnknown) throw new DrydockError('service.sign-in', 'A token is needed.');
    if (request.is404 || allows(client.scope, scope)) return;
    throw new DrydockError('service.scope', `This token may ${client.scope}; the request needs ${scope}.`);
  });
  app.addHook('preParsing', async ({ raw, routeOptions }) => {
    if (routeOptions.config.isLong !== true) limitBodyTime(raw);
  });
  app.addHook('onSend', async (_, reply) => {
    if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store');
    reply.header('X-Content-Type-Options', 'nosniff');
  });
  app.setErrorHandler(refuse);
  app.setNotFoundHandler(async ({ url }, reply) => {
    if (isClairV4(url)) return await sendClairError(reply, 404, 'There is no such resource.');
    return await sendProblem(reply, problemOf('service.not-found', 'There is no such resource.'));
  });
  for (const register of [
    registerImages,
    registerUpload,
    registerEvents,
    registerInventory,
    registerDiff,
    registerObservations,
    registerFleet,
    registerVulnerabilities,
    registerMatch,
    registerFeeds,
    registerNotifications,
    registerJobs,
    registerRules,
    registerSettings,
    registerServiceEvents,
    registerWebhooks,
    registerImageContainers,
    registerMap,
    registerMapReports,
    registerAbout,
    registerSession,
    registerHarbor,
    registerClairV4,
  ]) {
    await app.register((scoped, _, done) => {
      register(scoped as unknown as ApiApp, context);
      done();
    });
  }
  await app.ready();
  return app as unknown as ApiApp;
}
