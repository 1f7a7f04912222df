import { FormatError } from '../../errors.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { readBytes } from '../byte-source.ts';

/** Numbers of fixed width in a piece of a file. */
export class Fields {
  readonly bytes: Buffer;
  /** Least significant byte first. */
  readonly little: boolean;

  constructor(bytes: Buffer, little = true) {
    this.bytes = bytes;
    this.little = little;
  }

  /**
   * Reads a piece of a file whole.
   * @param what its name, for the message
   * @throws FormatError where the file ends before it does
   */
  static read(source: ByteSource, position: number, length: number, what: string, little = true): Fields {
    const ends = position < 0 || length < 0 || position + length > source.size;
    const bytes = ends ? undefined : readBytes(source, position, length);
    if (bytes?.length !== length) {
      throw new FormatError(`the file ends before its ${what} does`, { reason: 'truncated' });
    }
    return new Fields(bytes, little);
  }

  get length(): number {
    return this.bytes.length;
  }

  /** @throws FormatError beyond the end, as all that follow do */
  u8(at: number): number {
    return this.bytes[this.#check(at, 1)]!;
  }

  u16(at: number): number {
    this.#check(at, 2);
    return this.little ? this.bytes.readUInt16LE(at) : this.bytes.readUInt16BE(at);
  }

  u32(at: number): number {
    this.#check(at, 4);
    return this.little ? this.bytes.readUInt32LE(at) : this.bytes.readUInt32BE(at);
  }

  /** What a number can hold exactly; everything above is `Number.MAX_SAFE_INTEGER`, which no file reaches. */
  u64(at: number): number {
    this.#check(at, 8);
    const high = this.u32(this.little ? at + 4 : at);
    const value = high * 2 ** 32 + this.u32(this.little ? at : at + 4);
    return Math.min(value, Number.MAX_SAFE_INTEGER);
  }

  /** A pointer: 8 bytes where `wide`, 4 else. */
  pointer(at: number, wide: boolean): number {
    return wide ? this.u64(at) : this.u32(at);
  }

  /** Text of Latin letters up to a zero byte, or `maximum` bytes long. */
  text(at: number, maximum: number): string {
    const part = this.bytes.subarray(at, at + maximum);
    const zero = part.indexOf(0);
    return part.toString('latin1', 0, zero < 0 ? part.length : zero);
  }

  #check(at: number, width: number): number {
    if (!(at >= 0 && at + width <= this.bytes.length))
      throw new FormatError('a field lies beyond the end of its table');
    return at;
  }
}
