import type { ComparisonStep, VersionScheme } from '../../model/version-scheme.ts';
import { invalidVersion, isDigit, type Order, untilDecided } from './parts.ts';

/**
 * Versions of pacman: `[epoch:]pkgver[-pkgrel]`, in the order of pacman 7.0 (vercmp(8)).
 *
 * A part is split into runs of digits and runs of ASCII letters with separators between them. Unlike with rpm, a longer
 * separator sorts after a shorter one, `~` and `^` are separators, letters behind the last common run sort before its end
 * (`1.0rc` before `1.0`), and anything else behind it sorts after (`1.0.a` after `1.0`). Digits compare by value and sort
 * after letters. The epoch is what stands before the first colon if that is digits alone, and 0 without one. `pkgrel` is
 * what follows the last hyphen; it is compared only where both versions have one, so that a version without one equals
 * all its builds. So it is an order of what packages have: a `pkgrel` each, and single separators between runs.
 *
 * Invalid are an empty version or `pkgver`, and white space or control characters within.
 */
export const alpmVersions: VersionScheme = { id: 'alpm', compare, explain };

interface Parts {
  readonly epoch: string;
  readonly version: string;
  readonly release?: string;
}

function compare(a: string, b: string): Order {
  const left = partsOf(a);
  const right = partsOf(b);
  return (
    compareParts(left.epoch || '0', right.epoch || '0') ||
    compareParts(left.version, right.version) ||
    compareReleases(left.release, right.release)
  );
}

function partsOf(version: string): Parts {
  let colon = -1;
  let hyphen = version.length;
  let digits = true;
  for (let i = 0; i < version.length; i++) {
    const code = version.charCodeAt(i);
    if (code <= 0x20 || (code >= 0x7f && code <= 0xa0)) {
      throw invalidVersion('alpm', version, 'it contains white space or a control character');
    }
    if (digits && code === 0x3a) colon = i;
    digits &&= isDigit(code);
    if (code === 0x2d) hyphen = i;
  }
  const parts = {
    epoch: version.slice(0, Math.max(colon, 0)),
    version: version.slice(colon + 1, hyphen),
    ...(hyphen < version.length && { release: version.slice(hyphen + 1) }),
  };
  if (parts.version === '') throw invalidVersion('alpm', version, 'its version is missing');
  return parts;
}

function compareReleases(left: string | undefined, right: string | undefined): Order {
  return left === undefined || right === undefined ? 0 : compareParts(left, right);
}

/** Compares one part of each version, run by run. */
function compareParts(left: string, right: string): Order {
  if (left === right) return 0;
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    const x = pastSeparators(left, i);
    const y = pastSeparators(right, j);
    const [before, after] = [x - i, y - j];
    i = x;
    j = y;
    if (i === left.length || j === right.length) break;
    if (before !== after) return before < after ? -1 : 1;
    const leftEnd = runEnd(left, i);
    const rightEnd = runEnd(right, j);
    const order = compareRuns(left.slice(i, leftEnd), right.slice(j, rightEnd));
    if (order !== 0) return order;
    i = leftEnd;
    j = rightEnd;
  }
  return compareRests(left, i, right, j);
}

/** What is left when one side came to its end: letters sort before it, all else after. */
function compareRests(left: string, i: number, right: string, j: number): Order {
  if (i === left.length && j === right.length) return 0;
  if (i < left.length) return isLetter(left.charCodeAt(i)) ? -1 : 1;
  return isLetter(right.charCodeAt(j)) ? 1 : -1;
}

function compareRuns(left: string, right: string): Order {
  const isNumber = isDigit(left.charCodeAt(0));
  if (isNumber !== isDigit(right.charCodeAt(0))) return isNumber ? 1 : -1;
  if (!isNumber) return left === right ? 0 : left < right ? -1 : 1;
  const a = withoutZeros(left);
  const b = withoutZeros(right);
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}

function withoutZeros(digits: string): string {
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) === 0x30) start++;
  return digits.slice(start);
}

function pastSeparators(part: string, start: number): number {
  let at = start;
  while (at < part.length && !isDigit(part.charCodeAt(at)) && !isLetter(part.charCodeAt(at))) at++;
  return at;
}

function runEnd(part: string, start: number): number {
  const belongs = isDigit(part.charCodeAt(start)) ? isDigit : isLetter;
  let end = start;
  while (end < part.length && belongs(part.charCodeAt(end))) end++;
  return end;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function explain(a: string, b: string): readonly ComparisonStep[] {
  const left = partsOf(a);
  const right = partsOf(b);
  const epoch = compareParts(left.epoch || '0', right.epoch || '0');
  return untilDecided([
    {
      part: 'epoch',
      left: left.epoch,
      right: right.epoch,
      result: epoch,
      why: epoch === 0 ? 'the same; no epoch counts as 0' : 'the epoch decides before all else',
    },
    step('pkgver', left.version, right.version),
    left.release === undefined || right.release === undefined
      ? {
          part: 'pkgrel',
          left: left.release ?? '',
          right: right.release ?? '',
          result: 0,
          why: 'it is compared only where both have one',
        }
      : step('pkgrel', left.release, right.release),
  ]);
}

function step(part: string, left: string, right: string): ComparisonStep {
  const result = compareParts(left, right);
  const order = result === 0 ? '=' : result < 0 ? '<' : '>';
  const why = left === right ? 'the same' : `run by run ${left || 'the end'} ${order} ${right || 'the end'}`;
  return { part, left, right, result, why };
}
