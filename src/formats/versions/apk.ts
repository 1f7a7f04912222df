import { type ComparisonStep, VersionError, type VersionScheme } from '../../model/version-scheme.ts';

type Order = -1 | 0 | 1;

/**
 * Kinds of tokens in their order: where the tokens before are equal, the version whose next token has the greater
 * kind is the greater one. So `1.0.1` > `1.0a` > `1.0_p1` > `1.0-r1` > `1.0` > `1.0_rc1`.
 */
const Kind = {
  /** `_alpha`, `_beta`, `_pre`, `_rc`. */
  PreSuffix: 0,
  /** What apk does not understand; nothing behind it counts. */
  Rest: 1,
  /** A number without digits, as after the dot of `1.` and before the letter of `a1`. */
  Empty: 2,
  End: 3,
  Revision: 4,
  Hash: 5,
  SuffixNumber: 6,
  /** `_cvs`, `_svn`, `_git`, `_hg`, `_p`. */
  PostSuffix: 7,
  Letter: 8,
  Number: 9,
} as const;

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

const preSuffixes = ['alpha', 'beta', 'pre', 'rc'] as const;
const postSuffixes = ['cvs', 'svn', 'git', 'hg', 'p'] as const;

const DOT = 0x2e;
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;
const TILDE = 0x7e;
const LETTER_R = 0x72;

const allowed = new Uint8Array(128);
for (const character of '0123456789abcdefghijklmnopqrstuvwxyz._~-') allowed[character.charCodeAt(0)] = 1;

/** A place in a version and the token before it. Used again for every comparison, so that none allocates. */
interface Cursor {
  text: string;
  position: number;
  kind: number;
  /** Of the token's value, without its mark (`.`, `_`, `~`, `-r`). */
  start: number;
  end: number;
  /** Rank among suffixes; whether leading zeros make a number a fraction. */
  rank: number;
}

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

function isLast(cursor: Cursor): boolean {
  return cursor.kind === Kind.End || cursor.kind === Kind.Rest;
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

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** Begins a version: the first token is its first number. */
function open(cursor: Cursor, text: string): void {
  cursor.text = text;
  readNumber(cursor, 0, Kind.Number, 0);
}

/** Steps to the next token. */
function next(cursor: Cursor): void {
  const { text, position, kind } = cursor;
  const inNumbers = kind === Kind.Number || kind === Kind.Empty;
  const afterSuffix = kind === Kind.PreSuffix || kind === Kind.PostSuffix;
  const beforeHash = kind !== Kind.Hash && kind !== Kind.Revision;
  const code = text.charCodeAt(position);
  if (position >= text.length) take(cursor, Kind.End, position, position, 0);
  else if (isLower(code) && inNumbers) take(cursor, Kind.Letter, position, position + 1, code);
  else if (code === DOT && inNumbers) readNumber(cursor, position + 1, Kind.Number, 1);
  else if (isDigit(code) && kind === Kind.Letter) readNumber(cursor, position, Kind.Number, 0);
  else if (isDigit(code) && afterSuffix) readNumber(cursor, position, Kind.SuffixNumber, 0);
  else if (code === UNDERSCORE && beforeHash) readSuffix(cursor, position + 1);
  else if (code === TILDE && beforeHash) readHash(cursor, position + 1);
  else if (code === HYPHEN && kind !== Kind.Revision && text.charCodeAt(position + 1) === LETTER_R) {
    readNumber(cursor, position + 2, Kind.Revision, 0);
  } else take(cursor, Kind.Rest, position, text.length, 0);
}

function take(cursor: Cursor, kind: number, start: number, end: number, rank: number): void {
  cursor.kind = kind;
  cursor.start = start;
  cursor.end = end;
  cursor.position = end;
  cursor.rank = rank;
}

function readNumber(cursor: Cursor, start: number, kind: number, fraction: 0 | 1): void {
  let end = start;
  while (isDigit(cursor.text.charCodeAt(end))) end++;
  take(cursor, end === start && kind === Kind.Number ? Kind.Empty : kind, start, end, fraction);
}

function readSuffix(cursor: Cursor, start: number): void {
  let end = start;
  while (isLower(cursor.text.charCodeAt(end))) end++;
  const pre = suffixRank(cursor.text, start, end, preSuffixes);
  const post = pre >= 0 ? -1 : suffixRank(cursor.text, start, end, postSuffixes);
  if (pre >= 0) take(cursor, Kind.PreSuffix, start, end, pre);
  else if (post >= 0) take(cursor, Kind.PostSuffix, start, end, post);
  else take(cursor, Kind.Rest, start - 1, cursor.text.length, 0);
}

function suffixRank(text: string, start: number, end: number, names: readonly string[]): number {
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (name.length === end - start && text.startsWith(name, start)) return i;
  }
  return -1;
}

function readHash(cursor: Cursor, start: number): void {
  let end = start;
  for (let code = cursor.text.charCodeAt(end); isDigit(code) || (code >= 0x61 && code <= 0x66); ) {
    end++;
    code = cursor.text.charCodeAt(end);
  }
  if (end === start) take(cursor, Kind.Rest, start - 1, cursor.text.length, 0);
  else take(cursor, Kind.Hash, start, end, 0);
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
