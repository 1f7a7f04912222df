import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DrydockError } from '../../errors.ts';
import type { ApiContext } from './api-context.ts';

/** Milliseconds after which something is sent, so that nobody between takes the connection for dead. */
export const HEARTBEAT = 15_000;

/** Server-sent events to one client (HTML standard, section 9.2). */
export interface EventStream {
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
  /** @param data JSON on one line. Waits until the client reads: what it does not take is kept nowhere else */
  send(name: string, id: string, data: string): Promise<void>;
  /** Says that the stream is still there, where nothing else was sent for a while. */
  beat(): Promise<void>;
}

/**
 * Answers with a stream of events.
 * @param tell sends them; the stream ends when it does
 * @throws DrydockError `service.busy` where the client has as many streams as it may
 */
export async function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  { callerOf, clock }: ApiContext,
  tell: (stream: EventStream) => Promise<void>,
): Promise<void> {
  if (!callerOf(request.raw).stream()) {
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
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let sent = clock.now();
  const write = async (text: string): Promise<void> => {
    sent = clock.now();
    if (!response.write(text)) await once(response, 'drain', { signal: gone.signal }).catch(() => {});
  };
  // Headers alone are held back until there is a body.
  response.write(': follow\n\n');
  const stream: EventStream = {
    signal: gone.signal,
    send: (name, id, data) => write(`event: ${name}\nid: ${id}\ndata: ${data}\n\n`),
    beat: async () => {
      if (Math.abs(clock.now() - sent) >= HEARTBEAT) await write(': still there\n\n');
    },
  };
  await tell(stream).catch((error: unknown) => {
    callerOf(request.raw).log.warn({ error }, 'events could not be followed any more');
  });
  response.end();
}
