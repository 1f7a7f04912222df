import { isSpace, isWord, lineEnd } from './spans.ts';

/** A document that begins in the line behind its mark, and ends with a line that has its label. */
export interface Heredoc {
  readonly label: Uint8Array;
  /** Behind the mark. */
  readonly end: number;
}

/** Longer labels are none. */
const LABEL = 256;

/**
 * Reads what stands behind `<<` or `<<<`: an optional `-` or `~`, white space where `spaces` allows it, and a label,
 * quoted or not. Undefined where there is none.
 */
export function readHeredoc(text: Uint8Array, at: number, end: number, spaces: boolean): Heredoc | undefined {
  let i = at;
  if (text[i] === 0x2d || text[i] === 0x7e) i++;
  if (spaces) while (i < end && (text[i] === 0x20 || text[i] === 0x09)) i++;
  const quote = text[i];
  if (quote === 0x22 || quote === 0x27) {
    const stop = Math.min(end, i + LABEL);
    for (let close = i + 1; close < stop; close++) {
      const c = text[close]!;
      if (c === quote) return close > i + 1 ? { label: text.subarray(i + 1, close), end: close + 1 } : undefined;
      if (c === 0x0a || c === 0x0d) return undefined;
    }
    return undefined;
  }
  const first = text[i]!;
  if (i >= end || isWord[first] === 0 || (first >= 0x30 && first <= 0x39)) return undefined;
  const stop = Math.min(end, i + LABEL);
  let close = i + 1;
  while (close < stop && isWord[text[close]!] === 1) close++;
  return { label: text.subarray(i, close), end: close };
}

/**
 * Where the document ends whose first line begins at `at`: behind the label that ends it, or at `end`.
 * The label may be indented, and nothing of a word may follow it.
 */
export function heredocEnd(text: Uint8Array, at: number, end: number, label: Uint8Array): number {
  let line = at;
  while (line < end) {
    let i = line;
    while (i < end && isSpace[text[i]!] === 1 && text[i] !== 0x0a && text[i] !== 0x0d) i++;
    if (hasBytesAt(text, i, end, label) && !(i + label.length < end && isWord[text[i + label.length]!] === 1)) {
      return i + label.length;
    }
    line = lineEnd(text, i, end) + 1;
  }
  return end;
}

function hasBytesAt(text: Uint8Array, at: number, end: number, bytes: Uint8Array): boolean {
  if (at + bytes.length > end) return false;
  for (let i = 0; i < bytes.length; i++) {
    if (text[at + i] !== bytes[i]) return false;
  }
  return true;
}
