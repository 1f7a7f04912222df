import { Inflow } from '../archive/inflow.ts';
import { damaged } from '../compression/damage.ts';
import type { Steps } from '../compression/wait.ts';

/** Bytes that are made before they are handed on, and the most that one step adds. */
const OUTPUT = 64 * 1024;
const STEP = 5;
const PIECE = 64 * 1024;
/** Probabilities have 11 bits, and move by a 32nd of what is left: one for each byte before a call, for jumps, for branches. */
const HALF = 1 << 10;
const JUMP = 256;
const BRANCH = 257;
const TOP = 2 ** 24;

/** The four streams that BCJ2 makes of machine code for x86. */
export interface Bcj2Streams {
  /** All bytes but the targets that were taken out. */
  readonly main: Inflow;
  /** Targets of calls, then those of jumps: four bytes each, the highest first. */
  readonly calls: Inflow;
  readonly jumps: Inflow;
  /** For each instruction, whether its target was taken out: bits of a range coder. */
  readonly decisions: Inflow;
}

/** Puts the targets of calls and jumps back to where they belong (LZMA SDK, "Bcj2.c"). */
export function bcj2({ main, calls, jumps, decisions }: Bcj2Streams): Inflow {
  const output = Buffer.allocUnsafe(OUTPUT + STEP);
  const probabilities = new Uint16Array(BRANCH + 1).fill(HALF);
  let range = 0;
  let code = 0;
  let position = 0;
  let previous = 0;
  let isBegun = false;

  function* isTaken(index: number): Steps<boolean> {
    const probability = probabilities[index] as number;
    const bound = Math.floor(range / 2048) * probability;
    const bit = code >= bound;
    if (bit) {
      range -= bound;
      code -= bound;
      probabilities[index] = probability - (probability >> 5);
    } else {
      range = bound;
      probabilities[index] = probability + ((2048 - probability) >> 5);
    }
    if (range < TOP) {
      range = (range * 256) >>> 0;
      code = ((code << 8) | ((yield* decisions.need(1))[0] as number)) >>> 0;
    }
    return bit;
  }

  return new Inflow({
    *more() {
      if (!isBegun) {
        const start = yield* decisions.need(5);
        if (start[0] !== 0) throw damaged('start of BCJ2');
        code = start.readUInt32BE(1);
        range = 0xffffffff;
        isBegun = true;
      }
      let made = 0;
      while (made < OUTPUT) {
        const bytes = yield* main.peek(1);
        if (bytes.length === 0) break;
        const piece = yield* main.take(Math.min(PIECE, OUTPUT - made));
        let end = 0;
        let byte = 0;
        let isBranch = false;
        while (end < piece.length && !isBranch) {
          byte = piece[end++] as number;
          isBranch = (byte & 0xfe) === 0xe8 || (previous === 0x0f && (byte & 0xf0) === 0x80);
          output[made++] = byte;
          if (!isBranch) previous = byte;
        }
        position += end;
        main.putBack(piece.length - end);
        if (!isBranch) continue;
        const index = byte === 0xe8 ? previous : byte === 0xe9 ? JUMP : BRANCH;
        previous = byte;
        if (!(yield* isTaken(index))) continue;
        const target = (yield* (byte === 0xe8 ? calls : jumps).need(4)).readUInt32BE(0);
        const relative = (target - (position + 4)) | 0;
        output.writeInt32LE(relative, made);
        made += 4;
        position += 4;
        previous = relative >>> 24;
      }
      yield 'pause';
      return made === 0 ? undefined : output.subarray(0, made);
    },
  });
}
