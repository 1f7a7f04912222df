import { FormatError } from '../../errors.ts';
import type { LinearWeights } from './model-weights.ts';

/** Bits of an n-gram's number by which it is known. */
export const KEY_BITS = 24;
/** In place of an n-gram where there is none. */
export const EMPTY = 0;
/** A slot holds as many bits of a number, and 1 more. */
const HELD_BITS = 15;
export const HELD_MASK = 2 ** HELD_BITS - 1;
/** A slot's number has so many bits at the least: a few n-grams may be alike. */
const LEAST_BITS = 14;
/** Slots for each n-gram, at the least. */
const SPARE = 1.5;

/** N-grams as they are looked for: open addressing, by the upper bits of a number. */
interface GramTable {
  /** Bits of the number of a slot. */
  readonly bits: number;
  /** The lower bits of the number of the n-gram, and 1. Upper ones are those of a slot that is near. */
  readonly held: Uint16Array;
  /** Of each slot the byte that stands for the weight. */
  readonly codes: Uint8Array;
}

/**
 * Makes the table.
 * @throws FormatError where more n-grams are alike in their upper bits than can be told apart
 */
export function gramTable({ keys, codes }: LinearWeights): GramTable {
  const bits = Math.max(LEAST_BITS, Math.ceil(Math.log2(keys.length * SPARE)));
  const shift = KEY_BITS - bits;
  // In a longer row of slots an n-gram could be taken for one whose lower bits are the same.
  const longest = 2 ** (HELD_BITS - shift) - 1;
  // The last row may end behind the last slot that a number names, and a slot without an n-gram ends it.
  const size = 2 ** bits + longest + 1;
  const held = new Uint16Array(size);
  const placed = new Uint8Array(size);
  let at = -1;
  let row = 0;
  for (let feature = 0; feature < keys.length; feature++) {
    const key = keys[feature]!;
    const first = key >>> shift;
    // Numbers rise: all slots behind the last one are empty.
    if (first > at) row = first === at + 1 ? row : 0;
    at = first > at ? first : at + 1;
    if (++row > longest) throw new FormatError('the model of webshells has too many n-grams that are alike');
    held[at] = (key & HELD_MASK) + 1;
    placed[at] = codes[feature]!;
  }
  return { bits, held, codes: placed };
}
