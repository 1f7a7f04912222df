import { simdMaxima } from './cnn-simd.ts';
import { CHANNELS, foldTables, offsetOf, PAIRS, TAP, WIDTHS } from './cnn-tables.ts';
import type { NetworkWeights } from './model-weights.ts';

const HIDDEN = 64;

/** The place of the input that won a channel. */
export interface WinningWindow {
  readonly offset: number;
  readonly width: number;
  /** How much of the score it brought, as far as that can be said: by the gradient. */
  readonly weight: number;
}

export interface Network {
  /** Log odds that an input is of a webshell. */
  score(input: Uint8Array): number;
  /** The windows that brought the score, the heaviest first. */
  explain(input: Uint8Array, most?: number): WinningWindow[];
}

/**
 * A network ready to score. An embedding and a convolution are linear, so that what a byte adds at a tap is a row of a
 * table: a position costs 24 rows of additions of whole numbers, and the result is the same on every machine.
 *
 * @param hasVectors whether WebAssembly may be used for scores, where the machine has what that needs
 */
export function network(weights: NetworkWeights, hasVectors = true): Network {
  // Folded when it is first asked: most scans never ask it.
  let folded: Folded | undefined;
  const maxima = new Int32Array(WIDTHS.length * CHANNELS);
  const places = new Int32Array(WIDTHS.length * CHANNELS);

  function findMaxima(input: Uint8Array, needsPlaces: boolean): void {
    folded ??= fold(weights, hasVectors);
    let end = input.length;
    while (end > LEAST && input[end - 1] === 0) end--;
    const { vectors } = folded;
    if (vectors !== undefined && !needsPlaces && end <= vectors.input.length) {
      vectors.input.set(end === input.length ? input : input.subarray(0, end));
      vectors.find(end);
      maxima.set(vectors.maxima);
    } else {
      findPlaces(folded.tables, input, end);
    }
    for (const [k, width] of WIDTHS.entries()) {
      const offset = width * offsetOf(width);
      for (let c = k * CHANNELS; c < (k + 1) * CHANNELS; c++) maxima[c] = maxima[c]! - offset;
    }
  }

  function findPlaces(tables: Int32Array, input: Uint8Array, end: number): void {
    maxima.fill(0);
    places.fill(0);
    let base = 0;
    for (const [k, width] of WIDTHS.entries()) {
      findWidth[width](tables, base, input, end, maxima, places, k * CHANNELS);
      base += width * TAP;
    }
  }

  const { scales, bias, hidden, hiddenBias, out } = weights;
  const active = new Float64Array(WIDTHS.length * CHANNELS);
  const raised = new Float64Array(HIDDEN);

  function score(input: Uint8Array, needsPlaces: boolean): number {
    findMaxima(input, needsPlaces);
    for (let i = 0; i < active.length; i++) {
      active[i] = Math.max(0, maxima[i]! / scales[Math.floor(i / CHANNELS)]! + bias[i]!);
    }
    let total = out[HIDDEN]!;
    for (let h = 0; h < HIDDEN; h++) {
      let value = hiddenBias[h]!;
      for (let i = 0; i < active.length; i++) value += active[i]! * hidden[h * active.length + i]!;
      raised[h] = Math.max(0, value);
      total += raised[h]! * out[h]!;
    }
    return total;
  }

  return {
    score: (input) => score(input, false),
    explain: (input, most = 5) => {
      score(input, true);
      const found = new Map<number, WinningWindow>();
      for (let i = 0; i < active.length; i++) {
        if (active[i] === 0) continue;
        let weight = 0;
        for (let h = 0; h < HIDDEN; h++) {
          if (raised[h]! > 0) weight += out[h]! * hidden[h * active.length + i]! * active[i]!;
        }
        const offset = places[i]!;
        const known = found.get(offset);
        const width = Math.max(WIDTHS[Math.floor(i / CHANNELS)]!, known?.width ?? 0);
        found.set(offset, { offset, width, weight: weight + (known?.weight ?? 0) });
      }
      return [...found.values()]
        .filter(({ weight }) => weight > 0)
        .sort((a, b) => b.weight - a.weight || a.offset - b.offset)
        .slice(0, most);
    },
  };
}

/** An input is never taken to be shorter. */
const LEAST = 16;

/** Adds a row for each tap at each position, and keeps the maxima. Unrolled: a loop over taps takes three times as long. */
type FindMaxima = (
  tables: Int32Array,
  base: number,
  input: Uint8Array,
  end: number,
  maxima: Int32Array,
  places: Int32Array,
  first: number,
) => void;

