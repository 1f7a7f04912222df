/**
 * Kinds of tokens in their order: where the tokens before are equal, the version whose next token has the greater
 * kind is the greater one. So `1.0.1` > `1.0a` > `1.0_p1` > `1.0-r1` > `1.0` > `1.0_rc1`.
 */
export const Kind = {
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

const preSuffixes = ['alpha', 'beta', 'pre', 'rc'] as const;
const postSuffixes = ['cvs', 'svn', 'git', 'hg', 'p'] as const;

const DOT = 0x2e;
const HYPHEN = 0x2d;
const UNDERSCORE = 0x5f;
const TILDE = 0x7e;
const LETTER_R = 0x72;

/** A place in a version and the token before it. Used again for every comparison, so that none allocates. */
export interface Cursor {
  text: string;
  position: number;
  kind: number;
  /** Of the token's value, without its mark (`.`, `_`, `~`, `-r`). */
  start: number;
  end: number;
  /** Rank among suffixes; whether leading zeros make a number a fraction. */
  rank: number;
}

/** True at the end, and at what apk does not understand. */
export function isLast(cursor: Cursor): boolean {
  return cursor.kind === Kind.End || cursor.kind === Kind.Rest;
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** Begins a version: the first token is its first number. */
export function open(cursor: Cursor, text: string): void {
  cursor.text = text;
  readNumber(cursor, 0, Kind.Number, 0);
}

/** Steps to the next token. */
export function next(cursor: Cursor): void {
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
