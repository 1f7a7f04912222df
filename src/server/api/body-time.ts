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

/** Milliseconds in which a client whose body is refused can take the answer. */
const REFUSED_TIME = 5000;

/**
 * Takes no notice of what is still to come of a body, and cuts the client off after a while. A connection that is closed while its
 * client sends loses the answer that says why; one that is left open would bring gigabytes for nothing.
 */
export function forgoBody(request: IncomingMessage, milliseconds: number = REFUSED_TIME): void {
  if (request.complete || request.destroyed) return;
  request.resume();
  limitBodyTime(request, milliseconds);
}
