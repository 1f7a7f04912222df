import { digitsEnd, isDigit } from './parts.ts';

/** Words that stand for others: setuptools, "pkg_resources", `parse_version`. */
const replaced: ReadonlyMap<string, string> = new Map([
  ['pre', 'c'],
  ['preview', 'c'],
  ['rc', 'c'],
  ['dev', '@'],
  ['-', 'final-'],
]);

/**
 * The tokens of a version from before PEP 440, whose order as texts, one by one, is that of `parse_version` in
 * `pkg_resources` (setuptools before 66; its documentation, "Parsing Utilities"): numbers, padded with zeros to eight
 * digits, are after words; a hyphen and words that follow `final` in the alphabet are after the release, all other words
 * before it.
 *
 * @param text in lower case
 */
export function legacyTokens(text: string): readonly string[] {
  const tokens: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = runEnd(text, at);
    const run = text.slice(at, end);
    at = end;
    if (run !== '.') add(tokens, replaced.get(run) ?? run);
  }
  add(tokens, 'final');
  return tokens;
}

function add(tokens: string[], token: string): void {
  if (isDigit(token.charCodeAt(0))) {
    tokens.push(token.padStart(8, '0'));
    return;
  }
  const word = `*${token}`;
  // A hyphen before a pre-release is a mere separator, and zeros before any word do not count.
  if (word < '*final') dropLast(tokens, '*final-');
  dropLast(tokens, '00000000');
  tokens.push(word);
}

function dropLast(tokens: string[], token: string): void {
  while (tokens.at(-1) === token) tokens.pop();
}

/** The end of digits, of letters, of one dot or hyphen, or of what lies between those. */
function runEnd(text: string, start: number): number {
  const kind = kindAt(text, start);
  if (kind === 'digit') return digitsEnd(text, start);
  if (kind === 'separator') return start + 1;
  let end = start;
  while (end < text.length && kindAt(text, end) === kind) end++;
  return end;
}

function kindAt(text: string, at: number): 'digit' | 'letter' | 'separator' | 'other' {
  const code = text.charCodeAt(at);
  if (isDigit(code)) return 'digit';
  if (code >= 0x61 && code <= 0x7a) return 'letter';
  return code === 0x2d || code === 0x2e ? 'separator' : 'other';
}
