import { type ComparisonStep, VersionError, type VersionScheme } from '../../model/version-scheme.ts';
import { type Cursor, isDigit, isLast, Kind, next, open } from './apk-tokens.ts';

type Order = -1 | 0 | 1;

/** Part of a version as `explain` calls it, by kind. */
const partNames = [
  'suffix',
  'rest',
  'number',
  'end',
  'revision',
  'commit hash',
  'suffix number',
  'suffix',
  'letter',
  'number',
] as const;

const allowed = new Uint8Array(128);
for (const character of '0123456789abcdefghijklmnopqrstuvwxyz._~-') allowed[character.charCodeAt(0)] = 1;

const leftCursor: Cursor = { text: '', position: 0, kind: 0, start: 0, end: 0, rank: 0 };
const rightCursor: Cursor = { text: '', position: 0, kind: 0, start: 0, end: 0, rank: 0 };

/**
 * Versions of apk: `number{.number}[letter]{_suffix[number]}[~hash][-rN]`, in the order of apk-tools 3
 * (`apk version -t`).
 *
 * Numbers after the first compare as text when one of them has a leading zero (as fractions do), others by value.
 * A tail that is no such part sorts below the end and is not looked into: the packages that Alpine had before apk
 * checked versions are compared like that. Where apk-tools 3 sees such a tail and apk-tools 2 understood it, it is read as
 * apk-tools 2 did: a number after a letter (`6.6.1p1-r2`), a missing number (`1..2`, `1-r`).
 * Invalid are the empty version, characters that no apk version has, and what does not begin with a digit and cannot be
 * read to its end.
 */
export const apkVersions: VersionScheme = { id: 'apk', compare, explain };

function compare(a: string, b: string): Order {
  validate(a);
  validate(b);
  if (a === b) return 0;
  const left = leftCursor;
  const right = rightCursor;
  open(left, a);
  open(right, b);
  // Most versions that are compared begin alike, and tokens that end before the first difference are the same.
  const same = commonPrefix(a, b);
  let { kind, position } = left;
  if (left.end < same) {
    while (left.end < same && !isLast(left)) {
      kind = left.kind;
      position = left.position;
      next(left);
    }
    right.kind = kind;
    right.position = position;
    next(right);
  }
  for (;;) {
    const order = compareTokens(left, right);
    if (order !== 0 || isLast(left)) return order;
    next(left);
    next(right);
  }
}

function commonPrefix(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}

function validate(version: string): void {
  if (version === '') throw new VersionError('apk', version, 'it is empty');
  for (let i = 0; i < version.length; i++) {
    const code = version.charCodeAt(i);
    if (code >= 128 || allowed[code] === 0) {
      throw new VersionError('apk', version, 'it contains a character that no version has');
    }
  }
  if (isDigit(version.charCodeAt(0))) return;
  open(leftCursor, version);
  while (!isLast(leftCursor)) next(leftCursor);
  if (leftCursor.kind === Kind.Rest) throw new VersionError('apk', version, 'it does not begin with a digit');
}

/** Compares the tokens at which both stand; those before are equal. */
function compareTokens(left: Cursor, right: Cursor): Order {
  if (left.kind !== right.kind) return left.kind < right.kind ? -1 : 1;
  switch (left.kind) {
    case Kind.Number:
      if (left.rank === 1 && right.rank === 1 && (startsWithZero(left) || startsWithZero(right))) {
        return compareText(left, right);
      }
      return compareNumbers(left, right);
    case Kind.SuffixNumber:
    case Kind.Revision:
      return compareNumbers(left, right);
    case Kind.Hash:
      return compareText(left, right);
    case Kind.Letter:
    case Kind.PreSuffix:
    case Kind.PostSuffix:
      return signOf(left.rank - right.rank);
    default:
      return 0;
  }
}

function signOf(value: number): Order {
  return value < 0 ? -1 : value > 0 ? 1 : 0;
}

function startsWithZero(cursor: Cursor): boolean {
  return cursor.text.charCodeAt(cursor.start) === 0x30;
}

