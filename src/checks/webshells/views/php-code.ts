import { heredocEnd, readHeredoc } from './heredoc.ts';
import { closingQuote, lineEnd, type Spans } from './spans.ts';

/** Bytes at which something may begin that is neither code nor its white space. */
const special = new Uint8Array(256);
for (const c of '#/\'"`?<') special[c.charCodeAt(0)] = 1;

/**
 * Scans PHP from behind its open tag.
 *
 * A comment of one line ends at `?>`, too; `#[` is an attribute of PHP 8, and what follows it runs.
 * (PHP manual: Comments, Strings, Attributes.)
 *
 * @returns where HTML goes on: behind `?>`, or `end`
 */
export function scanPhp(text: Buffer, at: number, end: number, { cuts, literals }: Spans): number {
  let i = at;
  while (i < end) {
    const c = text[i]!;
    if (special[c] === 0) {
      i++;
      continue;
    }
    const next = i + 1 < end ? text[i + 1] : -1;
    if (c === 0x22 || c === 0x27 || c === 0x60) {
      const close = closingQuote(text, i, end);
      literals.push(i, close);
      i = close;
    } else if (c === 0x3f) {
      if (next === 0x3e) return i + 2;
      i++;
    } else if ((c === 0x23 && next !== 0x5b) || (c === 0x2f && next === 0x2f)) {
      const close = phpLineEnd(text, i, end);
      cuts.push(i, close);
      i = close;
    } else if (c === 0x2f && next === 0x2a) {
      const found = text.indexOf('*/', i + 2);
      const close = found < 0 || found + 2 > end ? end : found + 2;
      cuts.push(i, close);
      i = close;
    } else if (c === 0x3c && next === 0x3c && text[i + 2] === 0x3c) {
      const document = readHeredoc(text, i + 3, end, true);
      if (document === undefined) {
        i += 3;
        continue;
      }
      const close = heredocEnd(text, lineEnd(text, document.end, end) + 1, end, document.label);
      literals.push(i, close);
      i = close;
    } else {
      i++;
    }
  }
  return end;
}

function phpLineEnd(text: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end) {
    const c = text[i];
    if (c === 0x0a || c === 0x0d || (c === 0x3f && text[i + 1] === 0x3e)) return i;
    i++;
  }
  return end;
}
