import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DrydockError } from '../../errors.ts';

/** A body as it is read, with how much of it has come so far: what is inflated is not what was sent. */
export interface InflatedBody extends Transform {
  receivedEncodedLength: number;
}

/**
 * A body that may be compressed (`Content-Encoding: gzip`, RFC 9110 section 8.4.1.3), as it was before that. How long it may
 * become is for whoever reads it to bound; what more it is than what was sent is told while it grows.
 * @param grow told of bytes; it may throw, which ends the body
 * @returns undefined: it is not compressed
 * @throws DrydockError `service.content-type` for another coding
 */
export function inflateBody(
  request: IncomingMessage,
  response: ServerResponse,
  grow: (bytes: number) => void,
): InflatedBody | undefined {
  const coding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (coding === 'identity') return undefined;
  if (coding !== 'gzip' && coding !== 'x-gzip') {
    throw new DrydockError('service.content-type', 'The body may be compressed by gzip, and by nothing else.');
  }
  const gunzip = createGunzip();
  const body = Object.assign(new Growing(grow), { receivedEncodedLength: 0 });
  // Whoever reads it hears of errors by a listener of its own. A body that is refused unread, or answered before it is broken, has
  // none, and an error that nobody hears ends the process.
  body.on('error', () => {});
  request.on('data', (piece: Buffer) => {
    body.receivedEncodedLength += piece.length;
  });
  gunzip.on('error', () => body.destroy(new DrydockError('usage.option', 'The body is not gzip, or it is cut off.')));
  // Whoever is answered before its body ends still gets the answer: the rest is read and dropped, as of other bodies.
  const drop = (): void => {
    request.unpipe(gunzip);
    gunzip.unpipe(body);
    gunzip.destroy();
    body.destroy();
    request.resume();
  };
  body.on('close', drop);
  response.once('finish', drop);
  request.once('close', () => {
    if (!request.complete) body.destroy(new DrydockError('usage.option', 'The body ended before it was whole.'));
  });
  request.pipe(gunzip).pipe(body);
  return body;
}

class Growing extends Transform {
  readonly #grow: (bytes: number) => void;

  constructor(grow: (bytes: number) => void) {
    super();
    this.#grow = grow;
  }

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#grow(piece.length);
      done(null, piece);
    } catch (error) {
      done(error as Error);
    }
  }
}
