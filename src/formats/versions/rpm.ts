import type { ComparisonStep, VersionScheme } from '../../model/version-scheme.ts';
import { type Bounds, bothBounds, invalidVersion, isDigit, type Order, untilDecided } from './parts.ts';

const HYPHEN = 0x2d;
const COLON = 0x3a;
const CARET = 0x5e;
const TILDE = 0x7e;

/**
 * Versions of rpm: `[epoch:]version[-release]`, in the order of rpm 4.20 (rpm-version(7); rpmio/rpmver.c).
 *
 * A part is split into runs of digits and runs of ASCII letters; everything else only separates them, except `~`, which
 * sorts before the end, and `^`, which sorts after the end and before anything else. Digits compare by value and
 * sort after letters. The epoch is what stands before the first colon if that is digits alone, and 0 without one; the
 * release is what follows the last hyphen, and a missing one sorts before any other.
 *
 * Valid is what rpm compares, with white space around it ignored. Invalid are an empty version, one that begins with a
 * hyphen, and white space or control characters within.
 */
export const rpmVersions: VersionScheme = { id: 'rpm', compare, explain };

const [leftBounds, rightBounds] = bothBounds();

function compare(a: string, b: string): Order {
  const left = a.trim();
  const right = b.trim();
  scan(left, leftBounds);
  scan(right, rightBounds);
  if (left === right) return 0;
  const { colon: leftColon, hyphen: leftHyphen } = leftBounds;
  const { colon: rightColon, hyphen: rightHyphen } = rightBounds;
  if (leftColon > 0 || rightColon > 0) {
    const order = compareParts(
      left.slice(0, Math.max(leftColon, 0)) || '0',
      right.slice(0, Math.max(rightColon, 0)) || '0',
    );
    if (order !== 0) return order;
  }
  const order = compareParts(left.slice(leftColon + 1, leftHyphen), right.slice(rightColon + 1, rightHyphen));
  if (order !== 0) return order;
  return compareReleases(releaseOf(left, leftHyphen), releaseOf(right, rightHyphen));
}

function releaseOf(version: string, hyphen: number): string | undefined {
  return hyphen < version.length ? version.slice(hyphen + 1) : undefined;
}

/** Finds the parts and throws where the version is invalid. */
function scan(version: string, bounds: Bounds): void {
  const end = version.length;
  let colon = -1;
  let hyphen = end;
  let digits = true;
  for (let i = 0; i < end; i++) {
    const code = version.charCodeAt(i);
    if (code <= 0x20 || (code >= 0x7f && code <= 0xa0)) {
      throw invalidVersion('rpm', version, 'it contains white space or a control character');
    }
    if (digits && code === COLON) colon = i;
    digits &&= isDigit(code);
    if (code === HYPHEN) hyphen = i;
  }
  bounds.colon = colon;
  bounds.hyphen = hyphen;
  if (colon + 1 === end || version.charCodeAt(colon + 1) === HYPHEN)
    throw invalidVersion('rpm', version, 'its version is missing');
}

function compareReleases(left: string | undefined, right: string | undefined): Order {
  if (left === undefined || right === undefined) return left === right ? 0 : left === undefined ? -1 : 1;
  return compareParts(left, right);
}

/** Compares one part of each version, run by run. */
function compareParts(left: string, right: string): Order {
  if (left === right) return 0;
  let i = 0;
  let j = 0;
  for (;;) {
    while (i < left.length && isSeparator(left.charCodeAt(i))) i++;
    while (j < right.length && isSeparator(right.charCodeAt(j))) j++;
    const x = rank(left, i);
    const y = rank(right, j);
    if (x !== y) return x < y ? -1 : 1;
    if (x === Rank.End) return 0;
    const leftEnd = runEnd(left, i, x);
    const rightEnd = runEnd(right, j, x);
    const order = x === Rank.Number ? compareNumbers(left, i, leftEnd, right, j, rightEnd) : 0;
    if (order !== 0) return order;
    if (x === Rank.Letters) {
      const a = left.slice(i, leftEnd);
      const b = right.slice(j, rightEnd);
      if (a !== b) return a < b ? -1 : 1;
    }
    i = leftEnd;
    j = rightEnd;
  }
}

/** What stands at a position, in the order in which it sorts. */
const Rank = { Tilde: 0, End: 1, Caret: 2, Letters: 3, Number: 4 } as const;

type Rank = (typeof Rank)[keyof typeof Rank];

function rank(part: string, at: number): Rank {
  if (at >= part.length) return Rank.End;
  const code = part.charCodeAt(at);
  if (code === TILDE) return Rank.Tilde;
  if (code === CARET) return Rank.Caret;
  return isDigit(code) ? Rank.Number : Rank.Letters;
}

