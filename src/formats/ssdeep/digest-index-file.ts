import { crc32 } from 'node:zlib';
import { FormatError } from '../../errors.ts';
import { type DigestIndex, type IndexTables, indexOf } from './digest-index.ts';

/** `DDSI`, the version, the sum, and how long the five tables are. Whole words, in the byte order of all our machines. */
const MAGIC = 0x4953_4444;
const VERSION = 1;
const HEADER = 32;

/**
 * An index as bytes, to be loaded without building it anew: a header of 32 bytes (magic, version, CRC-32 of all behind the
 * sum, numbers of digests, letters, buckets and entries), then the tables.
 */
export function serialiseDigestIndex({ tables }: DigestIndex): Buffer {
  const { sizes, letters, starts, buckets, entries } = tables;
  const parts = [sizes, starts, buckets, entries, letters];
  const body = Buffer.concat(
    parts.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  );
  const bytes = Buffer.alloc(HEADER + body.length);
  const numbers = [MAGIC, VERSION, 0, sizes.length, letters.length, buckets.length - 1, entries.length];
  for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, 4 * i);
  bytes.set(body, HEADER);
  bytes.writeUInt32LE(crc32(bytes.subarray(12)), 8);
  return bytes;
}

/**
 * Loads an index. Its tables are the bytes themselves, where these lie at a multiple of eight; they must not change.
 * @throws FormatError for what is none, is damaged or was cut off, or has another version (`unsupported`)
 */
export function loadDigestIndex(bytes: Uint8Array): DigestIndex {
  const whole = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  if (whole.length < HEADER || view.getUint32(0, true) !== MAGIC) throw new FormatError('it is no index of digests');
  const version = view.getUint32(4, true);
  if (version !== VERSION) {
    throw new FormatError(`an index of digests of version ${version} is not known here`, { reason: 'unsupported' });
  }
  const [digests, letters, buckets, entries] = [12, 16, 20, 24].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
    number,
  ];
  const length = HEADER + 8 * digests + 4 * (2 * digests + 1) + 4 * (buckets + 1) + 4 * entries + letters;
  if (length !== whole.length) {
    const reason = whole.length < length ? 'truncated' : 'damaged';
    throw new FormatError(`the index has ${whole.length} bytes instead of ${length}`, { reason });
  }
  if (crc32(whole.subarray(12)) !== view.getUint32(8, true)) throw new FormatError('the index is damaged');
  let at = whole.byteOffset + HEADER;
  const next = (width: number, count: number): number => {
    at += width * count;
    return at - width * count;
  };
  const { buffer } = whole;
  const tables: IndexTables = {
    sizes: new Float64Array(buffer, next(8, digests), digests),
    starts: new Uint32Array(buffer, next(4, 2 * digests + 1), 2 * digests + 1),
    buckets: new Uint32Array(buffer, next(4, buckets + 1), buckets + 1),
    entries: new Uint32Array(buffer, next(4, entries), entries),
    letters: new Uint8Array(buffer, next(1, letters), letters),
  };
  check(tables);
  return indexOf(tables);
}

/** A sum proves nothing against who can count it: no number may lead out of a table. */
function check({ sizes, letters, starts, buckets, entries }: IndexTables): void {
  const count = buckets.length - 1;
  if (count < 2 || (count & (count - 1)) !== 0) throw new FormatError('the index has an odd number of buckets');
  if (!ascends(starts, letters.length, 64) || !ascends(buckets, entries.length, entries.length)) {
    throw new FormatError('the tables of the index do not fit each other');
  }
  for (let i = 0; i < entries.length; i++) {
    if (entries[i]! >>> 8 >= sizes.length) throw new FormatError('the index names a digest that it does not have');
  }
}

/** From 0 to the end, in steps that are not too long. */
function ascends(values: Uint32Array, end: number, longest: number): boolean {
  if (values[0] !== 0 || values.at(-1) !== end) return false;
  for (let i = 1; i < values.length; i++) {
    const step = values[i]! - values[i - 1]!;
    if (step < 0 || step > longest) return false;
  }
  return true;
}
