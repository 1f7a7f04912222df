import type { NetworkWeights } from './model-weights.ts';

/** Widths of the convolutions; 64 channels each. */
export const WIDTHS = [3, 5, 7, 9] as const;
export const CHANNELS = 64;
const EMBEDDING = 16;
/** Largest number of a table times the width: a sum of rows stays in 16 bits. */
const LARGEST = 32_000;

/** A number of a table holds two channels, 16 bits each: what makes all of them positive keeps the sums apart. */
export const PAIRS = CHANNELS / 2;

/** What is added to each number of a table of a width. */
export function offsetOf(width: number): number {
  return Math.ceil(LARGEST / width);
}

/** Rows of a tap. */
export const TAP = 256 * PAIRS;

/** Fills the tables of all widths, taps and bytes: 32 numbers of two channels each. */
export function foldTables({ embedding, taps }: NetworkWeights, tables: Int32Array): void {
  const exact = new Float64Array(9 * 256 * CHANNELS);
  let base = 0;
  let firstTap = 0;
  for (const width of WIDTHS) {
    exact.fill(0);
    let largest = 1;
    for (let tap = 0; tap < width; tap++) {
      const size = foldTap(embedding, taps, (firstTap + tap) * EMBEDDING * CHANNELS, exact, tap * 256 * CHANNELS);
      if (size > largest) largest = size;
    }
    packTables(exact, LARGEST / width / largest, offsetOf(width), tables, base, width * TAP);
    base += width * TAP;
    firstTap += width;
  }
}

/**
 * What every byte but 0 adds at a tap, and the largest of these numbers without its sign. The weights are whole numbers: no
 * order of additions changes a sum.
 */
function foldTap(embedding: Int16Array, taps: Int16Array, from: number, out: Float64Array, at: number): number {
  let largest = 0;
  const factors = new Float64Array(EMBEDDING);
  for (let c = 0; c < CHANNELS; c++) {
    for (let e = 0; e < EMBEDDING; e++) factors[e] = taps[from + e * CHANNELS + c]!;
    for (let byte = 1; byte < 256; byte++) {
      let sum = 0;
      for (let e = 0; e < EMBEDDING; e++) sum += embedding[byte * EMBEDDING + e]! * factors[e]!;
      out[at + byte * CHANNELS + c] = sum;
      const size = Math.abs(sum);
      if (size > largest) largest = size;
    }
  }
  return largest;
}

/** Two numbers side by side in one: the first below. */
function packTables(
  exact: Float64Array,
  scale: number,
  offset: number,
  tables: Int32Array,
  base: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const low = Math.floor(exact[2 * i]! * scale + 0.5) + offset;
    const high = Math.floor(exact[2 * i + 1]! * scale + 0.5) + offset;
    tables[base + i] = (high << 16) | low;
  }
}
