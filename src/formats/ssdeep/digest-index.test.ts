import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/noise.ts';
import { FormatError } from '../../errors.ts';
import { compareDigests } from './compare.ts';
import { fuzzyDigest } from './digest.ts';
import { buildDigestIndex } from './digest-index.ts';
import { loadDigestIndex, serialiseDigestIndex } from './digest-index-file.ts';

/** Files of which each is a part of another, of all sizes, and the smallest digests there are. */
const digests = [
  '3::',
  '3:A:A',
  '6:AAAAAA:B',
  '9007199254740991:abcdefgh:a',
  ...Array.from({ length: 40 }, (_, i) => {
    const bytes = noise(300 + i * i * 20, i % 8);
    return [bytes, bytes.subarray(0, bytes.length * 0.8), Buffer.concat([noise(200, 90 + i), bytes])];
  })
    .flat()
    .map(fuzzyDigest),
];

function bySearch(digest: string, threshold: number) {
  return digests
    .map((known, id) => ({ id, score: compareDigests(digest, known) }))
    .filter(({ score }) => score >= threshold)
    .sort((a, b) => b.score - a.score || a.id - b.id);
}

const built = buildDigestIndex(digests);
const bytes = serialiseDigestIndex(built);

describe.each([
  ['built', built],
  ['loaded', loadDigestIndex(bytes)],
  // Buffers of files lie anywhere.
  ['loaded from an odd place', loadDigestIndex(Buffer.concat([Buffer.alloc(1), bytes]).subarray(1))],
])('an index that was %s', (_, index) => {
  it.each([1, 50, 100])('finds all of %i and above that a comparison with each finds', (threshold) => {
    let found = 0;
    for (const digest of digests) {
      const matches = index.query(digest, threshold);
      found += matches.length;
      expect([digest, matches]).toEqual([digest, bySearch(digest, threshold)]);
    }
    expect(found).toBeGreaterThan(digests.length - 1);
    expect(index.query('3:unknown:x')).toEqual([]);
  });

  it('refuses what is no digest', () => {
    expect(() => index.query('A'.repeat(1_000_000))).toThrow(FormatError);
  });
});

describe('an index', () => {
  it('names the first of its list that is no digest', () => {
    expect(() => buildDigestIndex(['3:a:b', 'x'])).toThrow('number 2');
  });

  it('of nothing finds nothing', () => {
    expect(loadDigestIndex(serialiseDigestIndex(buildDigestIndex([]))).query('3:a:b')).toEqual([]);
  });

  it('is refused when any byte of it is another', () => {
    for (let at = 0; at < bytes.length; at += 1 + Math.floor(at / 40)) {
      // The last word of the header is not used, but counts for the sum.
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1 << (at % 8);
      expect(() => loadDigestIndex(damaged), `byte ${at}`).toThrow(FormatError);
    }
  });

  it.each([0, 3, 4, 31, 32, 100, bytes.length - 1])('is refused when it ends after %i bytes', (length) => {
    expect(() => loadDigestIndex(bytes.subarray(0, length))).toThrow(FormatError);
  });

  it('of another version is said to be that', () => {
    const other = Buffer.from(bytes);
    other.writeUInt32LE(2, 4);
    expect(() => loadDigestIndex(other)).toThrow(expect.objectContaining({ reason: 'unsupported' }));
  });
});
