import { isMadeUp } from './placeholder.ts';
import { bitsOfACharacter } from './randomness.ts';
import type { Candidate, TokenRule } from './secret-rule.ts';
import type { View } from './view.ts';

const WORD = /[A-Za-z0-9_-]/;
/** Bits of a character that a token has at least: of hex digits drawn at random, one in ten thousand has fewer. */
const LEAST_BITS = 2.6;

/** Looks for the token of a rule at a place of one of its keywords. */
export function tokenAt(rule: TokenRule, view: View, keywordAt: number): Candidate | undefined {
  const { text } = view;
  const { pattern, alphabet = WORD, lead = 0, leadOf } = rule;
  const at = keywordAt - (leadOf?.(text, keywordAt) ?? lead);
  if (at < 0) return undefined;
  pattern.lastIndex = at;
  const longest = pattern.exec(text)?.[0];
  if (longest === undefined) return undefined;
  const token = view.around.isBinary ? counted(text, at, longest, pattern) : longest;
  if (rule.repeats !== true && isMadeUp(token)) return undefined;
  if (bitsOfACharacter(token) < LEAST_BITS) return undefined;
  const end = at + token.length;
  const verdict = rule.check === undefined ? ({ confidence: 'high' } as const) : rule.check(token, view, at);
  if (verdict === undefined) return undefined;
  if (verdict.validated !== 'checksum' && !standsAlone(text, at, end, alphabet, rule.isTail === true)) return undefined;
  return { start: at, end, ...verdict };
}

/**
 * Whether a token is not a piece of something longer. Serialised forms put its length before it, in one byte (bytecode of
 * Python, classes of Java, protocol buffers): then it ends where it says.
 */
function standsAlone(text: string, start: number, end: number, alphabet: RegExp, isTail: boolean): boolean {
  if (start > 0 && text.charCodeAt(start - 1) === ((end - start) & 0xff)) return true;
  if (start > 3 && longBefore(text, start) === end - start) return true;
  if (end < text.length && alphabet.test(text[end] as string)) return false;
  if (isTail || start === 0 || !alphabet.test(text[start - 1] as string)) return true;
  // A line end or a sign as other texts write them: `\n`, `%3D`.
  const before = text.slice(Math.max(0, start - 6), start);
  return /\\[nrt]$|%[0-9A-Fa-f]{2}$|\\u00[0-9A-Fa-f]{2}$/.test(before);
}

/** A token up to where the length before it says that it ends, if that leaves a token. */
function counted(text: string, at: number, longest: string, pattern: RegExp): string {
  if (at === 0) return longest;
  const short = text.charCodeAt(at - 1);
  const length = short === 0 && at > 3 ? longBefore(text, at) : short;
  if (length < 16 || length >= longest.length) return longest;
  const part = longest.slice(0, length);
  pattern.lastIndex = 0;
  return pattern.exec(part)?.[0] === part ? part : longest;
}

/** Four bytes before a place as a number, the least first. */
function longBefore(text: string, at: number): number {
  return (
    text.charCodeAt(at - 4) |
    (text.charCodeAt(at - 3) << 8) |
    (text.charCodeAt(at - 2) << 16) |
    (text.charCodeAt(at - 1) << 24)
  );
}
