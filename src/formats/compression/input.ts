import { truncated } from './damage.ts';
import type { Wait } from './wait.ts';

/** Bytes that are held for a decoder, unless one needs more at a time. */
const ROOM = 256 * 1024;

/**
 * The compressed bytes that came and were not used yet: `buffer` from `start` to `end`. A decoder looks at them in
 * place and moves `start`; whoever runs it appends. Between two `yield`s of the decoder nothing moves.
 */
export class Input {
  buffer: Buffer = Buffer.allocUnsafeSlow(ROOM);
  start = 0;
  end = 0;
  /** Nothing more will come. */
  ended: boolean = false;
  /** Bytes that came before the first of `buffer`. */
  #gone = 0;

  /** How many bytes were used so far. */
  get position(): number {
    return this.#gone + this.start;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Waits until `bytes` are there. @returns false where the input ends before */
  *wait(bytes: number): Generator<Wait, boolean, void> {
    if (this.length < bytes) this.#makeRoom(bytes);
    while (this.length < bytes) {
      if (this.ended) return false;
      yield 'input';
    }
    return true;
  }

  /** Waits until `bytes` are there. @throws FormatError where the input ends before */
  *need(bytes: number): Generator<Wait, void, void> {
    if (this.length < bytes && !(yield* this.wait(bytes))) throw truncated();
  }

  /** Passes over bytes, of which there may be more than are held at a time. */
  *skip(bytes: number): Generator<Wait, void, void> {
    let left = bytes;
    for (;;) {
      const passed = Math.min(left, this.length);
      this.start += passed;
      left -= passed;
      if (left === 0) return;
      yield* this.need(1);
    }
  }

  /** Where the next bytes go; never empty when a decoder waits for input. */
  get room(): Buffer {
    if (this.start === this.end) {
      this.#gone += this.start;
      this.start = 0;
      this.end = 0;
    }
    return this.buffer.subarray(this.end);
  }

  #makeRoom(bytes: number): void {
    if (this.start + bytes <= this.buffer.length) return;
    const held = this.buffer.subarray(this.start, this.end);
    if (bytes > this.buffer.length) this.buffer = Buffer.allocUnsafeSlow(bytes + ROOM);
    this.buffer.set(held);
    this.#gone += this.start;
    this.start = 0;
    this.end = held.length;
  }
}
