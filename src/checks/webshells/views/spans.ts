/** What a scanner found in a text: pairs of offsets, in order, that do not overlap. */
export interface Spans {
  /** Comments: where each begins, and where it ends. */
  readonly cuts: number[];
  /** Literals of code with what they are quoted by: where each begins, and where it ends. */
  readonly literals: number[];
}

/** How code between tags is written. */
export type Dialect = 'php' | 'vb' | 'java' | 'csharp' | 'js' | 'perl' | 'python' | 'sh';

export const isWord = new Uint8Array(256);
export const isSpace = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const folded = c | 0x20;
  isWord[c] =
    (folded >= 0x61 && folded <= 0x7a && c < 0x80) || (c >= 0x30 && c <= 0x39) || c === 0x5f || c >= 0x80 ? 1 : 0;
  isSpace[c] = c === 0x20 || (c >= 0x09 && c <= 0x0d) ? 1 : 0;
}

/** The first line feed or carriage return from `at` on, or `end`. */
export function lineEnd(text: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && text[i] !== 0x0a && text[i] !== 0x0d) i++;
  return i;
}

/** Where the literal ends that a quote at `at` begins: behind the next such quote without a backslash, or at `end`. */
export function closingQuote(text: Uint8Array, at: number, end: number): number {
  const quote = text[at];
  let i = at + 1;
  while (i < end) {
    const c = text[i];
    if (c === quote) return i + 1;
    i += c === 0x5c ? 2 : 1;
  }
  return end;
}

/** The same, for languages in which a literal cannot go on in the next line: it ends there. */
export function closingQuoteInLine(text: Uint8Array, at: number, end: number): number {
  const quote = text[at];
  let i = at + 1;
  while (i < end) {
    const c = text[i];
    if (c === quote) return i + 1;
    if (c === 0x0a || c === 0x0d) return i;
    i += c === 0x5c ? 2 : 1;
  }
  return end;
}

/** The same, where a quote in a literal is written twice and a backslash is nothing special. */
export function closingDoubledQuote(text: Uint8Array, at: number, end: number, inLine: boolean): number {
  const quote = text[at];
  let i = at + 1;
  while (i < end) {
    const c = text[i];
    if (c === quote) {
      if (text[i + 1] !== quote || i + 1 >= end) return i + 1;
      i++;
    } else if (inLine && (c === 0x0a || c === 0x0d)) {
      return i;
    }
    i++;
  }
  return end;
}

/** Whether `word`, in lower case, stands at `at`, in any case. */
export function hasWordAt(text: Uint8Array, at: number, word: string): boolean {
  if (at + word.length > text.length) return false;
  for (let i = 0; i < word.length; i++) {
    const c = text[at + i]!;
    if ((c >= 0x41 && c <= 0x5a ? c + 32 : c) !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** Where `word`, in lower case, stands first from `at` on, in any case; -1 where it does not. It begins with '<' or '='. */
export function indexOfWord(text: Buffer, word: string, at: number): number {
  const first = word.charCodeAt(0);
  for (let i = text.indexOf(first, at); i >= 0; i = text.indexOf(first, i + 1)) {
    if (hasWordAt(text, i, word)) return i;
  }
  return -1;
}
