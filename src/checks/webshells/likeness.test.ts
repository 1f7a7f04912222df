import { describe, expect, it } from 'vitest';
import { fuzzyDigest } from '../../formats/ssdeep/digest.ts';
import { buildDigestIndex } from '../../formats/ssdeep/digest-index.ts';
import { LEAST_ALIKE } from './known-digests.ts';
import { likenessTo } from './likeness.ts';

/** Texts that look like code, the same each time; `edits` of their lines are others. */
function text(seed: number, lines: number, edits = 0): Buffer {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const made = Array.from({ length: lines }, () => `$v${next(1e6)} = call${next(1e6)}($a${next(1e6)});`);
  for (let i = 0; i < edits; i++) made[Math.floor((i * lines) / edits)] = `other(${i});`;
  return Buffer.from(made.join('\n'));
}

describe('likenessTo', () => {
  const known = Array.from({ length: 40 }, (_, i) => text(i, 10 * 2 ** (i % 8)));
  const digests = known.map(fuzzyDigest);
  const likeness = likenessTo(digests);

  it('is what an index of all of them says, whatever the block sizes are', () => {
    const index = buildDigestIndex(digests);
    const asked = known
      .flatMap((_, i) => [0, 1, 3, 8].map((edits) => text(i, 9 * 2 ** (i % 8), edits)))
      .filter((one) => one.length >= LEAST_ALIKE);

    const answers = asked.map(likeness);

    expect(answers).toEqual(asked.map((one) => index.query(fuzzyDigest(one))[0]?.score ?? 0));
    expect(new Set(answers).size).toBeGreaterThan(10);
  });

  it('is that of the same text, and none of a short one', () => {
    expect(known.filter((one) => one.length >= LEAST_ALIKE).map(likeness)).toEqual(expect.arrayContaining([100]));
    expect(likeness(Buffer.from('short'))).toBe(0);
    expect(likeness(text(1000, 200))).toBe(0);
  });
});
