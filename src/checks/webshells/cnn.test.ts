import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { network } from './cnn.ts';
import { simdMaxima } from './cnn-simd.ts';
import type { NetworkWeights } from './model-weights.ts';

const WIDTHS = [3, 5, 7, 9];

/** Numbers that look random and are the same each time. */
function numbers(count: number, range: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return ((state >>> 8) / 2 ** 24 - 0.5) * 2 * range;
  });
}

const weights: NetworkWeights = {
  embedding: Int16Array.from(numbers(256 * 16, 2047, 1), Math.round),
  taps: Int16Array.from(numbers(24 * 16 * 64, 2047, 2), Math.round),
  scales: Float32Array.of(1000, 1100, 1200, 1300),
  bias: Float32Array.from(numbers(256, 1, 3)),
  hidden: Float32Array.from(numbers(64 * 256, 0.2, 4)),
  hiddenBias: Float32Array.from(numbers(64, 0.5, 5)),
  out: Float32Array.from(numbers(65, 0.5, 6)),
};

/** The network as it is defined: embed, convolve, maximum over time, two layers. Nothing is folded. */
function defined(input: Uint8Array): number {
  const { embedding, taps, scales, bias, hidden, hiddenBias, out } = weights;
  let end = input.length;
  while (end > 16 && input[end - 1] === 0) end--;
  const active: number[] = [];
  let firstTap = 0;
  for (const [k, width] of WIDTHS.entries()) {
    const value = (byte: number, tap: number, channel: number): number => {
      let sum = 0;
      for (let e = 0; byte > 0 && e < 16; e++) {
        sum += embedding[byte * 16 + e]! * taps[((firstTap + tap) * 16 + e) * 64 + channel]!;
      }
      return sum;
    };
    let largest = 0;
    for (let tap = 0; tap < width; tap++) {
      for (let byte = 1; byte < 256; byte++) {
        for (let channel = 0; channel < 64; channel++) {
          largest = Math.max(largest, Math.abs(value(byte, tap, channel)));
        }
      }
    }
    const scale = 32_000 / width / largest;
    for (let channel = 0; channel < 64; channel++) {
      let best = -Infinity;
      for (let at = 0; at + width <= end; at++) {
        let sum = 0;
        for (let tap = 0; tap < width; tap++) sum += value(input[at + tap]!, tap, channel) * scale;
        best = Math.max(best, sum);
      }
      active.push(Math.max(0, best / scales[k]! + bias[k * 64 + channel]!));
    }
    firstTap += width;
  }
  let total = out[64]!;
  for (let h = 0; h < 64; h++) {
    const sum = active.reduce((all, one, i) => all + one * hidden[h * 256 + i]!, hiddenBias[h]!);
    total += Math.max(0, sum) * out[h]!;
  }
  return total;
}

const padded = (text: string | Uint8Array): Uint8Array => {
  const input = new Uint8Array(512);
  input.set(typeof text === 'string' ? Buffer.from(text) : text);
  return input;
};

describe('network', () => {
  const found = network(weights);

  it.each(['<?php echo 1;', '', 'a', '<% Response.Write(Request("a")) %>', 'x'.repeat(500)])(
    'scores %j as it is defined',
    (text) => {
      const input = padded(text);

      // A row of a table is rounded to a whole number among 32,000 / width.
      expect(Math.abs(found.score(input) - defined(input))).toBeLessThan(0.05);
    },
  );

  it('gives every input a number, and the same one again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => {
        const score = found.score(padded(bytes));
        found.score(padded('something else'));
        expect(Number.isFinite(score)).toBe(true);
        expect(found.score(padded(bytes))).toBe(score);
      }),
    );
  });

  it('scores the same without vectors', () => {
    const plain = network(weights, false);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (bytes) => {
        expect(found.score(padded(bytes))).toBe(plain.score(padded(bytes)));
      }),
    );
    const long = Uint8Array.from({ length: 8192 }, (_, i) => (i * 7919) & 0xff);
    expect(found.score(long)).toBe(plain.score(long));
  });

  it('has vectors on this machine', () => {
    expect(simdMaxima(WIDTHS, 65_536)).toBeDefined();
  });

  it('does not see padding', () => {
    const short = found.score(padded('<?php echo 1; echo 2; echo 3;'));
    const long = new Uint8Array(8192);
    long.set(Buffer.from('<?php echo 1; echo 2; echo 3;'));

    expect(found.score(long)).toBe(short);
  });

  it('names windows of the input that speak against it, the heaviest first', () => {
    const input = padded('<?php echo 1; echo 2; echo 3;');

    const windows = found.explain(input);

    expect(windows.length).toBeGreaterThan(0);
    expect(windows.every(({ offset, width }) => offset >= 0 && offset + width <= 29)).toBe(true);
    expect(windows.map(({ weight }) => weight)).toEqual(windows.map(({ weight }) => weight).toSorted((a, b) => b - a));
  });
});
