import { detectCompression, MAGIC_BYTES } from '../formats/compression/detect.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import type { LayerContent, LayerStream, LayerWalkOptions, WalkResult } from './content.ts';
import { walkThrough } from './walk-through.ts';

/** A layer that comes once, front to back: a blob of a registry, a member of an engine's export. Nothing is kept of it. */
export class StreamLayer implements LayerContent {
  readonly size: number;
  readonly unsized: boolean;
  readonly remote = true;
  readonly askedBy?: string;
  readonly stream: LayerStream;

  constructor(stream: LayerStream) {
    this.size = stream.size ?? 0;
    this.unsized = stream.size === undefined;
    if (stream.digest !== undefined) this.askedBy = stream.digest;
    this.stream = stream;
  }

  async hasDigest(digest: string): Promise<boolean> {
    return digest === this.askedBy;
  }

  async walk(visitor: TarVisitor, options: LayerWalkOptions): Promise<WalkResult> {
    const { head, rest } = await readHead(this.stream.open(options.signal));
    const { unhashed = false } = this.stream;
    return await walkThrough({ input: rest, compression: detectCompression(head), unhashed }, visitor, options);
  }
}

/** Looks at the first bytes of a stream; `rest` is the stream from its beginning, with the error that it ends with. */
async function readHead(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Buffer; readonly rest: AsyncIterable<Uint8Array> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let failure: { readonly error: unknown } | undefined;
  while (head.length < MAGIC_BYTES) {
    const step = await iterator.next().catch((error: unknown) => ({ error }));
    if ('error' in step) failure = step;
    if ('error' in step || step.done === true) break;
    const { value } = step;
    head = head.length === 0 ? Buffer.from(value.buffer, value.byteOffset, value.length) : Buffer.concat([head, value]);
  }
  const first = head;
  async function* joined(): AsyncGenerator<Uint8Array> {
    try {
      if (first.length > 0) yield first;
      if (failure !== undefined) throw failure.error;
      for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, rest: joined() };
}
