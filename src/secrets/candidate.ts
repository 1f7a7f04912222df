import type { Candidate, SecretRule, TokenRule } from './secret-rule.ts';
import type { View } from './view.ts';

/** Asks one rule about one place of a keyword. */
export function candidateOf(rule: SecretRule, view: View, at: number): Candidate | undefined {
  if ('pattern' in rule) return tokenAt(rule, view, at);
  if ('find' in rule) return rule.find(view, at);
  return undefined;
}

const WORD = /[A-Za-z0-9_-]/;

function tokenAt(rule: TokenRule, view: View, at: number): Candidate | undefined {
  const { text } = view;
  const { pattern, alphabet = WORD } = rule;
  pattern.lastIndex = at;
  const token = pattern.exec(text)?.[0];
  if (token === undefined) return undefined;
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
  if (start > 0 && text.charCodeAt(start - 1) === end - start) return true;
  if (end < text.length && alphabet.test(text[end] as string)) return false;
  if (start === 0 || !alphabet.test(text[start - 1] as string)) return true;
  // A line end or a sign as other texts write them: `\n`, `%3D`.
  const before = text.slice(Math.max(0, start - 3), start);
  return /\\[nrt]$|%[0-9A-Fa-f]{2}$/.test(before);
}
