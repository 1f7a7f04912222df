import type { Readable } from 'node:stream';
import { z } from 'zod';
import { DrydockError } from '../../errors.ts';
import type { ApiContext } from './api-context.ts';
import { forgoBody } from './body-time.ts';
import { clientTurns } from './client-turns.ts';
import { describeRoute } from './describe.ts';
import { platform } from './image-routes.ts';
import { SubmittedImage, submittedImage } from './image-schema.ts';
import { text } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

/** Kinds of bodies that are taken as archives; what they are is told by their content. */
export const archiveTypes = [
  'application/x-tar',
  'application/octet-stream',
  'application/gzip',
  'application/zstd',
] as const;

/** Milliseconds that an upload takes at most, with the wait for its turn: the listener and the store have limits of their own. */
const LONGEST = 24 * 3_600_000;

/** A quarter of what the service takes (LOCAL_SCANS): one client whose archives come slowly is not to keep all others out. */
const AT_A_TIME = { requests: 16, queue: 256 };

/** An archive as body: not kept in memory, whatever its size. */
export function registerUpload(app: ApiApp, context: ApiContext): void {
  for (const type of archiveTypes) {
    app.addContentTypeParser(type, (_request, payload, done) => done(null, payload));
  }
  app.removeContentTypeParser(['application/json', 'text/plain']);

  app.post(
    '/api/images/upload',
    {
      config: { scope: 'scan', isLong: true },
      handlerTimeout: LONGEST,
      onRequest: clientTurns(context, AT_A_TIME, 'As many uploads of this client wait as the service takes.'),
      onError: async (request) => forgoBody(request.raw),
      schema: {
        ...describeRoute({
          id: 'uploadImage',
          summary: 'Upload an image',
          description:
            'The body is what `docker save` or an OCI layout in a tar archive is, compressed or not; a layer or a root file system will do. The archive is removed as soon as it was scanned. Of several images that it holds, the answer names the first; the others are listed as `upload:NAME#2` and so on.',
          tag: 'images',
          scope: 'scan',
          answers: { 202: ['The image waits for its scan. `Location` names it.', SubmittedImage] },
          problems: {
            408: 'The archive came too slowly: less than 64 KiB in a minute.',
            413: 'The archive has more bytes than the service takes.',
            415: 'The body is said to be something else than an archive.',
            429: 'As many archives wait as the service takes.',
            507: 'There is no room left for the archive.',
          },
        }),
        consumes: [...archiveTypes],
        body: z.custom<Readable>().meta({ description: 'The archive.' }),
        querystring: z.object({
          name: text(255).default('image').describe('What reports call it.'),
          platform: platform.optional(),
        }),
      },
    },
    async (request, reply) => {
      const body = request.body as Readable | null | undefined;
      if (body === undefined || body === null)
        throw new DrydockError('usage.option', 'The body, which is to be the archive, is missing.');
      const { name, platform: wanted } = request.query;
      const announced = Number(request.headers['content-length']);
      const image = await context.scans.upload(name, body, {
        ...(Number.isSafeInteger(announced) && { announced }),
        ...(wanted !== undefined && { platform: wanted }),
      });
      return await reply.code(202).header('Location', `/api/images/${image.id}`).send(submittedImage(image));
    },
  );
}
