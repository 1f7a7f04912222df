/** What Go's `strconv.IsPrint` calls printable, by Unicode's categories. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const named = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
]);

/** A text in double quotes as Go's `strconv.Quote` writes it. */
export function quote(text: string): string {
  const written = Array.from(text, (character) => (character === '"' ? '\\"' : quoteCharacter(character)));
  return `"${written.join('')}"`;
}

/** A byte in single quotes as Go's JSON decoder names it: taken for a character of Latin-1. */
export function quoteByte(byte: number): string {
  if (byte === 0x27) return "'\\''";
  return `'${quoteCharacter(String.fromCharCode(byte))}'`;
}

function quoteCharacter(character: string): string {
  const short = named.get(character);
  if (short !== undefined) return short;
  if (printable.test(character)) return character;
  const code = character.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

const int64 = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n };

/** Longest text that is worth to be made a number: all that are longer are out of range, but for zeros. */
const digitsToConvert = 32;

/**
 * An integer of 64 bits in decimal, as Go's `strconv.Atoi` reads it; beyond what a number holds exactly, the nearest
 * that it does.
 * @returns the number, or why it is none
 */
export function parseInteger(text: string): number | 'invalid syntax' | 'value out of range' {
  if (!/^[+-]?[0-9]+$/.test(text)) return 'invalid syntax';
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]/, '').replace(/^0+/, '');
  if (digits.length > digitsToConvert) return 'value out of range';
  const value = negative ? -BigInt(`0${digits}`) : BigInt(`0${digits}`);
  if (value < int64.least || value > int64.greatest) return 'value out of range';
  return Math.min(Math.max(Number(value), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}
