import { truncated } from '../damage.ts';

/** Reads bits, the highest first, from bytes that are in memory. */
export class BitReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** The next byte that was not taken. */
  at: number;
  /** The last `count` bits of `held` were taken and not used. */
  held = 0;
  count = 0;

  /** @param skip bits of the first byte that were used before */
  constructor(bytes: Uint8Array, start: number, end: number, skip: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
    if (skip > 0) this.bits(skip);
  }

  /** Up to 24 bits. @throws FormatError where there are fewer */
  bits(count: number): number {
    while (this.count < count) {
      if (this.at >= this.end) throw truncated();
      this.held = (this.held << 8) | (this.bytes[this.at++] as number);
      this.count += 8;
    }
    this.count -= count;
    return (this.held >>> this.count) & ((1 << count) - 1);
  }

  /** 32 bits, unsigned. */
  word(): number {
    return this.bits(16) * 0x10000 + this.bits(16);
  }
}