const findWidth: Readonly<Record<(typeof WIDTHS)[number], FindMaxima>> = {
  3: (t, base, input, end, maxima, places, first) => {
    for (let at = 0; at + 3 <= end; at++) {
      const a = base + input[at]! * PAIRS;
      const b = base + TAP + input[at + 1]! * PAIRS;
      const c = base + 2 * TAP + input[at + 2]! * PAIRS;
      for (let p = 0; p < PAIRS; p++) {
        const sum = (t[a + p]! + t[b + p]! + t[c + p]!) | 0;
        const i = first + 2 * p;
        if ((sum & 0xffff) > maxima[i]!) {
          maxima[i] = sum & 0xffff;
          places[i] = at;
        }
        if (sum >>> 16 > maxima[i + 1]!) {
          maxima[i + 1] = sum >>> 16;
          places[i + 1] = at;
        }
      }
    }
  },
  5: (t, base, input, end, maxima, places, first) => {
    for (let at = 0; at + 5 <= end; at++) {
      const a = base + input[at]! * PAIRS;
      const b = base + TAP + input[at + 1]! * PAIRS;
      const c = base + 2 * TAP + input[at + 2]! * PAIRS;
      const d = base + 3 * TAP + input[at + 3]! * PAIRS;
      const e = base + 4 * TAP + input[at + 4]! * PAIRS;
      for (let p = 0; p < PAIRS; p++) {
        const sum = (t[a + p]! + t[b + p]! + t[c + p]! + t[d + p]! + t[e + p]!) | 0;
        const i = first + 2 * p;
        if ((sum & 0xffff) > maxima[i]!) {
          maxima[i] = sum & 0xffff;
          places[i] = at;
        }
        if (sum >>> 16 > maxima[i + 1]!) {
          maxima[i + 1] = sum >>> 16;
          places[i + 1] = at;
        }
      }
    }
  },
  7: (t, base, input, end, maxima, places, first) => {
    for (let at = 0; at + 7 <= end; at++) {
      const a = base + input[at]! * PAIRS;
      const b = base + TAP + input[at + 1]! * PAIRS;
      const c = base + 2 * TAP + input[at + 2]! * PAIRS;
      const d = base + 3 * TAP + input[at + 3]! * PAIRS;
      const e = base + 4 * TAP + input[at + 4]! * PAIRS;
      const f = base + 5 * TAP + input[at + 5]! * PAIRS;
      const g = base + 6 * TAP + input[at + 6]! * PAIRS;
      for (let p = 0; p < PAIRS; p++) {
        const sum = (t[a + p]! + t[b + p]! + t[c + p]! + t[d + p]! + t[e + p]! + t[f + p]! + t[g + p]!) | 0;
        const i = first + 2 * p;
        if ((sum & 0xffff) > maxima[i]!) {
          maxima[i] = sum & 0xffff;
          places[i] = at;
        }
        if (sum >>> 16 > maxima[i + 1]!) {
          maxima[i + 1] = sum >>> 16;
          places[i + 1] = at;
        }
      }
    }
  },
  9: (t, base, input, end, maxima, places, first) => {
    for (let at = 0; at + 9 <= end; at++) {
      const a = base + input[at]! * PAIRS;
      const b = base + TAP + input[at + 1]! * PAIRS;
      const c = base + 2 * TAP + input[at + 2]! * PAIRS;
      const d = base + 3 * TAP + input[at + 3]! * PAIRS;
      const e = base + 4 * TAP + input[at + 4]! * PAIRS;
      const f = base + 5 * TAP + input[at + 5]! * PAIRS;
      const g = base + 6 * TAP + input[at + 6]! * PAIRS;
      const h = base + 7 * TAP + input[at + 7]! * PAIRS;
      const j = base + 8 * TAP + input[at + 8]! * PAIRS;
      for (let p = 0; p < PAIRS; p++) {
        const front = (t[a + p]! + t[b + p]! + t[c + p]! + t[d + p]!) | 0;
        const sum = (front + t[e + p]! + t[f + p]! + t[g + p]! + t[h + p]! + t[j + p]!) | 0;
        const i = first + 2 * p;
        if ((sum & 0xffff) > maxima[i]!) {
          maxima[i] = sum & 0xffff;
          places[i] = at;
        }
        if (sum >>> 16 > maxima[i + 1]!) {
          maxima[i + 1] = sum >>> 16;
          places[i + 1] = at;
        }
      }
    }
  },
};

/** Inputs up to this size are looked at by vectors. */
const VECTOR_INPUT = 8192;
const ROWS = WIDTHS.reduce((sum, width) => sum + width, 0);

interface Folded {
  readonly tables: Int32Array;
  /** The same tables in the memory of functions that find maxima, and where these read and write. */
  readonly vectors: { readonly input: Uint8Array; readonly maxima: Uint16Array; find(end: number): void } | undefined;
}

function fold(weights: NetworkWeights, hasVectors: boolean): Folded {
  const maximaAt = ROWS * TAP * 4;
  const inputAt = maximaAt + WIDTHS.length * CHANNELS * 2;
  const simd = hasVectors ? simdMaxima(WIDTHS, inputAt + VECTOR_INPUT) : undefined;
  const tables = simd === undefined ? new Int32Array(ROWS * TAP) : new Int32Array(simd.memory, 0, ROWS * TAP);
  foldTables(weights, tables);
  if (simd === undefined) return { tables, vectors: undefined };
  const find = (end: number): void => {
    let table = 0;
    for (const [k, width] of WIDTHS.entries()) {
      simd.find[k]!(table, inputAt, end - width + 1, maximaAt + k * CHANNELS * 2);
      table += width * TAP * 4;
    }
  };
  return {
    tables,
    vectors: {
      input: new Uint8Array(simd.memory, inputAt, VECTOR_INPUT),
      maxima: new Uint16Array(simd.memory, maximaAt, WIDTHS.length * CHANNELS),
      find,
    },
  };
}
