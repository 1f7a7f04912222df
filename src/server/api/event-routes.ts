import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { DrydockError } from '../../errors.ts';
import type { ImageProgress } from '../../store/image-shelf.ts';
import { markOf } from '../followers.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { submittedImage } from './image-schema.ts';
import { notFound } from './problem.ts';
import { id, text } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

/** Milliseconds after which something is sent, so that nobody between takes the connection for dead. */
const HEARTBEAT = 15_000;

/** What happens to an image, as it happens (server-sent events). */
export function registerEvents(app: ApiApp, context: ApiContext): void {
  app.get(
    '/api/images/:id/events',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'followImage',
          summary: 'Follow the scan of an image',
          description:
            'Server-sent events: `state` (the image, whenever its state changed), `progress` (`step`, and `done` of `total` in `unit`), and at last `end` (the image, done or failed), after which the stream ends. The first event says how it is now, unless `Last-Event-ID` shows that it is known. The scan may go on in any process.',
          tag: 'images',
          scope: 'read',
          answers: { 200: ['The events.', z.string(), 'text/event-stream'] },
          problems: { 404: 'There is no such image.', 429: 'This client follows as many images as it may at a time.' },
        }),
        params: z.object({ id }),
        headers: z.object({ 'last-event-id': text(100).optional() }),
      },
    },
    async (request, reply) => {
      const { params, headers } = request;
      if ((await context.store.images.find(params.id)) === undefined) throw notFound('image of this id');
      if (!context.callerOf(request.raw).stream()) {
        throw new DrydockError('service.busy', 'This client follows as many images as it may at a time.');
      }
      reply.hijack();
      const { raw: response } = reply;
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) response.setHeader(name, value);
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
        'X-Content-Type-Options': 'nosniff',
      });
      // Headers alone are held back until there is a body.
      response.write(': follow\n\n');
      await send(context, params.id, headers['last-event-id'], response).catch((error: unknown) => {
        context.callerOf(request.raw).log.warn({ error }, 'a scan could not be followed any more');
      });
      response.end();
    },
  );
}

async function send(
  { scans, clock }: ApiContext,
  image: string,
  lastKnown: string | undefined,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let state: string | undefined;
  let sent = clock.now();
  let known = lastKnown;
  const write = async (text: string): Promise<void> => {
    sent = clock.now();
    // Who does not read gets no more until they do; what they missed is not worth keeping.
    if (!response.write(text)) await once(response, 'drain', { signal: gone.signal }).catch(() => {});
  };
  for await (const moment of scans.followers.follow(image, gone.signal)) {
    if (moment === undefined) {
      if (Math.abs(clock.now() - sent) >= HEARTBEAT) await write(': still there\n\n');
      continue;
    }
    const mark = markOf(moment);
    const isNew = mark !== known;
    known = undefined;
    const before = state;
    state = moment.image.state;
    if (isNew) await write(eventsOf(moment, before));
    else if (isOver(moment)) await write(eventOf('end', mark, submittedImage(moment.image)));
  }
}

function isOver({ image: { state } }: ImageProgress): boolean {
  return state === 'done' || state === 'failed';
}

function eventsOf(moment: ImageProgress, before: string | undefined): string {
  const { image, step } = moment;
  const mark = markOf(moment);
  const shown = submittedImage(image);
  if (isOver(moment)) return eventOf('end', mark, shown);
  const state = image.state === before ? '' : eventOf('state', mark, shown);
  return image.state === 'scanning' && step !== undefined ? `${state}${eventOf('progress', mark, step)}` : state;
}

function eventOf(name: string, mark: string, data: object): string {
  return `event: ${name}\nid: ${mark}\ndata: ${JSON.stringify(data)}\n\n`;
}
