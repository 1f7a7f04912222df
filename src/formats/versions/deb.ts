import type { ComparisonStep, VersionScheme } from '../../model/version-scheme.ts';
import { type Bounds, bothBounds, invalidVersion, isDigit, type Order, untilDecided } from './parts.ts';

/** dpkg keeps epochs in a C int. */
const MAX_EPOCH = 2_147_483_647;

const INVALID = 1000;
const COLON = 0x3a;
const HYPHEN = 0x2d;
const TILDE = 0x7e;

/**
 * How a character of a version sorts among others that are no digits: `~` before everything, even the end (0);
 * letters before the rest. Digits end a run as the end does. INVALID marks what a version may not contain.
 */
const weights = makeWeights();

function makeWeights(): Int16Array {
  const table = new Int16Array(128).fill(INVALID);
  for (let code = 0x30; code <= 0x39; code++) table[code] = 0;
  for (let code = 0x41; code <= 0x5a; code++) table[code] = code;
  for (let code = 0x61; code <= 0x7a; code++) table[code] = code;
  for (const symbol of '.-+:_') table[symbol.charCodeAt(0)] = symbol.charCodeAt(0) + 256;
  table[TILDE] = -1;
  return table;
}

/**
 * Versions of dpkg: `[epoch:]upstream[-revision]`, ordered as deb-version(7) says.
 *
 * Valid is what dpkg compares: ASCII letters, digits and `. - + ~ : _`, with white space around it ignored; the
 * upstream part need not begin with a digit (dpkg warns and compares), and an empty revision counts as `0`. Invalid
 * are an empty upstream part, an epoch that is no number up to 2147483647, `:` in the revision, and any other character.
 */
export const debVersions: VersionScheme = { id: 'deb', compare, explain };

const [leftBounds, rightBounds] = bothBounds();

function compare(a: string, b: string): Order {
  const left = trimmed(a);
  const right = trimmed(b);
  scan(left, leftBounds);
  scan(right, rightBounds);
  if (left === right) return 0;
  const leftColon = leftBounds.colon;
  const rightColon = rightBounds.colon;
  const leftHyphen = leftBounds.hyphen;
  const rightHyphen = rightBounds.hyphen;
  if (leftColon >= 0 || rightColon >= 0) {
    const order = Math.sign(epochOf(left, leftColon) - epochOf(right, rightColon));
    if (order !== 0) return order as Order;
  }
  const order = compareParts(left, leftColon + 1, leftHyphen, right, rightColon + 1, rightHyphen);
  if (order !== 0) return order;
  return compareParts(left, leftHyphen + 1, left.length, right, rightHyphen + 1, right.length);
}

function trimmed(version: string): string {
  const first = version.charCodeAt(0);
  const last = version.charCodeAt(version.length - 1);
  return first > 0x20 && first < 0x80 && last > 0x20 && last < 0x80 ? version : version.trim();
}

/** Finds the parts and throws where the version is invalid. */
function scan(version: string, bounds: Bounds): void {
  const end = version.length;
  let colon = -1;
  let lastColon = -1;
  let hyphen = end;
  for (let i = 0; i < end; i++) {
    const code = version.charCodeAt(i);
    if (code >= 128 || weights[code] === INVALID)
      throw invalidVersion('deb', version, 'it contains a character that no version has');
    if (code === HYPHEN) hyphen = i;
    else if (code === COLON) {
      lastColon = i;
      if (colon < 0) colon = i;
    }
  }
  bounds.colon = colon;
  bounds.hyphen = hyphen;
  if (colon >= 0) {
    epochOf(version, colon);
    if (lastColon > hyphen) throw invalidVersion('deb', version, 'the revision contains a colon');
  }
  if (hyphen === colon + 1) throw invalidVersion('deb', version, 'the upstream part is empty');
}

function epochOf(version: string, colon: number): number {
  if (colon < 0) return 0;
  if (colon === 0) throw invalidVersion('deb', version, 'the epoch is empty');
  let epoch = 0;
  for (let i = 0; i < colon; i++) {
    const digit = version.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) throw invalidVersion('deb', version, 'the epoch is no number');
    epoch = epoch * 10 + digit;
    if (epoch > MAX_EPOCH) throw invalidVersion('deb', version, 'the epoch is too large');
  }
  return epoch;
}

/**
 * Compares a part of each version: runs of other characters and runs of digits in turn, digits by their number.
 * `end` may lie past the end of the version, which is an empty part.
 */
