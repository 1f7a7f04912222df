/**
 * How the version of one program is written. A small language of its own in place of regular expressions, so that reading
 * one takes as many steps as it has bytes, whatever they are.
 *
 * `*.*.*` three numbers; `3.*` the first is 3, `50+.*` at least 50; `*.*.*?` the last may be missing. After a blank what may follow the numbers:
 * `p#` a `p` and a number, `@` one small letter; with a `!` behind it has to be there: `*.* p#!`.
 */
export interface VersionForm {
  readonly numbers: readonly NumberForm[];
  readonly suffix?: { readonly letters: string; readonly numbered: boolean; readonly required: boolean };
}

interface NumberForm {
  /** The digits that it has to be; absent: any. */
  readonly digits?: string;
  readonly least?: number;
  readonly optional: boolean;
}

/** Digits of one number: years and revisions have fewer, and what has more is a date or a digest. */
const MOST_DIGITS = 6;
const DOT = 0x2e;

/** Reads the form of versions. For those who write rows: what is none ends the program. */
export function versionForm(text: string): VersionForm {
  const [numbers = '', suffix] = text.split(' ');
  const form = numbers.split('.').map((part): NumberForm => {
    const optional = part.endsWith('?');
    const digits = optional ? part.slice(0, -1) : part;
    if (digits === '*') return { optional };
    if (!/^\d+\+?$/.test(digits)) throw new TypeError(`no form of a version: ${text}`);
    return digits.endsWith('+') ? { optional, least: Number.parseInt(digits, 10) } : { optional, digits };
  });
  if (suffix === undefined) return { numbers: form };
  const required = suffix.endsWith('!');
  const letters = suffix.replace(/!$/, '').replace(/#$/, '');
  return { numbers: form, suffix: { letters, numbered: suffix.replace(/!$/, '').endsWith('#'), required } };
}

/**
 * Where a version of the form that begins at a place ends; -1 where there is none. As many numbers are taken as there are:
 * `1.2.3` is no version of the form `*.*`.
 */
export function endOfVersion(bytes: Uint8Array, start: number, { numbers, suffix }: VersionForm): number {
  let at = start;
  for (const [index, number] of numbers.entries()) {
    const from = index === 0 ? at : at + 1;
    const end = index > 0 && bytes[at] !== DOT ? from : endOfNumber(bytes, from);
    if (end === from && number.optional) break;
    if (end === from || end - from > MOST_DIGITS || !fits(bytes, from, end, number)) return -1;
    at = end;
  }
  if (bytes[at] === DOT && isDigit(bytes[at + 1])) return -1;
  if (suffix === undefined) return at;
  const end = endOfSuffix(bytes, at, suffix);
  return end === at && suffix.required ? -1 : end;
}

function fits(bytes: Uint8Array, start: number, end: number, { digits, least }: NumberForm): boolean {
  if (digits !== undefined) return isText(bytes, start, end, digits);
  if (least === undefined) return true;
  let number = 0;
  for (let at = start; at < end; at++) number = number * 10 + (bytes[at] as number) - 0x30;
  return number >= least;
}

function endOfSuffix(bytes: Uint8Array, at: number, { letters, numbered }: NonNullable<VersionForm['suffix']>): number {
  if (letters === '@') {
    const byte = bytes[at] ?? 0;
    return byte >= 0x61 && byte <= 0x7a ? at + 1 : at;
  }
  const from = at + letters.length;
  if (!isText(bytes, at, from, letters)) return at;
  if (!numbered) return from;
  const end = endOfNumber(bytes, from);
  return end === from ? at : end;
}

function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at - start <= MOST_DIGITS && isDigit(bytes[at])) at++;
  return at;
}

function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
