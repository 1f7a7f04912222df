import type { IncomingMessage } from 'node:http';

/** Milliseconds in which a body of JSON has to come: a client that sends it slower keeps others of its name waiting. */
const BODY_TIME = 2 * 60_000;

/** Cuts a client off whose body does not come in time. */
export function limitBodyTime(request: IncomingMessage, milliseconds: number = BODY_TIME): void {
  if (request.complete) return;
  const timer = setTimeout(() => {
    if (!request.complete) request.socket?.destroy();
  }, milliseconds);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
}
