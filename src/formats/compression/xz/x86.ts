import type { Branches } from './branch.ts';

/** By which of the last three bytes looked like an opcode: may another one begin here, and which byte decides it. */
const ALLOWED: readonly boolean[] = [true, true, true, false, true, false, false, false];
const DECIDING: readonly number[] = [0, 1, 2, 2, 3, 3, 3, 3];

/** Undoes the filter for x86 code: targets of CALL and JMP (E8, E9), which may begin at any byte. */
export class X86 {
  /** Which of the last bytes looked like an opcode. */
  #mask = 0;

  readonly convert: Branches = (bytes, position) => {
    const end = bytes.length - 4;
    if (end <= 0) return 0;
    let mask = this.#mask;
    let last = -1;
    let at = 0;
    for (; at < end; at++) {
      if (((bytes[at] as number) & 0xfe) !== 0xe8) continue;
      const since = at - last;
      last = at;
      mask = since > 3 ? 0 : (mask << (since - 1)) & 7;
      const deciding = DECIDING[mask] as number;
      if (mask !== 0 && (ALLOWED[mask] !== true || isEnd(bytes[at + 4 - deciding] as number))) {
        mask = (mask << 1) | 1;
      } else if (isEnd(bytes[at + 4] as number)) {
        bytes.writeInt32LE(relative(bytes.readInt32LE(at + 1), position + at + 5, mask), at + 1);
        at += 4;
      } else {
        mask = (mask << 1) | 1;
      }
    }
    const since = at - last;
    this.#mask = since > 3 ? 0 : (mask << (since - 1)) & 7;
    return at;
  };
}

/** The highest byte of a target that was converted: within 16 MiB in one direction or the other. */
function isEnd(byte: number): boolean {
  return byte === 0 || byte === 0xff;
}

function relative(stored: number, next: number, mask: number): number {
  let source = stored;
  let target = (source - next) | 0;
  if (mask !== 0) {
    const bits = (DECIDING[mask] as number) * 8;
    while (isEnd((target >>> (24 - bits)) & 0xff)) {
      source = target ^ ((1 << (32 - bits)) - 1);
      target = (source - next) | 0;
    }
  }
  return (target & 0x01ffffff) | -(target & 0x01000000) | 0;
}
