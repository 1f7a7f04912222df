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
      return {};
    }
    const hash = createHash('sha256');
    let read = 0;
    const parser = new TarParser(visitor, options);
    try {
      const { trailing } = await decompress(this.#source, this.compression, (chunk) => parser.push(chunk), {
        limits: options.limits,
        ...(options.signal && { signal: options.signal }),
        onInput: (chunk) => {
          hash.update(chunk);
          read += chunk.length;
          options.onProgress?.(chunk.length);
        },
      });
      if (trailing > 0) {
        visitor.problem('layer.trailing-bytes', `${trailing} bytes follow the compressed data`);
      }
    } catch (error) {
      if (error instanceof LimitError) visitor.problem('layer.limit', error.message);
      else if (error instanceof FormatError) visitor.problem(damage(error), error.message);
      else throw error;
    }
    parser.end();
    return read === this.size ? { digest: `sha256:${hash.digest('hex')}` } : {};
  }
}

function damage(error: FormatError): 'layer.truncated' | 'layer.damaged' | 'image.layer-unreadable' {
  if (error.message.includes('not supported')) return 'image.layer-unreadable';
  return error.message.includes('ends in the middle') ? 'layer.truncated' : 'layer.damaged';
}
