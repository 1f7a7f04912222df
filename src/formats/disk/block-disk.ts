import { LimitError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { SourceWindow } from './window.ts';

/** Bytes of decompressed blocks that are kept. */
const KEPT = 8 * 1024 * 1024;
const GiB = 2 ** 30;
/** How often all of a disk may be decompressed: blocks are asked for again once they are no longer kept. */
const TIMES = 16;

/** Where a block of a disk is: at a place of the file as it stands, compressed, or nowhere, which is zeros. */
export type BlockPlace =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'plain'; readonly at: number }
  | { readonly kind: 'packed'; readonly at: number; unpack(): Buffer };

/** A disk whose blocks stand anywhere in a file, as if it were plain. Reading may throw a FormatError or a LimitError. */
export abstract class BlockDisk implements ByteSource {
  readonly size: number;
  readonly #file: ByteSource;
  readonly #blockSize: number;
  readonly #kept: Map<number, Buffer> = new Map();
  #unpacked = 0;

  constructor(file: ByteSource, size: number, blockSize: number) {
    this.#file = file;
    this.size = size;
    this.#blockSize = blockSize;
  }

  /** @throws FormatError where a table is damaged */
  protected abstract place(block: number): BlockPlace;

  read(target: Uint8Array, position: number): number {
    const end = Math.min(target.length, Math.max(0, this.size - position));
    for (let done = 0; done < end; ) {
      const block = Math.floor((position + done) / this.#blockSize);
      const within = position + done - block * this.#blockSize;
      const part = target.subarray(done, Math.min(end, done + this.#blockSize - within));
      const got = this.#part(part, block, within);
      done += got;
      // The file is cut.
      if (got < part.length) return done;
    }
    return end;
  }

  slice(start: number, length: number): ByteSource {
    return new SourceWindow(this, start, length);
  }

  #part(target: Uint8Array, block: number, within: number): number {
    const place = this.place(block);
    if (place.kind === 'plain') return this.#file.read(target, place.at + within);
    if (place.kind === 'zeros') target.fill(0);
    else {
      const bytes = this.#unpack(place.at, place.unpack);
      target.set(bytes.subarray(within, within + target.length));
      target.fill(0, Math.max(0, bytes.length - within));
    }
    return target.length;
  }

  #unpack(at: number, unpack: () => Buffer): Buffer {
    const kept = this.#kept.get(at);
    if (kept !== undefined) {
      // The one that was used last goes last.
      this.#kept.delete(at);
      this.#kept.set(at, kept);
      return kept;
    }
    this.#unpacked += this.#blockSize;
    if (this.#unpacked > TIMES * this.size + GiB) throw new LimitError('its blocks are decompressed over and over');
    const bytes = unpack();
    this.#kept.set(at, bytes);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size * this.#blockSize <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return bytes;
  }
}
