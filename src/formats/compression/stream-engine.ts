import { setImmediate } from 'node:timers/promises';
import type zlib from 'node:zlib';
import { damaged } from './damage.ts';
import type { Consume } from './decoder.ts';
import type { Engine } from './engine.ts';

export type NativeStream = zlib.InflateRaw | zlib.ZstdDecompress;

/** Node's default of 16 KiB costs twice the CPU of large pieces. */
const OUTPUT = 256 * 1024;
/** What a decoder made of a piece in which it meets damage is lost: so they are not larger. */
const INPUT = 64 * 1024;

/**
 * Decodes through Node's public streams. Of the piece of input (up to 64 KiB) in which deflate data turns out to be
 * damaged it hands on nothing, or only the beginning.
 */
export class StreamEngine implements Engine {
  used = 0;
  readonly full = false;
  ended: boolean = false;
  readonly #open: (chunkSize: number) => NativeStream;
  readonly #consume: Consume;
  #stream: NativeStream | undefined;
  #failure: unknown;

  constructor(open: (chunkSize: number) => NativeStream, consume: Consume) {
    this.#open = open;
    this.#consume = consume;
  }

  async step(buffer: Buffer, start: number, end: number): Promise<void> {
    this.#stream ??= this.#start();
    const stream = this.#stream;
    // A copy: the decoder works in the background, and may keep what it did not use.
    const piece = Buffer.from(buffer.subarray(start, Math.min(end, start + INPUT)));
    const before = stream.bytesWritten;
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
      stream.write(piece, () => {
        stream.off('close', resolve);
        resolve();
      });
    });
    while (stream.readableLength > 0 && !stream.destroyed) await setImmediate();
    if (this.#failure !== undefined) throw asFormatError(this.#failure);
    this.used = stream.bytesWritten - before;
    this.ended = this.used < piece.length;
  }

  flush(): void {}

  restart(): void {
    this.close();
    this.#failure = undefined;
    this.ended = false;
  }

  close(): void {
    this.#stream?.destroy();
    this.#stream = undefined;
  }

  #start(): NativeStream {
    const stream = this.#open(OUTPUT);
    stream.on('error', (error) => {
      this.#failure ??= error;
    });
    stream.on('data', (chunk: Buffer) => {
      if (this.#failure !== undefined) return;
      try {
        this.#consume(chunk);
      } catch (error) {
        this.#failure = error;
        stream.destroy();
      }
    });
    return stream;
  }
}

function asFormatError(error: unknown): unknown {
  const { code, message } = error as { readonly code?: unknown; readonly message?: string };
  const native = typeof code === 'string' && /^(ERR_)?Z(STD)?_/.test(code);
  return native ? damaged(message ?? '', error) : error;
}
