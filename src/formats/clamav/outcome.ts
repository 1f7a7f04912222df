import { FormatError } from '../../errors.ts';

/**
 * What became of a line of a database.
 * - `loaded`: a signature that is matched.
 * - `inert`: ClamAV takes the line and adds nothing: a comment, a level, target or attribute that it does not know.
 * - `unsupported`: a signature of ClamAV that is not matched here; `reason` is one of few words, to be counted.
 * A line that ClamAV refuses throws a FormatError.
 */
export type LineOutcome<T> =
  | { readonly kind: 'loaded'; readonly record: T }
  | { readonly kind: 'inert'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string; readonly name?: string };

export function loaded<T>(record: T): LineOutcome<T> {
  return { kind: 'loaded', record };
}

export function inert(reason: string): LineOutcome<never> {
  return { kind: 'inert', reason };
}

export function unsupported(reason: string, name?: string): LineOutcome<never> {
  return { kind: 'unsupported', reason, ...(name === undefined ? {} : { name }) };
}

/** The functionality level that this reader claims: that of ClamAV 1.4.6. Lines for others are left out. */
export const CLAMAV_LEVEL = 216;

/**
 * Tells whether a line is for the level that is claimed. Empty fields set no bound.
 * @throws FormatError where a level is no number
 */
export function fitsLevel(minimum: string | undefined, maximum: string | undefined): boolean {
  return levelOf(minimum, 0) <= CLAMAV_LEVEL && CLAMAV_LEVEL <= levelOf(maximum, Number.MAX_SAFE_INTEGER);
}

/** @throws FormatError where it is no number */
export function levelOf(text: string | undefined, absent: number): number {
  return text === undefined || text === '' ? absent : decimal(text, 'a level');
}

/** A whole number in decimal digits, below 2^53. @throws FormatError */
export function decimal(text: string, what: string): number {
  if (!isDecimal(text)) throw new FormatError(`${what} is no number`);
  return Number(text);
}

export function isDecimal(text: string): boolean {
  if (text.length === 0 || text.length > 15) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

export function isHex(text: string): boolean {
  if (text.length % 2 !== 0 || text === '') return false;
  for (let at = 0; at < text.length; at++) if (nibble(text.charCodeAt(at)) < 0) return false;
  return true;
}

/** The value of a hexadecimal digit of either case; -1 where it is none. */
export function nibble(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
