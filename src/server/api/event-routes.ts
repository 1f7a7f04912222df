import { z } from 'zod';
import { jsonLine } from '../../formats/json-text.ts';
import type { ImageProgress } from '../../store/image-shelf.ts';
import { markOf } from '../followers.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { type EventStream, streamEvents } from './event-stream.ts';
import { submittedImage } from './image-schema.ts';
import { notFound } from './problem.ts';
import { id, text } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

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
      await streamEvents(request, reply, context, (stream) =>
        tellImage(context, params.id, headers['last-event-id'], stream),
      );
    },
  );
}

async function tellImage(
  { scans }: ApiContext,
  image: string,
  lastKnown: string | undefined,
  stream: EventStream,
): Promise<void> {
  let state: string | undefined;
  let known = lastKnown;
  for await (const moment of scans.followers.follow(image, stream.signal)) {
    if (moment === undefined) {
      await stream.beat();
      continue;
    }
    const { step } = moment;
    const mark = markOf(moment);
    const isNew = mark !== known;
    known = undefined;
    const before = state;
    state = moment.image.state;
    const shown = jsonLine(submittedImage(moment.image));
    if (isOver(moment)) await stream.send('end', mark, shown);
    else if (isNew) {
      if (state !== before) await stream.send('state', mark, shown);
      if (state === 'scanning' && step !== undefined) await stream.send('progress', mark, jsonLine(step));
    }
  }
}

function isOver({ image: { state } }: ImageProgress): boolean {
  return state === 'done' || state === 'failed';
}
