import { damaged } from '../damage.ts';
import type { Consume } from '../decoder.ts';
import type { Wait } from '../wait.ts';
import type { BitReader } from './bit-reader.ts';
import { bzip2Crc } from './crc.ts';
import { randomDistances } from './randomisation.ts';
import { readSymbols } from './symbols.ts';

/** Bytes of a block, before runs are expanded, by its level from 1 to 9. */
export const BLOCK_UNIT = 100_000;

const OUTPUT = 256 * 1024;
/** After this many equal bytes comes how often the byte is repeated further. */
const RUN = 4;

/** What is used for one block after another. */
export interface Workspace {
  /** A block: the byte in the low 8 bits, and above it the place of the byte that follows. */
  readonly places: Uint32Array;
  readonly output: Buffer;
}

export function makeWorkspace(): Workspace {
  return { places: new Uint32Array(9 * BLOCK_UNIT), output: Buffer.allocUnsafeSlow(OUTPUT) };
}

/**
 * Decodes a block of at most `size` bytes from behind its magic number on.
 * @returns its CRC
 */
export function* readBlock(
  reader: BitReader,
  size: number,
  { places, output }: Workspace,
  consume: Consume,
): Generator<Wait, number, void> {
  const expected = reader.word();
  const randomised = reader.bits(1) === 1;
  const origin = reader.bits(24);
  const { length, counts } = readSymbols(reader, places.subarray(0, size));
  if (origin >= length) throw damaged('origin of a block');
  link(places, length, counts);
  const order = randomised ? randomBytes(places, origin, length) : undefined;
  let sum = -1;
  let filled = 0;
  let place = (places[origin] as number) >>> 8;
  let previous = -1;
  let run = 0;
  for (let left = length; left > 0; left -= 1) {
    const entry = places[place] as number;
    place = entry >>> 8;
    const byte = order === undefined ? entry & 0xff : (order[length - left] as number);
    // A run of 255 and the byte after it.
    if (filled + 256 > OUTPUT) {
      const made = output.subarray(0, filled);
      sum = bzip2Crc(made, sum);
      consume(made);
      filled = 0;
      yield 'pause';
    }
    if (run === RUN) {
      output.fill(previous, filled, filled + byte);
      filled += byte;
      run = 0;
      previous = -1;
      continue;
    }
    run = byte === previous ? run + 1 : 1;
    previous = byte;
    output[filled++] = byte;
  }
  const made = output.subarray(0, filled);
  sum = bzip2Crc(made, sum);
  if (filled > 0) consume(made);
  if (~sum >>> 0 !== expected) throw damaged('CRC of a block');
  return expected;
}

/** Undoes the Burrows-Wheeler transform: tells of each byte which one follows it. */
function link(places: Uint32Array, length: number, counts: Int32Array): void {
  const next = new Int32Array(256);
  for (let byte = 0, sum = 0; byte < 256; byte++) {
    next[byte] = sum;
    sum += counts[byte] as number;
  }
  for (let at = 0; at < length; at++) {
    const byte = (places[at] as number) & 0xff;
    const place = next[byte] as number;
    next[byte] = place + 1;
    places[place] = ((places[place] as number) & 0xff) | (at << 8);
  }
}

/** The bytes of a randomised block in order, which are rare: no writer since 1999 makes them. */
function randomBytes(places: Uint32Array, origin: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let place = (places[origin] as number) >>> 8;
  let which = 0;
  let left = randomDistances[0] as number;
  for (let at = 0; at < length; at++) {
    const entry = places[place] as number;
    place = entry >>> 8;
    // The byte before the last of each distance is the one that was inverted.
    bytes[at] = (entry & 0xff) ^ (left === 2 ? 1 : 0);
    left -= 1;
    if (left === 0) {
      which = (which + 1) % randomDistances.length;
      left = randomDistances[which] as number;
    }
  }
  return bytes;
}
