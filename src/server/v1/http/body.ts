import type { IncomingMessage, ServerResponse } from 'node:http';

/** The client went away, or sent its body too slowly: nobody is there to be answered in the words of the API. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly reason: 'gone' | 'slow';

  constructor(reason: 'gone' | 'slow') {
    super(reason === 'gone' ? 'the client went away' : 'the request body did not come in time');
    this.reason = reason;
  }
}

/** Bytes of a body that are taken beyond what is read, so that a client that writes first can read the answer; as in Go. */
const drainBytes = 256 * 1024;
/** Milliseconds for them, before the answer and after it. */
const lingerTime = 500;
const drainTime = 5000;

/**
 * The first bytes of a request's body.
 * @param maximum what is beyond is thrown away, or left where it is if that is much or comes slowly
 * @param time milliseconds in which they must come
 * @throws BodyError
 */
export function readBody(request: IncomingMessage, maximum: number, time: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let timer = setTimeout(() => finish(new BodyError('slow')), time);
    const onData = (chunk: Buffer): void => {
      if (length < maximum) {
        chunks.push(chunk);
        if (length + chunk.length >= maximum) {
          clearTimeout(timer);
          timer = setTimeout(finish, lingerTime);
        }
      }
      length += chunk.length;
      if (length >= maximum + drainBytes) finish();
    };
    const onEnd = (): void => finish();
    const onGone = (): void => finish(new BodyError('gone'));
    const finish = (error?: BodyError): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onGone);
      // An `error` listener stays: an abort must not end the process.
      request.pause();
      if (error === undefined) resolve(Buffer.concat(chunks).subarray(0, maximum));
      else reject(error);
    };
    request.on('error', onGone);
    request.on('close', onGone).on('end', onEnd).on('data', onData);
  });
}

/** Takes what is left of the body once the answer is written, and ends the connection of a client that has no end. */
export function drainAfter(request: IncomingMessage, response: ServerResponse): void {
  response.on('finish', () => {
    if (request.complete) return;
    let length = 0;
    const timer = setTimeout(() => request.socket?.destroy(), drainTime);
    timer.unref();
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > drainBytes) request.socket?.destroy();
    });
    request.on('error', () => undefined);
    request.on('close', () => clearTimeout(timer));
    request.resume();
  });
}
