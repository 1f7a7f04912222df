/** Widths of the convolutions; 64 channels each. */
const WIDTHS = [3, 5, 7, 9] as const;
const CHANNELS = 64;
const EMBEDDING = 16;
const HIDDEN = 64;
/** Largest number of a table times the width: a sum of rows stays in 16 bits. */
const LARGEST = 32_000;

/** What the network learnt: bytes are embedded, convolved, their maxima over time go through two layers. */
export interface NetworkWeights {
  /** 16 numbers a byte. Those of byte 0, which fills up, are not looked at. */
  readonly embedding: Int16Array;
  /** Of each width, tap, number of the embedding and channel. */
  readonly taps: Int16Array;
  /** Of each width: what its maxima are divided by. */
  readonly scales: Float32Array;
  /** Of each width and channel, added to maxima. */
  readonly bias: Float32Array;
  /** 64 rows of 256. */
  readonly hidden: Float32Array;
  readonly hiddenBias: Float32Array;
  /** 64 weights and the bias. */
  readonly out: Float32Array;
}

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
 */
export function network(weights: NetworkWeights): Network {
  const tables = foldTables(weights);
  const maxima = new Int32Array(WIDTHS.length * CHANNELS);
  const places = new Int32Array(WIDTHS.length * CHANNELS);
  const sums = new Int32Array(CHANNELS);

  function findMaxima(input: Uint8Array): void {
    let end = input.length;
    while (end > LEAST && input[end - 1] === 0) end--;
    let base = 0;
    for (const [k, width] of WIDTHS.entries()) {
      const first = k * CHANNELS;
      maxima.fill(-32_768, first, first + CHANNELS);
      places.fill(0, first, first + CHANNELS);
      for (let at = 0; at + width <= end; at++) {
        let row = base + input[at]! * CHANNELS;
        for (let c = 0; c < CHANNELS; c++) sums[c] = tables[row + c]!;
        for (let tap = 1; tap < width; tap++) {
          row = base + (tap * 256 + input[at + tap]!) * CHANNELS;
          for (let c = 0; c < CHANNELS; c++) sums[c] = sums[c]! + tables[row + c]!;
        }
        for (let c = 0; c < CHANNELS; c++) {
          if (sums[c]! > maxima[first + c]!) {
            maxima[first + c] = sums[c]!;
            places[first + c] = at;
          }
        }
      }
      base += width * 256 * CHANNELS;
    }
  }

  const { scales, bias, hidden, hiddenBias, out } = weights;
  const active = new Float64Array(WIDTHS.length * CHANNELS);
  const raised = new Float64Array(HIDDEN);

  function score(input: Uint8Array): number {
    findMaxima(input);
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
    score,
    explain: (input, most = 5) => {
      score(input);
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

function foldTables({ embedding, taps }: NetworkWeights): Int16Array {
  const rows = WIDTHS.reduce((sum, width) => sum + width, 0);
  const tables = new Int16Array(rows * 256 * CHANNELS);
  const exact = new Float64Array(9 * 256 * CHANNELS);
  let base = 0;
  let firstTap = 0;
  for (const width of WIDTHS) {
    const size = width * 256 * CHANNELS;
    let largest = 0;
    for (let tap = 0; tap < width; tap++) {
      for (let byte = 0; byte < 256; byte++) {
        const row = (tap * 256 + byte) * CHANNELS;
        exact.fill(0, row, row + CHANNELS);
        if (byte === 0) continue;
        for (let e = 0; e < EMBEDDING; e++) {
          const factor = embedding[byte * EMBEDDING + e]!;
          const from = ((firstTap + tap) * EMBEDDING + e) * CHANNELS;
          for (let c = 0; c < CHANNELS; c++) exact[row + c]! += factor * taps[from + c]!;
        }
        for (let c = 0; c < CHANNELS; c++) largest = Math.max(largest, Math.abs(exact[row + c]!));
      }
    }
    const scale = LARGEST / width / Math.max(largest, 1);
    for (let i = 0; i < size; i++) tables[base + i] = Math.floor(exact[i]! * scale + 0.5);
    base += size;
    firstTap += width;
  }
  return tables;
}
