import { FormatError, LimitError } from '../../errors.ts';

/** A value that PHP wrote. Keys of lists are their numbers as text. */
export type SerializedValue = string | number | boolean | null | ReadonlyMap<string, SerializedValue>;

const MAX_DEPTH = 40;
const MAX_VALUES = 500_000;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const QUOTE = 0x22;
const BRACE = 0x7b;
const END = 0x7d;

/**
 * Reads what `serialize()` of PHP wrote: texts, numbers, booleans, null and arrays (php.net, "serialize"). Objects, and
 * references to other values, make a program of it and are refused. Lengths of texts are in bytes.
 * @throws FormatError where it is not of that form
 * @throws LimitError where it is nested too deeply or has too many values
 */
export function parseSerialized(bytes: Uint8Array): SerializedValue {
  return new Reader(bytes).read();
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): SerializedValue {
    return this.#value(0);
  }

  #value(depth: number): SerializedValue {
    if (depth > MAX_DEPTH || ++this.#values > MAX_VALUES) throw new LimitError('it is nested too deeply, or too large');
    const kind = String.fromCharCode(this.#bytes[this.#at++] ?? 0);
    if (kind === 'N') {
      this.#expect(SEMICOLON);
      return null;
    }
    this.#expect(COLON);
    switch (kind) {
      case 's':
        return this.#text();
      case 'a':
        return this.#array(depth);
      case 'i':
      case 'd':
        return Number(this.#until(SEMICOLON));
      case 'b':
        return this.#until(SEMICOLON) === '1';
      default:
        throw new FormatError('it has a value of a kind that is not read');
    }
  }

  #text(): string {
    const length = this.#length();
    this.#expect(QUOTE);
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new FormatError('it ends within a text');
    this.#at += length;
    this.#expect(QUOTE);
    this.#expect(SEMICOLON);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #array(depth: number): ReadonlyMap<string, SerializedValue> {
    const length = this.#length();
    this.#expect(BRACE);
    const found = new Map<string, SerializedValue>();
    for (let i = 0; i < length; i++) {
      const key = this.#value(MAX_DEPTH);
      if (typeof key !== 'string' && typeof key !== 'number') throw new FormatError('it has a key that is none');
      found.set(String(key), this.#value(depth + 1));
    }
    this.#expect(END);
    return found;
  }

  #length(): number {
    const text = this.#until(COLON);
    if (!/^\d{1,9}$/.test(text)) throw new FormatError('it has a length that is none');
    return Number(text);
  }

  /** A short token and its end. */
  #until(end: number): string {
    const limit = Math.min(this.#bytes.length, this.#at + 40);
    const start = this.#at;
    while (this.#at < limit && this.#bytes[this.#at] !== end) this.#at++;
    const text = this.#bytes.toString('latin1', start, this.#at);
    this.#expect(end);
    return text;
  }

  #expect(byte: number): void {
    if (this.#bytes[this.#at++] !== byte) throw new FormatError('it is not as PHP writes values');
  }
}
