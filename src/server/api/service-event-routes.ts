import { z } from 'zod';
import { jsonLine } from '../../formats/json-text.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { type EventStream, HEARTBEAT, streamEvents } from './event-stream.ts';
import { text } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

/** What happens in the service, as it happens (server-sent events): pages follow this one stream instead of asking again. */
export function registerServiceEvents(app: ApiApp, context: ApiContext): void {
  app.get(
    '/api/events',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'followService',
          summary: 'Follow what happens in the service',
          description:
            'Server-sent events, from all processes of the service: `hello` (the stream begins; what is asked for from now on is followed by all that changes it), `image` (an image, when its state changed), `removed` (`id` of an image), `images` (so many changed at once that they are not told one by one), `advisories` (`generation`: advisories were updated, and findings with them), `notifications` (`unread`, up to 1000), `missed` (`events` were forgotten before this client came back: ask again for what is shown). Whoever comes back with `Last-Event-ID` is told what came since, or `missed`.',
          tag: 'operation',
          scope: 'read',
          answers: { 200: ['The events.', z.string(), 'text/event-stream'] },
          problems: { 429: 'This client follows as much as it may at a time.' },
        }),
        headers: z.object({ 'last-event-id': text(100).optional() }),
      },
    },
    async (request, reply) => {
      const known = request.headers['last-event-id'];
      await streamEvents(request, reply, context, (stream) => tell(context, known, stream));
    },
  );
}

/** Another process numbers its events otherwise: ids tell whose they are. */
async function tell({ events, process: own }: ApiContext, lastKnown: string | undefined, stream: EventStream) {
  await events.begin();
  const [whose, number] = lastKnown?.split('-') ?? [];
  const isOurs = whose === own && number !== undefined && /^\d{1,15}$/.test(number);
  const after = isOurs ? Number(number) : events.last;
  if (lastKnown !== undefined && !isOurs) await stream.send('missed', `${own}-${after}`, jsonLine({}));
  else await stream.send('hello', `${own}-${after}`, jsonLine({}));
  for await (const item of events.follow(after, HEARTBEAT, stream.signal)) {
    if (item === 'quiet') await stream.beat();
    else if ('missed' in item)
      await stream.send('missed', `${own}-${item.before - 1}`, jsonLine({ events: item.missed }));
    else await stream.send(item.name, `${own}-${item.sequence}`, item.data);
  }
}
