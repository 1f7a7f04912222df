import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { LimitError } from '../../../errors.ts';
import type { Limits } from '../../../limits.ts';

/**
 * Undoes the content encoding `gzip` of a body, whose server compressed it although nobody asked for that.
 * @throws LimitError where it grows beyond all measure
 */
export async function* gunzipped(
  body: AsyncIterable<Uint8Array>,
  limits: Pick<Limits, 'ratio' | 'ratioFloorBytes'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let read = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of body) {
      read += chunk.length;
      yield chunk;
    }
  }
  const source = Readable.from(counted());
  const inflated = createGunzip();
  source.on('error', (error) => inflated.destroy(error));
  let written = 0;
  try {
    for await (const chunk of source.pipe(inflated) as AsyncIterable<Buffer>) {
      written += chunk.length;
      if (written > limits.ratioFloorBytes && written > read * limits.ratio) {
        throw new LimitError(`it grows to more than ${limits.ratio} times its size`);
      }
      yield chunk;
    }
  } finally {
    source.destroy();
    inflated.destroy();
  }
}
