import { createHash } from 'node:crypto';
import { FormatError, LimitError } from '../errors.ts';
import { type ByteSource, readBytes } from '../formats/byte-source.ts';
import { decompress } from '../formats/compression/decompress.ts';
import { type Compression, detectCompression, MAGIC_BYTES } from '../formats/compression/detect.ts';
import { TarParser } from '../formats/tar/push.ts';
import type { TarVisitor } from '../formats/tar/visitor.ts';
import { walkTar } from '../formats/tar/walk.ts';
import type { LayerContent, LayerWalkOptions, WalkResult } from './content.ts';

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
    const stored = createHash('sha256');
    const unpacked = options.verify === true ? createHash('sha256') : undefined;
    const parser = new TarParser(visitor, options);
    let read = 0;
    let bytes = 0;
    let whole = true;
    const onOutput = (chunk: Buffer): void => {
      unpacked?.update(chunk);
      bytes += chunk.length;
      parser.push(chunk);
    };
    try {
      const { trailing } = await decompress(this.#source, this.compression, onOutput, {
        limits: options.limits,
        ...(options.signal && { signal: options.signal }),
        onInput: (chunk) => {
          stored.update(chunk);
          read += chunk.length;
          options.onProgress?.(chunk.length);
        },
      });
      if (trailing > 0)
        visitor.problem('layer.trailing-bytes', 'bytes that no runtime reads follow the compressed data');
    } catch (error) {
      whole = false;
      if (error instanceof LimitError) {
        visitor.problem('layer.limit', error.message);
        return { bytes };
      }
      if (error instanceof FormatError) visitor.problem(damage(error), error.message);
      else throw error;
    }
    parser.end();
    return {
      bytes,
      ...(read === this.size && { digest: `sha256:${stored.digest('hex')}` }),
      ...(whole && unpacked !== undefined && { diffId: `sha256:${unpacked.digest('hex')}` }),
    };
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

function damage(error: FormatError): 'layer.truncated' | 'layer.damaged' | 'image.layer-unreadable' {
  if (error.message.includes('not supported')) return 'image.layer-unreadable';
  return error.message.includes('ends in the middle') ? 'layer.truncated' : 'layer.damaged';
}
