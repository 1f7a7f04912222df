import { createHash } from 'node:crypto';
import { readBytes } from '../formats/byte-source.ts';
import { type Compression, detectCompression, MAGIC_BYTES } from '../formats/compression/detect.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import { walkTar } from '../formats/tar/walk.ts';
import type { ByteSource } from '../model/bytes.ts';
import type { LayerContent, LayerWalkOptions, WalkResult } from './content.ts';
import { walkThrough } from './walk-through.ts';

/**
 * A layer that is an archive. Uncompressed, it is walked by its headers and only wanted bodies are read; compressed,
 * it is inflated once, front to back, and its digest comes with that.
 */
export class TarLayer implements LayerContent {
  readonly size: number;
  readonly seekable?: ByteSource;
  readonly compression: Compression;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
    this.size = source.size;
    this.compression = detectCompression(readBytes(source, 0, MAGIC_BYTES));
    if (this.compression === 'none') this.seekable = source;
  }

  async walk(visitor: TarVisitor, options: LayerWalkOptions): Promise<WalkResult> {
    if (this.compression === 'none') {
      await walkTar(this.#source, visitor, options);
      options.onProgress?.(this.size);
      if (options.verify !== true) return { bytes: this.size };
      const digest = digestOf(this.#source, options.signal);
      return { digest, diffId: digest, bytes: this.size };
    }
    const { compression, size } = this;
    return await walkThrough({ input: this.#source, compression, size }, visitor, options);
  }
}

function digestOf(source: ByteSource, signal: AbortSignal | undefined): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1024 * 1024);
  for (let position = 0; position < source.size; ) {
    signal?.throwIfAborted();
    const got = source.read(buffer, position);
    if (got === 0) break;
    hash.update(buffer.subarray(0, got));
    position += got;
  }
  return `sha256:${hash.digest('hex')}`;
}
