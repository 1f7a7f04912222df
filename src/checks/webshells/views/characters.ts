import { nibble } from './encodings.ts';
import { hasWordAt, isWord } from './spans.ts';

/** Constant characters: a call such as `chr(65)`. */
export interface Characters {
  /** Bytes before the bracket that belong to the call and are in the output already. */
  readonly before: number;
  readonly characters: readonly number[];
  /** Behind it. */
  readonly end: number;
}

/** Most characters that one call is made of. */
const MOST = 4096;

/** Whether an opening bracket looks like that of a call that makes constant characters, or like `(char)`. */
export function beginsCharacters(text: Uint8Array, at: number): boolean {
  if (text[at + 1] === 0x63 && text[at + 5] === 0x29) return hasWordAt(text, at, '(char)');
  const last = at > 0 ? text[at - 1]! | 0x20 : 0;
  return (
    (last === 0x72 && hasName(text, at, 'chr')) ||
    (last === 0x77 && hasName(text, at, 'chrw')) ||
    (last === 0x62 && hasName(text, at, 'chrb')) ||
    (last === 0x65 && hasName(text, at, 'fromcharcode'))
  );
}

/**
 * Reads constant characters at an opening bracket: `chr(65)`, `ChrW(&H41)`, `fromCharCode(65, 66)`, `(char)65`.
 * A number may be a sum, difference, product or exclusive or of two. Undefined where there are none, or one of them is
 * neither printable ASCII nor white space.
 */
export function readCharacters(
  text: Uint8Array,
  at: number,
  end: number,
  out: Uint8Array,
  o: number,
): Characters | undefined {
  const last = at > 0 ? text[at - 1]! | 0x20 : 0;
  if (text[at + 1] === 0x63 && hasWordAt(text, at, '(char)')) {
    const number = readNumber(text, at + 6, end);
    if (number === undefined || !isCharacter(number.value)) return undefined;
    return { before: 0, characters: [number.value], end: number.end };
  }
  let before = 0;
  let isList = false;
  if (last === 0x72 && hasName(out, o, 'chr')) before = 3;
  else if (last === 0x77 && hasName(out, o, 'chrw')) before = 4;
  else if (last === 0x62 && hasName(out, o, 'chrb')) before = 4;
  else if (last === 0x65 && hasName(out, o, 'fromcharcode')) {
    before = o > 19 && hasWordAt(out, o - 19, 'string.') && !(isWord[out[o - 20]!] === 1) ? 19 : 12;
    isList = true;
  }
  if (before === 0) return undefined;
  const characters: number[] = [];
  let i = at + 1;
  while (characters.length < MOST) {
    const number = readConstant(text, i, end);
    if (number === undefined || !isCharacter(number.value)) return undefined;
    characters.push(number.value);
    i = skipSpace(text, number.end, end);
    if (text[i] === 0x29 && i < end) return { before, characters, end: i + 1 };
    if (!isList || text[i] !== 0x2c) return undefined;
    i++;
  }
  return undefined;
}

function hasName(out: Uint8Array, o: number, name: string): boolean {
  const at = o - name.length;
  return at >= 0 && hasWordAt(out, at, name) && !(at > 0 && isWord[out[at - 1]!] === 1);
}

function isCharacter(value: number): boolean {
  return (value >= 0x20 && value <= 0x7e) || value === 0x0a || value === 0x0d || value === 0x09;
}

interface Constant {
  readonly value: number;
  readonly end: number;
}

function readConstant(text: Uint8Array, at: number, end: number): Constant | undefined {
  const first = readNumber(text, at, end);
  if (first === undefined) return undefined;
  const i = skipSpace(text, first.end, end);
  const sign = text[i];
  if (i >= end || (sign !== 0x2b && sign !== 0x2d && sign !== 0x2a && sign !== 0x5e)) return first;
  const second = readNumber(text, i + 1, end);
  if (second === undefined) return undefined;
  const { value: a } = first;
  const { value: b } = second;
  const value = sign === 0x2b ? a + b : sign === 0x2d ? a - b : sign === 0x2a ? a * b : a ^ b;
  return { value, end: second.end };
}

/** A number in decimal, octal (`0101`), hexadecimal (`0x41`, `&H41`) or, of PHP and others, binary (`0b1000001`). */
function readNumber(text: Uint8Array, at: number, end: number): Constant | undefined {
  let i = skipSpace(text, at, end);
  let base = 10;
  const next = text[i + 1]! | 0x20;
  if (text[i] === 0x26 && next === 0x68) {
    base = 16;
    i += 2;
  } else if (text[i] === 0x30 && (next === 0x78 || next === 0x62)) {
    base = next === 0x78 ? 16 : 2;
    i += 2;
  } else if (text[i] === 0x30 && nibble(text[i + 1]) >= 0) {
    base = 8;
    i++;
  }
  const start = i;
  const stop = Math.min(end, i + 12);
  let value = 0;
  for (; i < stop; i++) {
    const digit = nibble(text[i]);
    if (digit < 0 || digit >= base) break;
    value = value * base + digit;
  }
  return i === start ? undefined : { value, end: i };
}

function skipSpace(text: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && text[i]! <= 0x20) i++;
  return i;
}
