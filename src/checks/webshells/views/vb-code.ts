import { closingDoubledQuote, hasWordAt, isSpace, isWord, lineEnd, type Spans } from './spans.ts';

/** Scans Visual Basic or VBScript up to `end`: comments are `'`, and `rem` where a statement begins. */
export function scanVb(text: Buffer, at: number, end: number, { cuts, literals }: Spans): void {
  let i = at;
  let isStart = true;
  while (i < end) {
    const c = text[i]!;
    if (c === 0x22) {
      const close = closingDoubledQuote(text, i, end, true);
      literals.push(i, close);
      i = close;
      isStart = false;
    } else if (c === 0x27 || (isStart && (c | 0x20) === 0x72 && isRem(text, i, end))) {
      const close = lineEnd(text, i, end);
      cuts.push(i, close);
      i = close;
    } else {
      if (c === 0x0a || c === 0x0d || c === 0x3a) isStart = true;
      else if (isSpace[c] === 0) isStart = false;
      i++;
    }
  }
}

function isRem(text: Uint8Array, at: number, end: number): boolean {
  return at + 3 <= end && hasWordAt(text, at, 'rem') && !(at + 3 < end && isWord[text[at + 3]!] === 1);
}
