import { type Heredoc, heredocEnd, readHeredoc } from './heredoc.ts';
import { skipPerlQuote } from './perl-quotes.ts';
import { closingQuote, closingQuoteInLine, isSpace, lineEnd, type Spans } from './spans.ts';

/** Behind one of these, behind white space and where a line begins, `#` begins a comment. */
const beforeShellComment = ';()&|';
const beforePerlComment = ';(){},&|';

/** Scans Python up to `end`. */
export function scanPython(text: Buffer, at: number, end: number, { cuts, literals }: Spans): void {
  let i = at;
  while (i < end) {
    const c = text[i]!;
    if (c === 0x23) {
      const close = lineEnd(text, i, end);
      cuts.push(i, close);
      i = close;
    } else if (c === 0x22 || c === 0x27) {
      const isTriple = text[i + 1] === c && text[i + 2] === c && i + 2 < end;
      const close = isTriple ? tripleEnd(text, i, end) : closingQuoteInLine(text, i, end);
      literals.push(i, close);
      i = close;
    } else {
      i++;
    }
  }
}

function tripleEnd(text: Uint8Array, at: number, end: number): number {
  const quote = text[at];
  let i = at + 3;
  while (i < end) {
    const c = text[i];
    if (c === quote && text[i + 1] === quote && text[i + 2] === quote) return Math.min(i + 3, end);
    i += c === 0x5c ? 2 : 1;
  }
  return end;
}

/** Scans a shell script up to `end`. */
export function scanShell(text: Buffer, at: number, end: number, { cuts, literals }: Spans): void {
  let i = at;
  let pending: Heredoc | undefined;
  while (i < end) {
    const c = text[i]!;
    if (c === 0x5c) {
      i += 2;
    } else if (c === 0x27) {
      const found = text.indexOf(0x27, i + 1);
      const close = found < 0 || found >= end ? end : found + 1;
      literals.push(i, close);
      i = close;
    } else if (c === 0x22) {
      const close = closingQuote(text, i, end);
      literals.push(i, close);
      i = close;
    } else if (c === 0x23 && beginsComment(text, i, at, beforeShellComment)) {
      const close = lineEnd(text, i, end);
      cuts.push(i, close);
      i = close;
    } else if (c === 0x3c && text[i + 1] === 0x3c && pending === undefined) {
      if (text[i + 2] === 0x3c) {
        i += 3;
      } else {
        pending = readHeredoc(text, i + 2, end, true);
        i = pending?.end ?? i + 2;
      }
    } else if (c === 0x0a && pending !== undefined) {
      i = heredocEnd(text, i + 1, end, pending.label);
      pending = undefined;
    } else {
      i++;
    }
  }
}

/**
 * Scans Perl up to `end`, as far as that can be done without running it: comments, POD, literals, and patterns where
 * `=~` or the name of a quoting operator announces them (perlop, perlpod).
 */
export function scanPerl(text: Buffer, at: number, end: number, { cuts, literals }: Spans): void {
  let i = at;
  let pending: Heredoc | undefined;
  let isLineStart = true;
  const patience = { left: 4 * (end - at) };
  while (i < end) {
    const c = text[i]!;
    if (isLineStart && c === 0x3d && isLetter(text[i + 1]!)) {
      const close = podEnd(text, i, end);
      cuts.push(i, close);
      i = close;
      continue;
    }
    if (isLineStart && c === 0x5f && text.subarray(i, i + 7).equals(END_MARK)) return;
    isLineStart = false;
    if (c === 0x23 && text[i - 1] !== 0x24 && beginsComment(text, i, at, beforePerlComment)) {
      const close = lineEnd(text, i, end);
      cuts.push(i, close);
      i = close;
    } else if (c === 0x22 || c === 0x27 || c === 0x60) {
      // $' and $" are variables, and ' once stood between the parts of a name.
      const before = i > at ? text[i - 1]! : 0;
      if (before === 0x24 || (c === 0x27 && (before === 0x26 || isLetter(before)))) {
        i++;
        continue;
      }
      const close = closingQuote(text, i, end);
      literals.push(i, close);
      i = close;
    } else if (c === 0x3c && text[i + 1] === 0x3c && pending === undefined) {
      pending = readHeredoc(text, i + 2, end, false);
      i = pending?.end ?? i + 2;
    } else if (c === 0x0a) {
      isLineStart = true;
      if (pending !== undefined) i = heredocEnd(text, i + 1, end, pending.label);
      else i++;
      pending = undefined;
    } else {
      i = skipPerlQuote(text, i, at, end, literals, patience);
    }
  }
}

const END_MARK = Buffer.from('__END__');

function isLetter(c: number): boolean {
  const folded = c | 0x20;
  return folded >= 0x61 && folded <= 0x7a;
}

function beginsComment(text: Uint8Array, at: number, from: number, marks: string): boolean {
  if (at === from) return true;
  const before = text[at - 1]!;
  return isSpace[before] === 1 || marks.includes(String.fromCharCode(before));
}

/** Behind the line with `=cut`, or `end`. */
function podEnd(text: Buffer, at: number, end: number): number {
  const found = text.indexOf('\n=cut', at);
  return found < 0 || found >= end ? end : lineEnd(text, found + 1, end);
}
