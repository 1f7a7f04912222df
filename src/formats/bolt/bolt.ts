import { FormatError, LimitError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';
import { type BoltMeta, newestMeta, PAGE_HEADER } from './meta-page.ts';

const [BRANCH, LEAF] = [1, 2];
const ELEMENT = 16;
const BUCKET = 1;
/** Number of the root page and a counter, before what a bucket holds in itself. */
const BUCKET_HEADER = 16;
/** Pages below each other: a tree of so many would have more entries than anybody has. */
const DEEPEST = 32;
/** Bytes of pages and entries that may be looked at in one go. */
const MOST_BYTES = 256 * 1024 * 1024;
const MOST_ENTRIES = 2_000_000;
/** Times that reading begins anew because somebody wrote meanwhile. */
const TRIES = 8;

/**
 * Reads a BoltDB file (bbolt) without locking it, which its owner may go on writing: pages of a state are not written
 * over before a later one holds, so what was read is one state where none is newer afterwards; else it is read again.
 * @param source the file as it is now; asked anew each time, since the file grows
 * @param read looks at what it needs, and keeps nothing of the bucket
 * @throws FormatError where it is damaged, or changes faster than it can be read; LimitError where it has too much
 */
export function readBolt<T>(source: () => ByteSource, read: (root: BoltBucket) => T): T {
  for (let tries = 0; tries < TRIES; tries++) {
    const now = source();
    const meta = newestMeta(now);
    let result: { readonly value: T } | { readonly error: unknown };
    try {
      const pages = new Pages(now, meta);
      result = { value: read(new BoltBucket(pages, () => pages.page(meta.root))) };
    } catch (error) {
      result = { error };
    }
    if (newestMeta(source()).transaction !== meta.transaction) continue;
    if ('error' in result) throw result.error;
    return result.value;
  }
  throw new FormatError('it changes faster than it can be read');
}

/** Names with values and further buckets, in the order of their bytes. */
export class BoltBucket {
  readonly #pages: Pages;
  readonly #root: () => Buffer;

  constructor(pages: Pages, root: () => Buffer) {
    this.#pages = pages;
    this.#root = root;
  }

  /** A value that is no bucket. */
  value(name: string): Buffer | undefined {
    const entry = this.#find(Buffer.from(name));
    return entry instanceof BoltBucket ? undefined : entry;
  }

  bucket(name: string): BoltBucket | undefined {
    const entry = this.#find(Buffer.from(name));
    return entry instanceof BoltBucket ? entry : undefined;
  }

  /** Names of all buckets in it. */
  *buckets(): Generator<readonly [name: string, bucket: BoltBucket]> {
    for (const [name, entry] of this.#below(this.#root(), 0)) {
      if (entry instanceof BoltBucket) yield [name.toString(), entry];
    }
  }

  *#below(page: Buffer, depth: number): Generator<readonly [name: Buffer, entry: Buffer | BoltBucket]> {
    const count = countOf(page, depth);
    for (let i = 0; i < count; i++) {
      this.#pages.step();
      if (isLeaf(page)) yield [leafName(page, i), this.#entry(page, i)];
      else yield* this.#below(this.#pages.page(childOf(page, i)), depth + 1);
    }
  }

  #find(name: Buffer): Buffer | BoltBucket | undefined {
    let page = this.#root();
    for (let depth = 0; ; depth++) {
      const count = countOf(page, depth);
      // The last whose name is not above the wanted one.
      let [low, high] = [0, count];
      while (low < high) {
        const middle = (low + high) >> 1;
        const order = Buffer.compare(isLeaf(page) ? leafName(page, middle) : branchName(page, middle), name);
        if (order <= 0) low = middle + 1;
        else high = middle;
      }
      if (isLeaf(page)) return low > 0 && leafName(page, low - 1).equals(name) ? this.#entry(page, low - 1) : undefined;
      if (count === 0) return undefined;
      page = this.#pages.page(childOf(page, Math.max(0, low - 1)));
    }
  }

  #entry(page: Buffer, index: number): Buffer | BoltBucket {
    const at = PAGE_HEADER + index * ELEMENT;
    const from = at + page.readUInt32LE(at + 4) + page.readUInt32LE(at + 8);
    const value = part(page, from, page.readUInt32LE(at + 12));
    if ((page.readUInt32LE(at) & BUCKET) === 0) return value;
    if (value.length < BUCKET_HEADER) throw damagedPage();
    const root = Number(value.readBigUInt64LE(0));
    // A small one stands where it is named.
    return new BoltBucket(this.#pages, () => (root === 0 ? value.subarray(BUCKET_HEADER) : this.#pages.page(root)));
  }
}

/** The pages of one state of a file, and how much was looked at. */
class Pages {
  readonly #source: ByteSource;
  readonly #meta: BoltMeta;
  #bytes = 0;
  #entries = 0;

  constructor(source: ByteSource, meta: BoltMeta) {
    this.#source = source;
    this.#meta = meta;
  }

  step(): void {
    if (++this.#entries > MOST_ENTRIES) throw new LimitError(`more than ${MOST_ENTRIES} entries`);
  }

  /** A page with those that continue it. */
  page(number: number): Buffer {
    const { pageSize, pages } = this.#meta;
    if (number < 2 || number >= pages) throw new FormatError('it names a page that there is not');
    const head = readBytes(this.#source, number * pageSize, PAGE_HEADER);
    if (head.length < PAGE_HEADER) throw new FormatError('it is cut', { reason: 'truncated' });
    const more = head.readUInt32LE(12);
    if (Number(head.readBigUInt64LE(0)) !== number || more >= pages - number) throw damagedPage();
    const length = (more + 1) * pageSize;
    this.#bytes += length;
    if (this.#bytes > MOST_BYTES) throw new LimitError(`more than ${MOST_BYTES} bytes of pages`);
    const bytes = readBytes(this.#source, number * pageSize, length);
    if (bytes.length < length) throw new FormatError('it is cut', { reason: 'truncated' });
    return bytes;
  }
}

function countOf(page: Buffer, depth: number): number {
  if (depth > DEEPEST) throw new FormatError('its pages are deeper than any are');
  if (page.length < PAGE_HEADER) throw damagedPage();
  const kind = page.readUInt16LE(8);
  const count = page.readUInt16LE(10);
  if ((kind !== BRANCH && kind !== LEAF) || PAGE_HEADER + count * ELEMENT > page.length) throw damagedPage();
  return count;
}

function isLeaf(page: Buffer): boolean {
  return page.readUInt16LE(8) === LEAF;
}

function leafName(page: Buffer, index: number): Buffer {
  const at = PAGE_HEADER + index * ELEMENT;
  return part(page, at + page.readUInt32LE(at + 4), page.readUInt32LE(at + 8));
}

function branchName(page: Buffer, index: number): Buffer {
  const at = PAGE_HEADER + index * ELEMENT;
  return part(page, at + page.readUInt32LE(at), page.readUInt32LE(at + 4));
}

function childOf(page: Buffer, index: number): number {
  return Number(page.readBigUInt64LE(PAGE_HEADER + index * ELEMENT + 8));
}

function part(page: Buffer, from: number, length: number): Buffer {
  if (from + length > page.length) throw damagedPage();
  return page.subarray(from, from + length);
}

function damagedPage(): FormatError {
  return new FormatError('a page is damaged');
}
