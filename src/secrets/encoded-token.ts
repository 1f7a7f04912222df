import { tokenAt } from './candidate.ts';
import type { Candidate, TokenRule } from './secret-rule.ts';
import type { View } from './view.ts';

/** What base 64 makes of a keyword in the middle of a text: another word for each place in three bytes that it begins at. */
export interface EncodedKeyword {
  readonly text: string;
  readonly rule: TokenRule;
  readonly keyword: string;
  /** Bytes of the first three that stand before the keyword. */
  readonly shift: 0 | 1 | 2;
}

/** Characters of base 64 that are decoded: more than any token that proves itself has. */
const MOST = 400;

/** Characters of base 64 that are decoded first: of twelve bytes at least, where a line ends among them. */
const HEAD = 20;

/**
 * The keywords of a rule in base 64, as far as they are the same whatever stands before and behind them. Only of tokens that
 * prove themselves: four letters of base 64 stand by chance somewhere, a checksum does not.
 */
export function encodedKeywords(rule: TokenRule): readonly EncodedKeyword[] {
  if (rule.provesItself !== true) return [];
  return rule.keywords.flatMap((keyword) =>
    ([0, 1, 2] as const).map((shift) => {
      const bytes = Buffer.from('\0'.repeat(shift) + keyword, 'latin1');
      const whole = bytes.toString('base64');
      const text = whole.slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
      return { text, rule, keyword, shift };
    }),
  );
}

/** The token that is written in base 64 round a place of its keyword, if its checksum is right. Line ends may divide it. */
export function encodedTokenAt(
  { rule, keyword, shift }: EncodedKeyword,
  { text, around }: View,
  at: number,
): Candidate | undefined {
  const from = at - Math.ceil((shift * 8) / 6);
  if (from < 0) return undefined;
  // Most places are told by the few letters behind the keyword.
  const head = Buffer.from(text.slice(from, from + HEAD), 'base64').toString('latin1');
  if (!head.startsWith(keyword, shift) || !/^\w{4}/.test(head.slice(shift + keyword.length))) return undefined;
  const written = text.slice(from, from + MOST);
  const encoded = written.replace(/\\n|\s/g, '');
  const plain = Buffer.from(/^[A-Za-z0-9+/_-]*/.exec(encoded)?.[0] ?? '', 'base64').toString('latin1');
  const token = tokenAt(rule, { text: plain, base: 0, step: 1, around }, shift);
  if (token?.validated !== 'checksum') return undefined;
  const [start, end] = [Math.floor((token.start * 8) / 6), Math.ceil((token.end * 8) / 6)];
  return {
    ...token,
    start: from + start,
    end: from + placeOf(written, end),
    plain: plain.slice(token.start, token.end),
  };
}

/** Where in a text with line ends the first characters of base 64 end. */
function placeOf(written: string, count: number): number {
  let at = 0;
  for (let left = count; left > 0 && at < written.length; ) {
    const space = /^(?:\\n|\s)+/.exec(written.slice(at, at + 40));
    if (space !== null) at += space[0].length;
    else {
      at++;
      left--;
    }
  }
  return at;
}
