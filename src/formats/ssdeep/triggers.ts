/** Block sizes are 3 * 2^i, with i from 0 to 30. */
export const SIZES = 31;
/** Letters of HASH1 that end a piece; a last one is not bound to a trigger. */
export const PIECES = 63;
const WINDOW = 7;

/**
 * Where the rolling sum of a file ends pieces, by the highest size that a position ends a piece of: a piece of size i
 * ends wherever one of a higher size does. Of each only the first 63 positions and the last are kept, which is all that a
 * digest needs, so that no content makes it large.
 */
export interface Triggers {
  /** Sizes below are not counted. */
  lowest: number;
  mask: number;
  /** By size. */
  readonly counts: Float64Array;
  /** By size: the last position. */
  readonly last: Float64Array;
  /** By size, 63 positions each. */
  readonly first: Float64Array;
  /** The bytes before the ones to come, the oldest first. */
  readonly window: Uint8Array;
  /** The three parts of the rolling sum: plain, weighted, shifted. */
  readonly sums: Int32Array;
  /** Bytes that went by. */
  position: number;
}

export function newTriggers(): Triggers {
  return {
    lowest: 0,
    mask: 0,
    counts: new Float64Array(SIZES),
    last: new Float64Array(SIZES),
    first: new Float64Array(SIZES * PIECES),
    window: new Uint8Array(WINDOW),
    sums: new Int32Array(3),
    position: 0,
  };
}

/** Makes them as before the first byte of a file. */
export function resetTriggers(triggers: Triggers, lowest: number): void {
  triggers.lowest = lowest;
  triggers.mask = 2 ** lowest - 1;
  triggers.counts.fill(0);
  triggers.window.fill(0);
  triggers.sums.fill(0);
  triggers.position = 0;
}

/** The rolling sum of the last seven bytes, or 0 before the first. */
export function rollingSum({ sums }: Triggers): number {
  return (sums[0]! + sums[1]! + sums[2]!) >>> 0;
}

/** Takes the next bytes of a file. */
export function findTriggers(triggers: Triggers, bytes: Uint8Array): void {
  const { window } = triggers;
  const { length } = bytes;
  const start = triggers.position;
  const head = Math.min(WINDOW, length);
  if (head > 0) {
    // What leaves the window is not among these bytes yet.
    const joined = new Uint8Array(WINDOW + head);
    joined.set(window);
    joined.set(bytes.subarray(0, head), WINDOW);
    findIn(triggers, joined, start - WINDOW);
    window.set(joined.subarray(head));
  }
  if (length > WINDOW) {
    findIn(triggers, bytes, start);
    window.set(bytes.subarray(length - WINDOW));
  }
  triggers.position = start + length;
}

/** Behind the first seven bytes, which went by before. */
function findIn(triggers: Triggers, bytes: Uint8Array, start: number): void {
  const { sums, mask } = triggers;
  for (let i = WINDOW; ; i++) {
    i = nextCandidate(bytes, i, sums, mask);
    if (i >= bytes.length) return;
    note(triggers, start + i, rollingSum(triggers) + 1);
  }
}

/**
 * The first position from `start` on at which the rolling sum and 1 can be divided by 3 and by the power of two of the
 * mask; the length where there is none. It stands alone and is written in 32-bit steps because V8 then makes it three times as fast.
 */
function nextCandidate(bytes: Uint8Array, start: number, sums: Int32Array, mask: number): number {
  let plain = sums[0]!;
  let weighted = sums[1]!;
  let shifted = sums[2]!;
  let i = start;
  for (; i < bytes.length; i++) {
    const byte = bytes[i]!;
    weighted = (((weighted - plain) | 0) + ((byte << 3) - byte)) | 0;
    plain = (((plain + byte) | 0) - bytes[i - WINDOW]!) | 0;
    shifted = (shifted << 5) ^ byte;
    const next = (((plain + weighted) | 0) + ((shifted + 1) | 0)) | 0;
    if ((next & mask) === 0 && (next >>> 0) % 3 === 0) break;
  }
  sums[0] = plain;
  sums[1] = weighted;
  sums[2] = shifted;
  return i;
}

/** @param next the rolling sum plus 1, a multiple of 3, or 2^32, which never ends a piece */
function note({ counts, last, first }: Triggers, position: number, next: number): void {
  const low = next | 0;
  if (low === 0) return;
  const size = 31 - Math.clz32(low & -low);
  const count = counts[size]!;
  if (count < PIECES) first[size * PIECES + count] = position;
  counts[size] = count + 1;
  last[size] = position;
}

/** Where the pieces of one size end. */
export interface Ends {
  readonly count: number;
  /** In ascending order, `most` of them. */
  readonly first: readonly number[];
  /** The last one where there are more. */
  readonly last: number | undefined;
}

/** Positions of all sizes from one on, to be sorted. */
const gathered = new Float64Array(SIZES * PIECES);

/** @param most 63 at the most */
export function endsOf({ counts, first, last }: Triggers, size: number, most: number): Ends {
  let count = 0;
  let final = -1;
  let held = 0;
  for (let level = size; level < SIZES; level++) {
    const here = counts[level]!;
    if (here === 0) continue;
    count += here;
    if (last[level]! > final) final = last[level]!;
    const at = level * PIECES;
    const kept = Math.min(here, most);
    for (let i = 0; i < kept; i++) gathered[held++] = first[at + i]!;
  }
  const positions = gathered.subarray(0, held).sort();
  return { count, first: Array.from(positions.subarray(0, most)), last: count > most ? final : undefined };
}
