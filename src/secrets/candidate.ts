import { isMadeUp } from './placeholder.ts';
import { bitsOfACharacter } from './randomness.ts';
import type { Candidate, TokenRule } from './secret-rule.ts';
import type { View } from './view.ts';

const WORD = /[A-Za-z0-9_-]/;
/** What base64 is made of, in both of its alphabets: a program has megabytes of it, and every short prefix is in there. */
const BASE64 = /[A-Za-z0-9+/=_-]/;
/** How the digest of a file begins in lists of files and lockfiles. */
const DIGEST = /sha\d{1,3}[=:-]$/i;
/** Bits of a character that a token has at least: of hex digits drawn at random, one in ten thousand has fewer. */
const LEAST_BITS = 2.6;

/** Looks for the token of a rule at a place of one of its keywords. */
export function tokenAt(rule: TokenRule, view: View, keywordAt: number): Candidate | undefined {
  const { text } = view;
  const { alphabet = WORD, lead = 0, leadOf } = rule;
  const at = keywordAt - (leadOf?.(text, keywordAt) ?? lead);
  if (at < 0) return undefined;
  const isInside =
    at > 0 && rule.isTail !== true && (isInWord(text, at, alphabet) || isInProgramBase64(view, text[at - 1] as string));
  const token = isInside && rule.provesItself !== true ? counted(rule, view, at) : matched(rule, view, at);
  if (token === undefined || (rule.repeats !== true && isMadeUp(token)) || bitsOfACharacter(token) < LEAST_BITS) {
    return undefined;
  }
  const end = at + token.length;
  const verdict = rule.check === undefined ? ({ confidence: 'high' } as const) : rule.check(token, view, at);
  if (verdict === undefined) return undefined;
  if (verdict.validated === 'checksum') return { start: at, end, ...verdict };
  if (DIGEST.test(text.slice(Math.max(0, at - 8), at))) return undefined;
  const next = text[end] ?? '';
  const ends =
    (!alphabet.test(next) && !isInProgramBase64(view, next)) || isCounted(view, at, token.length, rule.isTail);
  return ends && (!isInside || rule.provesItself !== true) ? { start: at, end, ...verdict } : undefined;
}

/** The token at a place, as long as it can be; in bytecode, as long as the length before it says. */
function matched({ pattern }: TokenRule, { text, around }: View, at: number): string | undefined {
  pattern.lastIndex = at;
  const longest = pattern.exec(text)?.[0];
  if (longest === undefined || !around.isBinary || at < 4 || text.charCodeAt(at - 1) > 0) return longest;
  const length = longBefore(text, at);
  return length >= LEAST && length < longest.length ? whole(pattern, longest.slice(0, length)) : longest;
}

/**
 * What stands behind a letter or digit is a piece of something longer, unless that is its length: serialised forms put it
 * there in one byte (bytecode of Python, classes of Java, protocol buffers).
 */
function counted({ pattern }: TokenRule, { text, around }: View, at: number): string | undefined {
  const length = text.charCodeAt(at - 1);
  // In base64 every letter would be a length: before it is another character, or the mark of a string of Python.
  const isMarked =
    at > 1 &&
    (!BASE64.test(text[at - 2] as string) || (/[zZ]/.test(text[at - 2] as string) && around.path.endsWith('.pyc')));
  return around.isBinary && isMarked && length >= LEAST ? whole(pattern, text.slice(at, at + length)) : undefined;
}

function whole(pattern: RegExp, text: string): string | undefined {
  pattern.lastIndex = 0;
  return pattern.exec(text)?.[0] === text ? text : undefined;
}

/** Characters of the shortest token. */
const LEAST = 16;

/** Whether a place is behind a letter of a word, and not behind a line end or a sign as other texts write them: `\n`, `%3D`. */
function isInWord(text: string, at: number, alphabet: RegExp): boolean {
  if (!alphabet.test(text[at - 1] as string)) return false;
  return !/\\[nrt]$|%[0-9A-Fa-f]{2}$|\\u00[0-9A-Fa-f]{2}$/.test(text.slice(Math.max(0, at - 6), at));
}

/** Whether a character beside a token of a program belongs to base64 and to no token: `+` and `/`. */
function isInProgramBase64({ around }: View, neighbour: string): boolean {
  return around.isBinary && (neighbour === '+' || neighbour === '/');
}

/**
 * Whether the length of a token stands before it, in one byte or four; in bytecode, of the end of an address that of the
 * whole address.
 */
function isCounted({ text, around }: View, at: number, length: number, isTail = false): boolean {
  const least = isTail && around.isBinary ? Math.max(0, at - MOST_HEAD) : at;
  for (let from = at; from >= least; from--) {
    const size = length + at - from;
    if (from > 0 && text.charCodeAt(from - 1) === (size & 0xff)) return true;
    if (from > 3 && longBefore(text, from) === size) return true;
  }
  return false;
}

/** Characters of an address before the part that tells it. */
const MOST_HEAD = 80;

/** Four bytes before a place as a number, the least first. */
function longBefore(text: string, at: number): number {
  return (
    text.charCodeAt(at - 4) |
    (text.charCodeAt(at - 3) << 8) |
    (text.charCodeAt(at - 2) << 16) |
    (text.charCodeAt(at - 1) << 24)
  );
}
