import type { ByteSource } from '../../model/bytes.ts';

const MIN_WINDOW = 4096;
const MAX_WINDOW = 256 * 1024;

/**
 * Pages of a file, through a window: the longer they are asked for one after another, the more are read ahead; one that
 * is asked for out of order costs a read of its own alone, so that no order of pages makes a file expensive.
 */
export class PageReader {
  readonly pageSize: number;
  /** Whole pages of the file. */
  readonly count: number;
  readonly #source: ByteSource;
  readonly #buffer: Buffer;
  #start = 0;
  #length = 0;
  #window = MIN_WINDOW;

  constructor(source: ByteSource, pageSize: number) {
    this.#source = source;
    this.pageSize = pageSize;
    this.count = Math.floor(source.size / pageSize);
    this.#buffer = Buffer.allocUnsafe(Math.max(pageSize, Math.min(MAX_WINDOW, source.size)));
  }

  /** A page by its number from 0, valid until the next call; undefined where the file has none. */
  page(index: number): Buffer | undefined {
    if (index < 0 || index >= this.count) return undefined;
    const position = index * this.pageSize;
    if (position < this.#start || position + this.pageSize > this.#start + this.#length) this.#load(position);
    const from = position - this.#start;
    // A file may become shorter while it is read.
    return from + this.pageSize > this.#length ? undefined : this.#buffer.subarray(from, from + this.pageSize);
  }

  #load(position: number): void {
    const follows = position === this.#start + this.#length;
    this.#window = follows ? Math.min(this.#window * 2, MAX_WINDOW) : MIN_WINDOW;
    const ahead = Math.min(this.#window, this.#buffer.length);
    const length = Math.max(this.pageSize, ahead - (ahead % this.pageSize));
    this.#start = position;
    this.#length = this.#source.read(this.#buffer.subarray(0, length), position);
  }
}

/** Marks of pages, one bit each. */
export class PageSet {
  readonly #bits: Uint8Array;

  constructor(count: number) {
    this.#bits = new Uint8Array((count >> 3) + 1);
  }

  /** Marks a page; false where it was marked before. */
  add(page: number): boolean {
    const bit = 1 << (page & 7);
    const before = this.#bits[page >> 3] as number;
    this.#bits[page >> 3] = before | bit;
    return (before & bit) === 0;
  }
}
