import { z } from 'zod';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { openApiDocument } from './openapi-document.ts';
import type { ApiApp } from './zod-app.ts';

const Version = z
  .object({ name: z.literal('drydock'), version: z.string() })
  .meta({ id: 'Version', examples: [{ name: 'drydock', version: '0.1.0' }] });

/** The service itself. */
export function registerAbout(app: ApiApp, context: ApiContext): void {
  app.get(
    '/api/version',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getVersion',
          summary: 'Get the version',
          description: 'Which program answers.',
          tag: 'operation',
          scope: 'read',
          answers: { 200: ['The version.', Version] },
        }),
      },
    },
    async () => ({ name: 'drydock' as const, version: context.version }),
  );

  let document: string | undefined;
  app.get(
    '/api/openapi.json',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'getOpenApi',
          summary: 'Get this document',
          description: 'The API in OpenAPI 3.1.',
          tag: 'operation',
          scope: 'read',
          answers: {
            200: ['The document.', z.looseObject({ openapi: z.string() }).meta({ examples: [{ openapi: '3.1.0' }] })],
          },
        }),
      },
    },
    async (_, reply) => {
      document ??= openApiDocument(app);
      return await reply.header('Content-Type', 'application/json; charset=utf-8').send(document as never);
    },
  );
}
