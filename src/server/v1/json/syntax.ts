import { quoteByte } from './go-text.ts';

/** A body that is no JSON, in the words of Go's decoder, which clients of the v1 API show to people. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** A number as it was written: what it may become depends on where it stands. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object as it was written: in its order, with names that come twice. */
export class JsonObject {
  readonly members: (readonly [string, JsonValue])[] = [];
}

export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/**
 * Reads the first JSON value; what follows it is not looked at.
 * @param depth how many arrays and objects may stand in each other
 * @throws JsonSyntaxError with the message of Go's `encoding/json`
 */
export function parseFirstValue(bytes: Uint8Array, depth: number): JsonValue {
  return new Parser(bytes, depth).first();
}

const quote = 0x22;
const backslash = 0x5c;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isHex = (byte: number): boolean => isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
const literals = new Map<number, readonly [string, boolean | null]>([
  [0x74, ['true', true]],
  [0x66, ['false', false]],
  [0x6e, ['null', null]],
]);
const escapes = new Map<number, string>(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, character]) => [letter.charCodeAt(0), character],
  ),
);

class Parser {
  #at = 0;
  #depth = 0;
  readonly #bytes: Buffer;
  readonly #maximum: number;

  constructor(bytes: Uint8Array, maximum: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#maximum = maximum;
  }

  first(): JsonValue {
    this.#skipSpace();
    if (this.#at === this.#bytes.length) throw new JsonSyntaxError('EOF');
    return this.#value();
  }

  #value(): JsonValue {
    const byte = this.#next();
    switch (byte) {
      case 0x7b:
        return this.#object();
      case 0x5b:
        return this.#array();
      case quote:
        return this.#string();
      case 0x2d:
        return this.#number(this.#at - 1);
    }
    if (isDigit(byte)) {
      this.#at -= 1;
      return this.#number(this.#at);
    }
    const literal = literals.get(byte);
    if (literal === undefined) this.#refuse(byte, 'looking for beginning of value');
    const [word, value] = literal;
    for (let index = 1; index < word.length; index += 1) {
      const expected = word.charCodeAt(index);
      const found = this.#raw();
      if (found !== expected) this.#refuse(found, `in literal ${word} (expecting '${word[index]}')`);
    }
    return value;
  }

  #object(): JsonObject {
    this.#enter(0x7b);
    const object = new JsonObject();
    let byte = this.#next();
    if (byte !== 0x7d) {
      for (;;) {
        if (byte !== quote) this.#refuse(byte, 'looking for beginning of object key string');
        const name = this.#string();
        byte = this.#next();
        if (byte !== 0x3a) this.#refuse(byte, 'after object key');
        this.#skipSpace();
        object.members.push([name, this.#value()]);
        byte = this.#next();
        if (byte === 0x7d) break;
        if (byte !== 0x2c) this.#refuse(byte, 'after object key:value pair');
        byte = this.#next();
      }
    }
    this.#depth -= 1;
    return object;
  }

  #array(): JsonValue[] {
    this.#enter(0x5b);
    const values: JsonValue[] = [];
    this.#skipSpace();
    if (this.#bytes[this.#at] === 0x5d) this.#at += 1;
    else {
      for (;;) {
        values.push(this.#value());
        const byte = this.#next();
        if (byte === 0x5d) break;
        if (byte !== 0x2c) this.#refuse(byte, 'after array element');
      }
    }
    this.#depth -= 1;
    return values;
  }

  /** Behind the opening quote. */
  #string(): string {
    const parts: string[] = [];
    let start = this.#at;
    for (;;) {
      const byte = this.#raw();
      if (byte < 0x20) this.#refuse(byte, 'in string literal');
      if (byte !== quote && byte !== backslash) continue;
      parts.push(this.#bytes.toString('utf8', start, this.#at - 1));
      if (byte === quote) break;
      parts.push(this.#escape());
      start = this.#at;
    }
    // Halves of surrogate pairs become U+FFFD, as they do in Go.
    return parts.length === 1 ? parts[0]! : parts.join('').toWellFormed();
  }

  /** Behind the backslash. */
  #escape(): string {
    const letter = this.#raw();
    const character = escapes.get(letter);
    if (character !== undefined) return character;
    if (letter !== 0x75) this.#refuse(letter, 'in string escape code');
    for (let digits = 0; digits < 4; digits += 1) {
      const byte = this.#raw();
      if (!isHex(byte)) this.#refuse(byte, 'in \\u hexadecimal character escape');
    }
    return String.fromCharCode(Number.parseInt(this.#bytes.toString('latin1', this.#at - 4, this.#at), 16));
  }

  /** At the first digit; the sign, if any, was read. */
  #number(start: number): JsonNumber {
    const first = this.#raw();
    if (!isDigit(first)) this.#refuse(first, 'in numeric literal');
    if (first !== 0x30) this.#digits();
    if (this.#bytes[this.#at] === 0x2e) {
      this.#at += 1;
      this.#digit('after decimal point in numeric literal');
    }
    if (((this.#bytes[this.#at] ?? 0) | 0x20) === 0x65) {
      this.#at += 1;
      const sign = this.#bytes[this.#at];
      if (sign === 0x2b || sign === 0x2d) this.#at += 1;
      this.#digit('in exponent of numeric literal');
    }
    return new JsonNumber(this.#bytes.toString('latin1', start, this.#at));
  }

  /** One digit or more. */
  #digit(context: string): void {
    const byte = this.#raw();
    if (!isDigit(byte)) this.#refuse(byte, context);
    this.#digits();
  }

  #digits(): void {
    while (this.#at < this.#bytes.length && isDigit(this.#bytes[this.#at]!)) this.#at += 1;
  }

  #enter(byte: number): void {
    this.#depth += 1;
    if (this.#depth > this.#maximum) this.#refuse(byte, 'exceeded max depth');
  }

  #skipSpace(): void {
    while (this.#at < this.#bytes.length && isSpace(this.#bytes[this.#at]!)) this.#at += 1;
  }

  /** The next byte that is no space. */
  #next(): number {
    this.#skipSpace();
    return this.#raw();
  }

  #raw(): number {
    if (this.#at === this.#bytes.length) throw new JsonSyntaxError('unexpected EOF');
    const byte = this.#bytes[this.#at]!;
    this.#at += 1;
    return byte;
  }

  #refuse(byte: number, context: string): never {
    throw new JsonSyntaxError(`invalid character ${quoteByte(byte)} ${context}`);
  }
}
