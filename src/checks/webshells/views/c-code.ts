import { closingDoubledQuote, closingQuote, closingQuoteInLine, type Dialect, lineEnd, type Spans } from './spans.ts';

const special = new Uint8Array(256);
for (const c of '/\'"`') special[c.charCodeAt(0)] = 1;

/** Behind one of these a slash begins a regular expression. */
const beforePattern = new Uint8Array(256);
for (const c of '(,=:[!&|?{};+-*%~^<>') beforePattern[c.charCodeAt(0)] = 1;

/** Keeps slashes that begin no pattern from being read to the end of a long line each. */
const LONGEST_PATTERN = 256;

/**
 * Scans Java, C# or JavaScript up to `end`.
 *
 * @param inComment whether it begins in a comment: one that a scriptlet leaves open goes on in the next
 * @returns whether it ends in a comment
 */
export function scanC(
  text: Buffer,
  at: number,
  end: number,
  dialect: Dialect,
  { cuts, literals }: Spans,
  inComment = false,
): boolean {
  let i = at;
  if (inComment) {
    const close = commentEnd(text, i, end);
    if (close === 0) {
      if (i < end) cuts.push(i, end);
      return true;
    }
    cuts.push(i, close);
    i = close;
  }
  /** The last byte of code that is no white space. */
  let before = 0x3b;
  while (i < end) {
    const c = text[i]!;
    if (special[c] === 0) {
      if (c > 0x20) before = c;
      i++;
      continue;
    }
    const next = i + 1 < end ? text[i + 1] : -1;
    if (c === 0x2f && next === 0x2f) {
      const close = lineEnd(text, i, end);
      cuts.push(i, close);
      i = close;
    } else if (c === 0x2f && next === 0x2a) {
      const close = commentEnd(text, i + 2, end);
      cuts.push(i, close || end);
      if (close === 0) return true;
      i = close;
    } else if (c === 0x2f) {
      const close = dialect === 'js' && beforePattern[before] === 1 ? patternEnd(text, i, end) : 0;
      i = close || i + 1;
      before = c;
    } else if (c === 0x60 && dialect !== 'js') {
      before = c;
      i++;
    } else {
      const close = literalEnd(text, i, end, dialect);
      literals.push(i, close);
      i = close;
      before = c;
    }
  }
  return false;
}

/** Behind the end of a block comment, or 0 where it has none. */
function commentEnd(text: Buffer, at: number, end: number): number {
  return behind(text, '*/', at, end);
}

/** Behind the first `mark` up to `end`, or 0. Does not look beyond: a page may have very many scriptlets. */
function behind(text: Buffer, mark: string, at: number, end: number): number {
  const found = text.subarray(at, end).indexOf(mark);
  return found < 0 ? 0 : at + found + mark.length;
}

function literalEnd(text: Buffer, at: number, end: number, dialect: Dialect): number {
  const quote = text[at];
  if (quote === 0x60) return closingQuote(text, at, end);
  if (quote === 0x22 && dialect !== 'js') {
    const before = text[at - 1];
    if (dialect === 'csharp' && (before === 0x40 || (before === 0x24 && text[at - 2] === 0x40))) {
      return closingDoubledQuote(text, at, end, false);
    }
    if (text[at + 1] === 0x22 && text[at + 2] === 0x22 && at + 2 < end) {
      return behind(text, '"""', at + 3, end) || end;
    }
  }
  return closingQuoteInLine(text, at, end);
}

/** Behind a regular expression of JavaScript, or 0 where the line ends before it does, or it is too long. */
function patternEnd(text: Uint8Array, at: number, end: number): number {
  let inClass = false;
  const stop = Math.min(end, at + LONGEST_PATTERN);
  for (let i = at + 1; i < stop; i++) {
    const c = text[i];
    if (c === 0x0a || c === 0x0d) return 0;
    if (c === 0x5c) i++;
    else if (c === 0x5b) inClass = true;
    else if (c === 0x5d) inClass = false;
    else if (c === 0x2f && !inClass) return i + 1;
  }
  return 0;
}
