import { FormatError } from '../../errors.ts';
import { parseDigest } from './parsed-digest.ts';
import { COMMON_LETTERS, type DigestList, listOf, type Subject, scoreOf, subjectOf } from './score.ts';

/** The number of a digest and the tag share a word. */
const MOST_DIGESTS = 2 ** 24;
const LEAST_BITS = 8;
const MOST_BITS = 20;

/** The tables of an index. */
export interface IndexTables extends DigestList {
  /** Where the entries of each bucket begin, and the end; 2^n buckets. */
  readonly buckets: Uint32Array;
  /** The number of a digest in the upper 24 bits, and eight bits of the key that the bucket does not tell. */
  readonly entries: Uint32Array;
}

/** A known digest that is like another. */
export interface DigestMatch {
  /** Its place in the list that the index was built from. */
  readonly id: number;
  /** 1 to 100, as `compareDigests`. */
  readonly score: number;
}

/** Many digests, among which those like another are found without a look at each. */
export interface DigestIndex {
  readonly size: number;
  readonly tables: IndexTables;
  /**
   * The known digests whose score is the threshold or more, the most alike first.
   * @param threshold 1 to 100
   * @throws FormatError for what is no digest
   */
  query(digest: string, threshold?: number): DigestMatch[];
}

/**
 * Makes an index. Two digests have a score only if both have the same seven letters in a row somewhere, under the same
 * block size, or are the same: these are what it is ordered by.
 * @throws FormatError that names the first that is no digest, and for 16 million digests or more
 */
export function buildDigestIndex(digests: readonly string[]): DigestIndex {
  if (digests.length >= MOST_DIGESTS) throw new FormatError(`${digests.length} digests are too many for an index`);
  const parsed = digests.map((digest, i) => {
    const one = parseDigest(digest);
    if (one === undefined) throw new FormatError(`number ${i + 1} of the list is no ssdeep digest`);
    return one;
  });
  const list = listOf(parsed);
  const bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, Math.ceil(Math.log2(list.letters.length + 1)) - 1));
  const buckets = new Uint32Array(2 ** bits + 1);
  const shift = 32 - bits;
  const keys = keyRoom(list);
  writeKeys(list, keys);
  for (let i = 0; i < keys.count; i++) buckets[(keys.keys[i]! >>> shift) + 1]!++;
  for (let i = 1; i < buckets.length; i++) buckets[i]! += buckets[i - 1]!;
  const entries = new Uint32Array(keys.count);
  for (let i = 0; i < keys.count; i++) {
    const key = keys.keys[i]!;
    // The beginning of a bucket moves to its end while it is filled.
    entries[buckets[key >>> shift]!++] = (keys.ids[i]! << 8) | (key & 0xff);
  }
  buckets.copyWithin(1, 0);
  buckets[0] = 0;
  return indexOf({ ...list, buckets, entries });
}

/** @param tables whole and consistent */
export function indexOf(tables: IndexTables): DigestIndex {
  const size = tables.sizes.length;
  const shift = 32 - Math.log2(tables.buckets.length - 1);
  /** The last query that met a digest: it is scored once. */
  const met = new Uint32Array(size);
  let round = 0;
  return {
    size,
    tables,
    query(digest, threshold = 1) {
      const parsed = parseDigest(digest);
      if (parsed === undefined) throw new FormatError('it is no ssdeep digest');
      let subject: Subject | undefined;
      const matches: DigestMatch[] = [];
      round = round === 0xffff_ffff ? 1 : round + 1;
      if (round === 1) met.fill(0);
      const list = listOf([parsed]);
      const keys = keyRoom(list);
      writeKeys(list, keys);
      for (let k = 0; k < keys.count; k++) {
        const key = keys.keys[k]!;
        const bucket = key >>> shift;
        const end = tables.buckets[bucket + 1]!;
        for (let i = tables.buckets[bucket]!; i < end; i++) {
          const entry = tables.entries[i]!;
          const id = entry >>> 8;
          if ((entry & 0xff) !== (key & 0xff) || met[id] === round) continue;
          met[id] = round;
          subject ??= subjectOf(parsed);
          const score = scoreOf(subject, tables, id, threshold);
          if (score > 0 && score >= threshold) matches.push({ id, score });
        }
      }
      return matches.sort((a, b) => b.score - a.score || a.id - b.id);
    },
  };
}

/** Keys of digests, and the number of the digest of each. */
interface Keys {
  count: number;
  readonly keys: Uint32Array;
  readonly ids: Uint32Array;
}

function keyRoom({ sizes, letters }: DigestList): Keys {
  const most = sizes.length + letters.length;
  return { count: 0, keys: new Uint32Array(most), ids: new Uint32Array(most) };
}

/** The keys of each digest: one for the whole, one for seven letters in a row of each part. */
function writeKeys({ sizes, letters, starts }: DigestList, into: Keys): void {
  const { keys, ids } = into;
  let count = 0;
  for (let id = 0; id < sizes.length; id++) {
    const size = sizes[id]!;
    const start = starts[2 * id]!;
    const middle = starts[2 * id + 1]!;
    const end = starts[2 * id + 2]!;
    keys[count] = wholeKey(size, letters, start, middle, end);
    ids[count++] = id;
    for (let part = 0; part < 2; part++) {
      const last = part === 0 ? middle : end;
      const seed = mix(part === 0 ? size : size * 2);
      let near = 0;
      let far = 0;
      for (let i = part === 0 ? start : middle, length = 1; i < last; i++, length++) {
        far = ((far << 8) | (near >>> 24)) & 0xff_ffff;
        near = (near << 8) | letters[i]!;
        if (length < COMMON_LETTERS) continue;
        keys[count] = finish(Math.imul(seed ^ near, 0x85eb_ca6b) ^ Math.imul(far, 0xc2b2_ae35));
        ids[count++] = id;
      }
    }
  }
  into.count = count;
}

function wholeKey(size: number, letters: Uint8Array, start: number, middle: number, end: number): number {
  let hash = mix(size) ^ (middle - start);
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ letters[i]!, 0x0100_0193);
  return finish(hash);
}

function mix(size: number): number {
  return Math.imul((size % 4_294_967_296) ^ Math.floor(size / 4_294_967_296), 0x9e37_79b1);
}

function finish(hash: number): number {
  let key = hash ^ (hash >>> 16);
  key = Math.imul(key, 0x7feb_352d);
  key ^= key >>> 15;
  key = Math.imul(key, 0x846c_a68b);
  return (key ^ (key >>> 16)) >>> 0;
}
