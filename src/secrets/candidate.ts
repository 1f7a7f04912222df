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
  const token = pattern.exec(text)?.[0];
  if (token === undefined || isMadeUp(token) || bitsOfACharacter(token) < LEAST_BITS) return undefined;
  const end = at + token.length;
  const verdict = rule.check === undefined ? ({ confidence: 'high' } as const) : rule.check(token, view, at);
  if (verdict === undefined) return undefined;
  if (verdict.validated !== 'checksum' && !standsAlone(text, at, end, alphabet)) return undefined;
  return { start: at, end, ...verdict };
}

/**
 * Whether a token is not a piece of something longer. Serialised forms put its length before it, in one byte (bytecode of
 * Python, classes of Java, protocol buffers): then it ends where it says.
 */
function standsAlone(text: string, start: number, end: number, alphabet: RegExp): boolean {
  if (start > 0 && text.charCodeAt(start - 1) === ((end - start) & 0xff)) return true;
  if (end < text.length && alphabet.test(text[end] as string)) return false;
  if (start === 0 || !alphabet.test(text[start - 1] as string)) return true;
  // A line end or a sign as other texts write them: `\n`, `%3D`.
  const before = text.slice(Math.max(0, start - 6), start);
  return /\\[nrt]$|%[0-9A-Fa-f]{2}$|\\u00[0-9A-Fa-f]{2}$/.test(before);
}
