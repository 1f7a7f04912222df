import { FormatError } from '../../errors.ts';

/**
 * Reads the numbers, bits and bytes of a header of 7z, one after the other.
 * @throws FormatError, each of its methods, where they end
 */
export class HeaderReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  take(bytes: number): Buffer {
    if (bytes > this.left) throw new FormatError('its header is cut short');
    this.#at += bytes;
    return this.#bytes.subarray(this.#at - bytes, this.#at);
  }

  /** So many bytes as a header of their own. */
  part(bytes: number): HeaderReader {
    return new HeaderReader(this.take(bytes));
  }

  /** A number of one to nine bytes: the first tells by its upper bits how many follow. */
  number(): number {
    const first = this.byte();
    let value = 0;
    for (let i = 0, mask = 0x80; i < 8; i++, mask >>= 1) {
      if ((first & mask) === 0) return safe(value + (first & (mask - 1)) * 256 ** i);
      value += this.byte() * 256 ** i;
    }
    return safe(value);
  }

  /** How many things follow, each of which takes a byte of the header at least: a name, a size. */
  count(): number {
    const value = this.number();
    if (value > this.#bytes.length) throw new FormatError('a number in its header is too large');
    return value;
  }

  /** So many bits, the first one highest, each as a byte that is 0 or 1. */
  bits(count: number): Uint8Array {
    const bytes = this.take(Math.ceil(count / 8));
    const bits = new Uint8Array(count);
    for (let i = 0; i < count; i++) bits[i] = ((bytes[i >> 3] as number) >> (7 - (i & 7))) & 1;
    return bits;
  }

  /** The same, or one byte that says that all are set. */
  bitsOrAll(count: number): Uint8Array {
    return this.byte() !== 0 ? new Uint8Array(count).fill(1) : this.bits(count);
  }
}

function safe(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER) throw new FormatError('a number in its header is too large');
  return value;
}