/** Digits may be many more than a number type holds, so they are compared as they stand. */
function compareNumbers(left: Cursor, right: Cursor): Order {
  let i = left.start;
  let j = right.start;
  while (i < left.end && left.text.charCodeAt(i) === 0x30) i++;
  while (j < right.end && right.text.charCodeAt(j) === 0x30) j++;
  const length = left.end - i;
  if (length !== right.end - j) return length < right.end - j ? -1 : 1;
  for (let k = 0; k < length; k++) {
    const difference = left.text.charCodeAt(i + k) - right.text.charCodeAt(j + k);
    if (difference !== 0) return signOf(difference);
  }
  return 0;
}

function compareText(left: Cursor, right: Cursor): Order {
  const length = Math.min(left.end - left.start, right.end - right.start);
  for (let k = 0; k < length; k++) {
    const difference = left.text.charCodeAt(left.start + k) - right.text.charCodeAt(right.start + k);
    if (difference !== 0) return signOf(difference);
  }
  return signOf(left.end - left.start - (right.end - right.start));
}

function explain(a: string, b: string): readonly ComparisonStep[] {
  validate(a);
  validate(b);
  const left: Cursor = { ...leftCursor };
  const right: Cursor = { ...rightCursor };
  open(left, a);
  open(right, b);
  const steps: ComparisonStep[] = [];
  for (;;) {
    const result = compareTokens(left, right);
    steps.push({
      part: partOf(left, right),
      left: valueText(left),
      right: valueText(right),
      result,
      why: why(left, right),
    });
    if (result !== 0 || isLast(left)) return steps;
    next(left);
    next(right);
  }
}

function partOf(left: Cursor, right: Cursor): string {
  // Where one version ends, the part is the one that the other still has.
  const kind = left.kind === Kind.End ? right.kind : left.kind;
  return partNames[kind] as string;
}

function valueText(cursor: Cursor): string {
  return cursor.text.slice(cursor.start, cursor.end);
}

function why(left: Cursor, right: Cursor): string {
  if (left.kind !== right.kind) {
    const sign = left.kind < right.kind ? '<' : '>';
    return `${describe(left)} ${sign} ${describe(right)}: ${orderRule(left.kind < right.kind ? left : right)}`;
  }
  if (left.kind === Kind.End) return 'both end here';
  if (left.kind === Kind.Rest) return 'what apk does not understand is not compared';
  const order = compareTokens(left, right);
  if (order === 0) return valueText(left) === valueText(right) ? 'the same' : 'equal as numbers';
  const sign = order < 0 ? '<' : '>';
  const shown = `${valueText(left)} ${sign} ${valueText(right)}`;
  if (left.kind === Kind.PreSuffix || left.kind === Kind.PostSuffix) return `${shown} in the order of suffixes`;
  if (left.kind === Kind.Letter || left.kind === Kind.Hash) return `${shown} as text`;
  const asText = left.kind === Kind.Number && left.rank === 1 && (startsWithZero(left) || startsWithZero(right));
  return asText ? `${shown} as text, because of a leading zero` : `as numbers ${shown}`;
}

function describe(cursor: Cursor): string {
  const value = valueText(cursor);
  switch (cursor.kind) {
    case Kind.End:
      return 'the end';
    case Kind.Empty:
      return 'a missing number';
    case Kind.PreSuffix:
    case Kind.PostSuffix:
      return `the suffix _${value}`;
    case Kind.Revision:
      return `the revision -r${value}`;
    case Kind.Rest:
      return `'${value}', which apk does not understand,`;
    default:
      return `the ${partNames[cursor.kind]} ${value}`;
  }
}

function orderRule(lesser: Cursor): string {
  if (lesser.kind === Kind.PreSuffix) return 'a version before the release sorts before everything';
  if (lesser.kind === Kind.Rest || lesser.kind === Kind.Empty) return 'it sorts before the end';
  if (lesser.kind === Kind.End) return 'the longer version is the greater one';
  return 'numbers, letters, suffixes, hashes and revisions sort in this order from the greatest to the least';
}
