import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../../test/support/noise.ts';
import { inflateBeginning } from './inflate.ts';

const text = Buffer.from('the quick brown fox jumps over the lazy dog, again and again; '.repeat(800));

describe('inflateBeginning', () => {
  const { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY } = constants;
  it.each([
    ['stored', { level: 0 }],
    ['the fixed code', { strategy: Z_FIXED }],
    ['codes of its own', { strategy: Z_DEFAULT_STRATEGY, level: 9 }],
    ['no references', { strategy: Z_HUFFMAN_ONLY }],
  ])('inflates what zlib writes: %s', (_case, options) => {
    for (const plain of [text, noise(70_000), Buffer.concat([text, noise(5000), text]), Buffer.from('a')]) {
      const deflated = deflateRawSync(plain, options);

      expect(inflateBeginning(deflated, 200_000)?.equals(plain)).toBe(true);
      expect(inflateBeginning(deflated, 1000)?.equals(plain.subarray(0, 1000))).toBe(true);
    }
  });

  it('does as zlib does, whatever the bytes are', () => {
    const plain = fc.uint8Array({ maxLength: 2000 });
    fc.assert(
      fc.property(plain, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, change) => {
        const deflated = deflateRawSync(bytes);
        deflated[place % deflated.length]! ^= change;
        let expected: Buffer | undefined;
        try {
          expected = inflateRawSync(deflated, { maxOutputLength: 1 << 20 });
        } catch {
          expected = undefined;
        }
        const made = inflateBeginning(deflated, 1 << 20);

        if (expected !== undefined && expected.length > 0) expect(made?.equals(expected)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('gives what stands before damage, and before the end of what is cut', () => {
    const deflated = deflateRawSync(noise(30_000).toString('base64'));
    const whole = inflateRawSync(deflated);
    const made = inflateBeginning(deflated.subarray(0, deflated.length >> 1), 1 << 20)!;

    expect(made.length).toBeGreaterThan(whole.length / 3);
    expect(made.equals(whole.subarray(0, made.length))).toBe(true);
  });

  it('says so where nothing comes out', () => {
    expect(inflateBeginning(Buffer.of(), 100)).toBeUndefined();
    expect(inflateBeginning(Buffer.of(0xff, 0xff, 0xff, 0xff), 100)).toBeUndefined();
    expect(inflateBeginning(deflateRawSync(''), 100)).toBeUndefined();
  });
});
