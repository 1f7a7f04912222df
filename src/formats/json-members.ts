import { FormatError } from '../errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/** One member of a JSON object: its name, and the bytes of its value. */
export interface JsonMember {
  readonly name: string;
  readonly value: Uint8Array;
}

/**
 * Finds the members of the object that a JSON document is, without reading their values: so a large document is parsed
 * one member at a time, in the memory of the largest. Values are delimited, not checked: `JSON.parse` does that.
 * @throws FormatError if the document is no object, or ends in the middle
 */
export function* jsonMembers(document: Uint8Array): Generator<JsonMember> {
  const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength);
  let at = skipBlanks(bytes, bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);
  if (bytes[at] !== 0x7b) throw new FormatError('the document is no JSON object');
  at = skipBlanks(bytes, at + 1);
  if (bytes[at] !== 0x7d) {
    for (;;) {
      if (bytes[at] !== QUOTE) throw unexpected(bytes, at);
      const nameEnd = stringEnd(bytes, at);
      const name = parseName(bytes.subarray(at, nameEnd));
      at = skipBlanks(bytes, nameEnd);
      if (bytes[at] !== COLON) throw unexpected(bytes, at);
      const start = skipBlanks(bytes, at + 1);
      const end = valueEnd(bytes, start);
      if (end === start) throw unexpected(bytes, start);
      yield { name, value: bytes.subarray(start, end) };
      at = skipBlanks(bytes, end);
      if (bytes[at] !== COMMA) break;
      at = skipBlanks(bytes, at + 1);
    }
  }
  if (bytes[at] !== 0x7d) throw unexpected(bytes, at);
  at = skipBlanks(bytes, at + 1);
  if (at < bytes.length) throw new FormatError(`something follows the JSON object, at byte ${at}`);
}

/**
 * Finds the elements of the array that a JSON value is, as `jsonMembers` finds members.
 * @throws FormatError if the value is no array, or ends in the middle
 */
export function* jsonElements(value: Uint8Array): Generator<Uint8Array> {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  let at = skipBlanks(bytes, 0);
  if (bytes[at] !== 0x5b) throw new FormatError('the value is no JSON array');
  at = skipBlanks(bytes, at + 1);
  if (bytes[at] !== 0x5d) {
    for (;;) {
      const end = valueEnd(bytes, at);
      if (end === at) throw unexpected(bytes, at);
      yield bytes.subarray(at, end);
      at = skipBlanks(bytes, end);
      if (bytes[at] !== COMMA) break;
      at = skipBlanks(bytes, at + 1);
    }
  }
  if (bytes[at] !== 0x5d) throw unexpected(bytes, at);
  at = skipBlanks(bytes, at + 1);
  if (at < bytes.length) throw new FormatError(`something follows the JSON array, at byte ${at}`);
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** Position behind the string that starts at `start`. */
function stringEnd(bytes: Buffer, start: number): number {
  let at = start + 1;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === BACKSLASH) at++;
    else if (byte === QUOTE) return at + 1;
  }
  throw unexpected(bytes, bytes.length);
}

/** Position behind the value that starts at `start`. */
function valueEnd(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; ) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at; // a number or a word ends where its object does
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && (byte === COMMA || byte <= 0x20)) return at;
    at++;
  }
  throw unexpected(bytes, bytes.length);
}

function parseName(text: Buffer): string {
  try {
    return JSON.parse(text.toString()) as string;
  } catch (error) {
    throw new FormatError('the name of a JSON member is damaged', { cause: error });
  }
}

function unexpected(bytes: Buffer, at: number): FormatError {
  return at >= bytes.length
    ? new FormatError('the JSON document ends in the middle')
    : new FormatError(`the JSON document is damaged at byte ${at}`);
}