function compareParts(
  left: string,
  leftStart: number,
  leftEnd: number,
  right: string,
  rightStart: number,
  rightEnd: number,
): Order {
  // Most versions that are compared begin alike. What is alike decides nothing, but a number is compared whole.
  const shorter = Math.min(leftEnd - leftStart, rightEnd - rightStart);
  let same = 0;
  while (same < shorter && left.charCodeAt(leftStart + same) === right.charCodeAt(rightStart + same)) same++;
  while (same > 0 && isDigitAt(left, leftStart + same - 1, leftEnd)) same--;
  let i = leftStart + same;
  let j = rightStart + same;
  while (i < leftEnd || j < rightEnd) {
    let first = 0;
    for (;;) {
      const x = weightAt(left, i, leftEnd);
      const y = weightAt(right, j, rightEnd);
      if (x !== y) return x < y ? -1 : 1;
      // Both runs end here: the weight of a digit is that of the end.
      if (x === 0) break;
      i++;
      j++;
    }
    while (i < leftEnd && left.charCodeAt(i) === 0x30) i++;
    while (j < rightEnd && right.charCodeAt(j) === 0x30) j++;
    while (isDigitAt(left, i, leftEnd) && isDigitAt(right, j, rightEnd)) {
      if (first === 0) first = left.charCodeAt(i) - right.charCodeAt(j);
      i++;
      j++;
    }
    // The longer number is the greater one; of equally long ones the first difference decides.
    if (isDigitAt(left, i, leftEnd)) return 1;
    if (isDigitAt(right, j, rightEnd)) return -1;
    if (first !== 0) return first < 0 ? -1 : 1;
  }
  return 0;
}

/** Compares whole texts as parts of a version, for schemes that are made of one. All characters must be valid. */
export function compareRuns(left: string, right: string): Order {
  return compareParts(left, 0, left.length, right, 0, right.length);
}

function weightAt(version: string, index: number, end: number): number {
  return index < end ? (weights[version.charCodeAt(index)] as number) : 0;
}

function isDigitAt(version: string, index: number, end: number): boolean {
  return index < end && isDigit(version.charCodeAt(index));
}

interface Parts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

function partsOf(version: string): Parts {
  const text = trimmed(version);
  scan(text, leftBounds);
  const { colon, hyphen } = leftBounds;
  return {
    epoch: text.slice(0, Math.max(colon, 0)),
    upstream: text.slice(colon + 1, hyphen),
    revision: text.slice(hyphen + 1),
  };
}

function explain(a: string, b: string): readonly ComparisonStep[] {
  const left = partsOf(a);
  const right = partsOf(b);
  const steps: ComparisonStep[] = [
    step('epoch', left.epoch, right.epoch, explainEpoch),
    step('upstream version', left.upstream, right.upstream, explainRuns),
    step('revision', left.revision, right.revision, explainRuns),
  ];
  return untilDecided(steps);
}

function step(part: string, left: string, right: string, reason: (a: string, b: string) => string): ComparisonStep {
  const result =
    part === 'epoch'
      ? (Math.sign(Number(left) - Number(right)) as Order)
      : compareParts(left, 0, left.length, right, 0, right.length);
  return { part, left, right, result, why: reason(left, right) };
}

function explainEpoch(left: string, right: string): string {
  if (left === '' && right === '') return 'neither has an epoch, which counts as 0';
  const a = Number(left);
  const b = Number(right);
  const missing = left === '' || right === '' ? 'no epoch counts as 0; ' : '';
  return `${missing}${a === b ? `${a} = ${b}` : `${a} ${a < b ? '<' : '>'} ${b}, and the epoch decides before all else`}`;
}

/** Says which run of characters or digits decided. */
export function explainRuns(left: string, right: string): string {
  if (left === right) return left === '' ? 'both are empty' : 'the same';
  const leftRuns = runsOf(left);
  const rightRuns = runsOf(right);
  for (let i = 0; i < Math.max(leftRuns.length, rightRuns.length); i++) {
    const a = leftRuns[i] ?? '';
    const b = rightRuns[i] ?? '';
    const order = compareParts(a, 0, a.length, b, 0, b.length);
    if (order === 0) continue;
    const sign = order < 0 ? '<' : '>';
    // Runs alternate, beginning with one that has no digits.
    if (i % 2 === 1) return `as numbers ${a || '0'} ${sign} ${b || '0'}`;
    return explainText(a, b, sign);
  }
  return 'leading zeros and an empty number do not count';
}

function explainText(left: string, right: string, sign: string): string {
  let i = 0;
  while (i < left.length && i < right.length && left[i] === right[i]) i++;
  const a = left[i];
  const b = right[i];
  const shown = `${quoted(a)} ${sign} ${quoted(b)}`;
  if (a === '~' || b === '~') return `${shown}: a tilde sorts before everything, even the end`;
  if (a === undefined || b === undefined) return `${shown}: the end sorts before any other character`;
  return /[A-Za-z]/.test(a) === /[A-Za-z]/.test(b) ? `${shown} by character code` : `${shown}: letters sort first`;
}

function quoted(character: string | undefined): string {
  return character === undefined ? 'the end' : `'${character}'`;
}

/** Splits a part into runs without digits (at even places) and runs of digits (at odd ones). */
function runsOf(part: string): string[] {
  const runs: string[] = [];
  let start = 0;
  for (let i = 0; i <= part.length; i++) {
    const wantsDigits = runs.length % 2 === 1;
    if (i < part.length && isDigitAt(part, i, part.length) === wantsDigits) continue;
    runs.push(part.slice(start, i));
    start = i;
  }
  return runs;
}
