/** The reflected polynomial of ECMA-182, in halves (the .xz file format, section 6). */
const POLYNOMIAL_LOW = 0xd7870f42;
const POLYNOMIAL_HIGH = 0xc96c5795;

interface Tables {
  /** `table[256 * n + byte]`: what a byte does n bytes later; low and high halves. */
  readonly low: Int32Array;
  readonly high: Int32Array;
}

let tables: Tables | undefined;

/** Four bytes are taken at a time: a check must not cost much of what it checks. */
function makeTables(): Tables {
  const low = new Int32Array(4 * 256);
  const high = new Int32Array(4 * 256);
  for (let at = 0; at < low.length; at++) {
    let a = at < 256 ? at : (low[at - 256] as number);
    let b = at < 256 ? 0 : (high[at - 256] as number);
    for (let bit = 0; bit < 8; bit++) {
      const odd = (a & 1) === 1;
      a = (a >>> 1) | (b << 31);
      b >>>= 1;
      if (odd) {
        a ^= POLYNOMIAL_LOW;
        b ^= POLYNOMIAL_HIGH;
      }
    }
    low[at] = a;
    high[at] = b;
  }
  return { low, high };
}

/** CRC-64 of ECMA-182 as xz uses it. */
export class Crc64 {
  #low = -1;
  #high = -1;

  get low(): number {
    return ~this.#low >>> 0;
  }

  get high(): number {
    return ~this.#high >>> 0;
  }

  update(bytes: Uint8Array): void {
    tables ??= makeTables();
    const { low, high } = tables;
    let a = this.#low;
    let b = this.#high;
    let at = 0;
    for (const end = bytes.length - 3; at < end; at += 4) {
      const word =
        a ^
        ((bytes[at] as number) |
          ((bytes[at + 1] as number) << 8) |
          ((bytes[at + 2] as number) << 16) |
          ((bytes[at + 3] as number) << 24));
      const first = 768 + (word & 0xff);
      const second = 512 + ((word >>> 8) & 0xff);
      const third = 256 + ((word >>> 16) & 0xff);
      const fourth = word >>> 24;
      a = b ^ (low[first] as number) ^ (low[second] as number) ^ (low[third] as number) ^ (low[fourth] as number);
      b = (high[first] as number) ^ (high[second] as number) ^ (high[third] as number) ^ (high[fourth] as number);
    }
    for (; at < bytes.length; at++) {
      const index = (a ^ (bytes[at] as number)) & 0xff;
      a = ((a >>> 8) | (b << 24)) ^ (low[index] as number);
      b = (b >>> 8) ^ (high[index] as number);
    }
    this.#low = a;
    this.#high = b;
  }
}