function runEnd(part: string, start: number, kind: Rank): number {
  if (kind === Rank.Tilde || kind === Rank.Caret) return start + 1;
  const belongs = kind === Rank.Number ? isDigit : isLetter;
  let end = start;
  while (end < part.length && belongs(part.charCodeAt(end))) end++;
  return end;
}

/** Numbers of any length: without leading zeros, the longer one is the greater. */
function compareNumbers(left: string, i: number, leftEnd: number, right: string, j: number, rightEnd: number): Order {
  let a = i;
  let b = j;
  while (a < leftEnd && left.charCodeAt(a) === 0x30) a++;
  while (b < rightEnd && right.charCodeAt(b) === 0x30) b++;
  if (leftEnd - a !== rightEnd - b) return leftEnd - a < rightEnd - b ? -1 : 1;
  for (; a < leftEnd; a++, b++) {
    const difference = left.charCodeAt(a) - right.charCodeAt(b);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isSeparator(code: number): boolean {
  return !isDigit(code) && !isLetter(code) && code !== TILDE && code !== CARET;
}

function explain(a: string, b: string): readonly ComparisonStep[] {
  const left = partsOf(a);
  const right = partsOf(b);
  const steps: ComparisonStep[] = [
    {
      part: 'epoch',
      left: left.epoch,
      right: right.epoch,
      result: compareParts(left.epoch || '0', right.epoch || '0'),
      why: explainEpoch(left.epoch, right.epoch),
    },
    {
      part: 'version',
      left: left.version,
      right: right.version,
      result: compareParts(left.version, right.version),
      why: explainPart(left.version, right.version),
    },
    {
      part: 'release',
      left: left.release ?? '',
      right: right.release ?? '',
      result: compareReleases(left.release, right.release),
      why: explainRelease(left.release, right.release),
    },
  ];
  return untilDecided(steps);
}

function partsOf(version: string): { readonly epoch: string; readonly version: string; readonly release?: string } {
  const text = version.trim();
  scan(text, leftBounds);
  const { colon, hyphen } = leftBounds;
  const release = releaseOf(text, hyphen);
  return {
    epoch: text.slice(0, Math.max(colon, 0)),
    version: text.slice(colon + 1, hyphen),
    ...(release !== undefined && { release }),
  };
}

function explainEpoch(left: string, right: string): string {
  if (left === '' && right === '') return 'neither has an epoch, which counts as 0';
  const order = compareParts(left || '0', right || '0');
  const missing = left === '' || right === '' ? 'no epoch counts as 0; ' : '';
  const relation = `${left || '0'} ${signOf(order)} ${right || '0'}`;
  return order === 0 ? `${missing}${relation}` : `${missing}${relation}, and the epoch decides before all else`;
}

function explainRelease(left: string | undefined, right: string | undefined): string {
  if (left !== undefined && right !== undefined) return explainPart(left, right);
  return left === right ? 'neither has a release' : 'a missing release sorts before any other';
}

function signOf(order: Order): string {
  return order === 0 ? '=' : order < 0 ? '<' : '>';
}

/** Says which run decided. */
function explainPart(left: string, right: string): string {
  if (left === right) return left === '' ? 'both are empty' : 'the same';
  const leftRuns = runsOf(left);
  const rightRuns = runsOf(right);
  for (let i = 0; i < Math.max(leftRuns.length, rightRuns.length); i++) {
    const a = leftRuns[i] ?? '';
    const b = rightRuns[i] ?? '';
    const order = compareParts(a, b);
    if (order !== 0) return explainRuns(a, b, order);
  }
  return 'they differ in separators or leading zeros alone, which do not count';
}

function explainRuns(a: string, b: string, order: Order): string {
  const [x, y] = [rank(a, 0), rank(b, 0)];
  const shown = `${a || 'the end'} ${signOf(order)} ${b || 'the end'}`;
  if (x === Rank.Tilde || y === Rank.Tilde) return `${shown}: a tilde sorts before everything, even the end`;
  if (x === Rank.End || y === Rank.End) return `${shown}: what goes on sorts after what ends`;
  if (x === Rank.Caret || y === Rank.Caret) return `${shown}: a caret sorts before everything but the end`;
  if (x !== y) return `${shown}: numbers sort after letters`;
  return x === Rank.Number ? `as numbers ${shown}` : `as letters ${shown}`;
}

/** The runs that are compared; separators are left out. */
function runsOf(part: string): string[] {
  const runs: string[] = [];
  for (let at = 0; at < part.length; ) {
    if (isSeparator(part.charCodeAt(at))) {
      at++;
      continue;
    }
    const end = runEnd(part, at, rank(part, at));
    runs.push(part.slice(at, end));
    at = end;
  }
  return runs;
}
