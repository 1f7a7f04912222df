import { nibble } from './encodings.ts';

/** A run of characters that something encoded is written with. */
export interface PayloadRun {
  readonly kind: 'base64' | 'hex' | 'percent';
  readonly start: number;
  readonly end: number;
}

/** Shorter runs are not worth a look. */
const SHORTEST = 20;
const SHORTEST_HEX = 32;
/** A run of base64 goes on behind white space if so many characters stand before it. */
const LINE = 40;
/** Escapes that a run of percent-encoding has at least. */
const ESCAPES = 8;

const OTHER = 0;
const BASE64 = 1;
const HEX = 2;
const URL = 3;
const PERCENT = 4;

const kinds = new Uint8Array(256);
for (let c = 0x21; c < 0x7f; c++) {
  const isLetter = (c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a;
  const isDigit = c >= 0x30 && c <= 0x39;
  if (nibble(c) >= 0) kinds[c] = HEX;
  else if (isLetter || isDigit || c === 0x2b || c === 0x2f || c === 0x3d) kinds[c] = BASE64;
  else if ('-_.~!*():@&;,$'.includes(String.fromCharCode(c))) kinds[c] = URL;
}
kinds[0x25] = PERCENT;
const ofRun = kinds.map((kind) => (kind === BASE64 || kind === HEX ? 1 : 0));

/**
 * The runs of a text: those of percent-encoding, then those of base64 and hexadecimal digits, each in order.
 * `take` gets one after the other, and tells whether it wants more.
 */
export function findRuns(text: Uint8Array, take: (run: PayloadRun) => boolean): void {
  if (findPercentRuns(text, take)) findDigitRuns(text, take);
}

function findPercentRuns(text: Uint8Array, take: (run: PayloadRun) => boolean): boolean {
  for (let i = text.indexOf(0x25); i >= 0; i = text.indexOf(0x25, i)) {
    if (nibble(text[i + 1]) < 0 || nibble(text[i + 2]) < 0) {
      i++;
      continue;
    }
    const run = percentRun(text, i);
    i = run.end;
    if (run.isOne && !take({ kind: 'percent', start: run.start, end: run.end })) return false;
  }
  return true;
}

function findDigitRuns(text: Uint8Array, take: (run: PayloadRun) => boolean): void {
  const end = text.length;
  let start = 0;
  for (;;) {
    // From the last of twenty bytes to the first: what stands before one that is of no run is not looked at.
    let known = start - 1;
    for (;;) {
      const last = start + SHORTEST - 1;
      if (last >= end) return;
      let at = last;
      while (at > known && ofRun[text[at]!] === 1) at--;
      if (at === known) break;
      start = at + 1;
      known = last;
    }
    let line = start;
    let plain = 0;
    let hasMore = true;
    let i = start;
    while (hasMore) {
      for (; i < end; i++) {
        const kind = kinds[text[i]!]!;
        if (kind === BASE64) plain++;
        else if (kind !== HEX) break;
      }
      hasMore = i + 1 < end && text[i]! <= 0x20 && i - line >= LINE && ofRun[text[i + 1]!] === 1;
      if (hasMore) line = ++i;
    }
    const isHex = plain === 0;
    if (i - start >= (isHex ? SHORTEST_HEX : SHORTEST) && !take({ kind: isHex ? 'hex' : 'base64', start, end: i })) {
      return;
    }
    start = i;
  }
}

function percentRun(text: Uint8Array, at: number): { start: number; end: number; isOne: boolean } {
  let start = at;
  // What stands before the first escape is of it, too.
  while (start > 0 && at - start < 64 && ofRun[text[start - 1]!] === 1) start--;
  let i = at;
  let escapes = 0;
  while (i < text.length) {
    const kind = kinds[text[i]!]!;
    if (kind === OTHER) break;
    if (kind === PERCENT) escapes++;
    i++;
  }
  return { start, end: i, isOne: escapes >= ESCAPES };
}
