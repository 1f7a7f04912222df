import { type ComparisonStep, VersionError } from '../../model/version-scheme.ts';

/** What a comparison gives. */
export type Order = ComparisonStep['result'];

/**
 * Where the parts of `[epoch:]version[-release]` begin: dpkg and rpm cut versions alike, and compare the parts each in
 * their own way. Filled again and again, one for each side, so that comparing allocates nothing.
 */
export interface Bounds {
  /** Position of the colon behind the epoch, -1 without one. */
  colon: number;
  /** Position of the last hyphen; the end of the version where nothing follows the middle part. */
  hyphen: number;
}

/** Bounds for both sides of a comparison. */
export function bothBounds(): readonly [left: Bounds, right: Bounds] {
  return [
    { colon: -1, hyphen: 0 },
    { colon: -1, hyphen: 0 },
  ];
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** ASCII letters. */
export function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** Where the digits that begin at `start` end. */
export function digitsEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** Orders numbers of any length, written in digits; none at all counts as 0. */
export function compareNumbers(a: string, b: string): Order {
  const left = withoutZeros(a);
  const right = withoutZeros(b);
  return left.length === right.length ? compareTexts(left, right) : left.length < right.length ? -1 : 1;
}

/** The digits of a number without leading zeros: empty for 0. */
export function withoutZeros(digits: string): string {
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) === 0x30) start++;
  return start === 0 ? digits : digits.slice(start);
}

/** Orders texts by code units. */
export function compareTexts(a: string, b: string): Order {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** What a comparison found, as people write it. An absent side is the end of its version. */
export function relation(left: string | undefined, right: string | undefined, order: Order): string {
  return `${left ?? 'the end'} ${order === 0 ? '=' : order < 0 ? '<' : '>'} ${right ?? 'the end'}`;
}

/** The error for a version that a scheme cannot order; one that is empty is called so. */
export function invalidVersion(scheme: string, version: string, reason: string): VersionError {
  return new VersionError(scheme, version, version === '' ? 'it is empty' : reason);
}

/** The steps up to the one that decided: those behind it were never compared. */
export function untilDecided(steps: readonly ComparisonStep[]): readonly ComparisonStep[] {
  const deciding = steps.findIndex(({ result }) => result !== 0);
  return deciding < 0 ? steps : steps.slice(0, deciding + 1);
}
