import { isSpace, isWord } from './spans.ts';

/** Longest text of a quoting operator that is believed; a longer one is rather something else that looks like it. */
const LONGEST = 64 * 1024;

/** Bytes that may still be read in vain: what looks like operators and does not end would be read again and again. */
export interface Patience {
  left: number;
}

const mates: ReadonlyMap<number, number> = new Map([
  [0x28, 0x29],
  [0x5b, 0x5d],
  [0x7b, 0x7d],
  [0x3c, 0x3e],
]);

/**
 * Behind what begins at `at` if that is a quoting operator of Perl (`q`, `qq`, `qw`, `qx`, `qr`, `m`, `s`, `tr`, `y`)
 * or a pattern behind `=~`; else behind one byte. What it quotes is noted as a literal, delimiters and all.
 */
export function skipPerlQuote(
  text: Uint8Array,
  at: number,
  from: number,
  end: number,
  literals: number[],
  patience: Patience,
): number {
  const c = text[at]!;
  if (c === 0x7e && text[at - 1] === 0x3d) {
    let i = at + 1;
    while (i < end && isSpace[text[i]!] === 1) i++;
    return text[i] === 0x2f ? quoted(text, i, end, 1, literals, patience) || at + 1 : at + 1;
  }
  if (isWord[c] === 0) return at + 1;
  const before = at > from ? text[at - 1]! : 0;
  let i = at + 1;
  while (i < end && isWord[text[i]!] === 1) i++;
  // $s, @y, %q and &m are names; ->s is one, too, and so is a key in braces or before =>.
  if (before === 0x24 || before === 0x40 || before === 0x25 || before === 0x26 || before === 0x3e) return i;
  const parts = partsOf(text, at, i - at);
  if (parts === 0) return i;
  let open = i;
  while (open < end && isSpace[text[open]!] === 1) open++;
  const delimiter = text[open]!;
  if (open >= end || isWord[delimiter] === 1 || delimiter === 0x3d || delimiter === 0x2c || delimiter === 0x3b)
    return i;
  if (delimiter === 0x29 || delimiter === 0x7d || (delimiter === 0x23 && open > i)) return i;
  return quoted(text, open, end, parts, literals, patience) || i;
}

/** How many quoted parts an operator has; 0 where the word is none. */
function partsOf(text: Uint8Array, at: number, length: number): number {
  const a = text[at];
  if (length === 1) return a === 0x71 || a === 0x6d ? 1 : a === 0x73 || a === 0x79 ? 2 : 0;
  if (length !== 2) return 0;
  const b = text[at + 1];
  if (a === 0x71) return b === 0x71 || b === 0x77 || b === 0x78 || b === 0x72 ? 1 : 0;
  return a === 0x74 && b === 0x72 ? 2 : 0;
}

function quoted(
  text: Uint8Array,
  at: number,
  end: number,
  parts: number,
  literals: number[],
  patience: Patience,
): number {
  if (patience.left <= 0) return 0;
  const stop = Math.min(end, at + LONGEST);
  const open = text[at]!;
  const mate = mates.get(open);
  let close = partEnd(text, at, stop, open, mate);
  if (close === 0) return inVain(patience, stop - at);
  if (parts === 2) {
    if (mate !== undefined) while (close < stop && isSpace[text[close]!] === 1) close++;
    const second = mate === undefined ? close - 1 : close;
    close = partEnd(text, second, stop, text[second]!, mates.get(text[second]!));
    if (close === 0) return inVain(patience, stop - at);
  }
  literals.push(at, close);
  return close;
}

/** Behind the delimiter that ends a part, or 0 where it does not end before `stop`. */
function partEnd(text: Uint8Array, at: number, stop: number, open: number, mate: number | undefined): number {
  let depth = 1;
  for (let i = at + 1; i < stop; i++) {
    const c = text[i];
    if (c === 0x5c) i++;
    else if (c === (mate ?? open) && --depth === 0) return i + 1;
    else if (mate !== undefined && c === open) depth++;
  }
  return 0;
}

function inVain(patience: Patience, bytes: number): 0 {
  patience.left -= bytes;
  return 0;
}
