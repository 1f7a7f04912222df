import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type FilePlace, FileSource, readBytes } from '../formats/byte-source.ts';
import { type Compression, detectCompression, MAGIC_BYTES } from '../formats/compression/detect.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import { walkTar } from '../formats/tar/walk.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { LayerContent, LayerWalkOptions, WalkResult } from './content.ts';
import { walkThrough } from './walk-through.ts';

/** Bytes between two pauses, in which signals and timers get their turn. */
const PAUSE_EVERY = 16 * 1024 * 1024;

/**
 * A layer that is an archive. Uncompressed, it is walked by its headers and only wanted bodies are read; compressed,
 * it is inflated once, front to back, and its digest comes with that.
 */
export class TarLayer implements LayerContent {
  readonly size: number;
  readonly seekable?: ByteSource;
  readonly compression: Compression;
  readonly place?: FilePlace;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.size = source.size;
    this.compression = detectCompression(readBytes(source, 0, MAGIC_BYTES));
    if (this.compression === 'none') this.seekable = source;
    else if (source instanceof FileSource) this.place = source.place;
  }

  async hasDigest(digest: string, options: Pick<LayerWalkOptions, 'signal'>): Promise<boolean> {
    if (this.compression === 'none') return false;
    return (await digestOf(this.#source, options.signal)) === digest;
  }

  async walk(visitor: TarVisitor, options: LayerWalkOptions): Promise<WalkResult> {
    const { compression, size } = this;
    if (compression === 'none') {
      await walkTar(this.#source, visitor, options);
      options.onProgress?.(size);
      if (options.verify !== true) return { bytes: size, compression };
      const digest = await digestOf(this.#source, options.signal);
      return { digest, diffId: digest, bytes: size, compression };
    }
    return await walkThrough({ input: this.#source, compression, size }, visitor, options);
  }
}

async function digestOf(source: ByteSource, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  for (let position = 0; position < source.size; ) {
    if (position % PAUSE_EVERY === 0) await setImmediate();
    signal?.throwIfAborted();
    const got = source.read(buffer, position);
    if (got === 0) break;
    hash.update(buffer.subarray(0, got));
    position += got;
  }
  return `sha256:${hash.digest('hex')}`;
}
