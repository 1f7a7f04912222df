import type { ScriptLanguage } from '../language.ts';
import { beginsCharacters, readCharacters } from './characters.ts';
import { applyDecoder, decoderBefore } from './decoder-calls.ts';
import { readEscape } from './escapes.ts';
import type { StrippedText } from './strip.ts';

/** What was done to literals: the words that a chain has. */
export type LiteralStep = 'escapes' | 'characters' | 'concatenation' | 'xor' | 'complement' | string;

/** A text whose literals are written as what they mean. */
export interface DecodedText {
  readonly bytes: Buffer;
  /** What was done, each once, in the order in which it was first needed; empty where there was nothing to do. */
  readonly steps: readonly LiteralStep[];
}

/** Signs that join literals. */
const joiners: Readonly<Record<ScriptLanguage, string>> = {
  php: '.',
  perl: '.',
  asp: '&+',
  aspx: '&+',
  cfm: '&+',
  jsp: '+',
  js: '+',
  python: '+',
  sh: '',
};

/** Languages without escapes in literals: a backslash is one. */
const plain: ReadonlySet<ScriptLanguage> = new Set(['asp', 'cfm']);

const CARET = 0x5e;
const TILDE = 0x7e;

const nothing: readonly LiteralStep[] = [];

/**
 * Writes the literals of a text as what they mean: escapes of printable characters (`\x41`, `\101`, `\u0041`), constant
 * characters (`chr(65)`, `String.fromCharCode(65)`, `(char)65`) and their concatenations, calls of well-known decoders
 * with a literal of up to 256 bytes, and in PHP `^` and `~` of literals. Nothing is run, and no name is looked up.
 *
 * The text that comes out is never longer than the one that goes in.
 *
 * @param origins if given, filled with the offset in the text of each byte that is made
 */
export function decodeLiterals(stripped: StrippedText, language: ScriptLanguage, origins?: Int32Array): DecodedText {
  const { bytes: text, literals } = stripped;
  if (!mayBeDecoded(text, literals, language)) return { bytes: text, steps: nothing };
  const end = text.length;
  const out = Buffer.allocUnsafe(end);
  const steps = new Set<LiteralStep>();
  const signs = joiners[language];
  const hasEscapes = !plain.has(language);
  const isPhp = language === 'php';
  let o = 0;
  let i = 0;
  /** Where in `out` the literal begins that may go on, and where it ended; -1 where there is none. */
  let open = -1;
  let closed = -1;
  for (let k = 0; ; k += 2) {
    const start = k < literals.length ? literals[k]! : end;
    // Code up to the next literal, in which constant characters stand.
    while (i < start) {
      const c = text[i]!;
      if (c === 0x28) {
        const found = readCharacters(text, i, start, out, o);
        if (found !== undefined) {
          o -= found.before;
          const joined = open >= 0 && isJoin(out, closed, o, signs);
          if (joined) o = closed - 1;
          else open = o;
          const first = i;
          if (!joined) {
            if (origins !== undefined) origins[o] = first;
            out[o++] = 0x22;
          } else {
            steps.add('concatenation');
          }
          for (const character of found.characters) {
            if (origins !== undefined) origins[o] = first;
            out[o++] = character;
          }
          if (origins !== undefined) origins[o] = first;
          out[o] = out[open]!;
          closed = ++o;
          i = found.end;
          steps.add('characters');
          continue;
        }
      } else if (c === 0x5c && hasEscapes) {
        const found = readEscape(text, i, start, false);
        if (found !== undefined) {
          if (origins !== undefined) origins[o] = i;
          out[o++] = found.byte;
          i = found.end;
          steps.add('escapes');
          continue;
        }
      }
      if (origins !== undefined) origins[o] = i;
      out[o++] = c;
      i++;
    }
    if (start >= end) break;
    const stop = literals[k + 1]!;
    const quote = text[start];
    if ((quote !== 0x22 && quote !== 0x27) || stop - start < 2 || text[stop - 1] !== quote) {
      // A document, a quoting operator, a command in backticks, or a literal without an end.
      open = -1;
      for (; i < stop; i++) {
        const found = text[i] === 0x5c && hasEscapes ? readEscape(text, i, stop, false) : undefined;
        if (origins !== undefined) origins[o] = i;
        out[o++] = found === undefined ? text[i]! : found.byte;
        if (found !== undefined) {
          i = found.end - 1;
          steps.add('escapes');
        }
      }
      continue;
    }
    const sign = isPhp ? lastSign(out, Math.max(open < 0 ? 0 : closed, 0), o) : 0;
    const isBinary = sign === TILDE || sign === CARET || (isPhp && followedByCaret(text, stop));
    const isXor = sign === CARET && open >= 0 && isJoin(out, closed, o, '^');
    const isJoined = !isXor && open >= 0 && isJoin(out, closed, o, signs);
    if (isXor || isJoined) {
      o = closed - 1;
    } else {
      open = o;
      if (origins !== undefined) origins[o] = start;
      out[o++] = quote;
    }
    const from = o;
    let xorAt = open + 1;
    for (i = start + 1; i < stop - 1; i++) {
      const at = i;
      let byte = text[i]!;
      if (byte === 0x5c && hasEscapes) {
        const found = readEscape(text, i, stop - 1, isBinary);
        if (found !== undefined) {
          byte = found.byte;
          i = found.end - 1;
          steps.add('escapes');
        }
      }
      if (isXor) {
        if (xorAt < from) out[xorAt++]! ^= byte;
        continue;
      }
      if (origins !== undefined) origins[o] = at;
      out[o++] = byte;
    }
    if (isXor) {
      o = xorAt;
      steps.add('xor');
    } else if (isJoined) {
      steps.add('concatenation');
    } else if (sign === TILDE && open > 0 && out[open - 1] === TILDE && isHigh(out, open + 1, o)) {
      for (let b = open + 1; b < o; b++) out[b - 1] = ~out[b]! & 0xff;
      out[open - 1] = quote;
      open--;
      o--;
      steps.add('complement');
    }
    if (origins !== undefined) origins[o] = stop - 1;
    out[o++] = out[open]!;
    i = stop;
    // Calls around the literal, from the innermost on.
    for (;;) {
      let close = i;
      while (close < end && text[close]! <= 0x20) close++;
      if (text[close] !== 0x29) break;
      const call = decoderBefore(out, open);
      if (call === undefined) break;
      const result = applyDecoder(call.decoder, out.subarray(open + 1, o - 1));
      if (result === undefined) break;
      const mark = out[open]!;
      const origin = origins === undefined ? 0 : origins[open]!;
      const at = call.start;
      out[at] = mark;
      out.set(result, at + 1);
      o = at + 1 + result.length;
      out[o++] = mark;
      origins?.fill(origin, at, o);
      open = at;
      i = close + 1;
      steps.add(call.decoder);
    }
    closed = o;
  }
  return { bytes: out.subarray(0, o), steps: [...steps] };
}

/** Whether from `from` to `to` stands nothing but one of `signs`, with white space around it. */
function isJoin(out: Uint8Array, from: number, to: number, signs: string): boolean {
  let i = from;
  let j = to;
  while (i < j && isBlank(out[i]!)) i++;
  while (j > i && isBlank(out[j - 1]!)) j--;
  return j - i === 1 && signs.includes(String.fromCharCode(out[i]!));
}

/** White space, or the sign with which Visual Basic goes on in the next line. */
function isBlank(c: number): boolean {
  return c <= 0x20 || c === 0x5f;
}

/** The last byte before `to` that is no white space, or 0. */
function lastSign(out: Uint8Array, from: number, to: number): number {
  let i = to - 1;
  while (i >= from && out[i]! <= 0x20) i--;
  return i >= from ? out[i]! : 0;
}

function followedByCaret(text: Uint8Array, at: number): boolean {
  let i = at;
  while (i < text.length && text[i]! <= 0x20) i++;
  return text[i] === CARET;
}

function isHigh(out: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    if (out[i]! < 0x80) return false;
  }
  return to > from;
}

/**
 * Whether there is anything to decode, as far as a quick look tells: there is not in nine files of ten, of which no copy
 * need be made.
 */
function mayBeDecoded(text: Buffer, literals: readonly number[], language: ScriptLanguage): boolean {
  const signs = language === 'php' ? `${joiners[language]}^` : joiners[language];
  const { length } = text;
  for (let k = 0; k < literals.length; k += 2) {
    const start = literals[k]!;
    if (k > 0 && start > 0 && isJoin(text, literals[k - 1]!, start, signs)) return true;
    let before = start - 1;
    while (before >= 0 && text[before]! <= 0x20) before--;
    if (before >= 0 && (text[before] === TILDE || (text[before] === 0x28 && decoderBefore(text, start)))) return true;
  }
  for (let i = plain.has(language) ? -1 : text.indexOf(0x5c); i >= 0; i = text.indexOf(0x5c, i + 1)) {
    if (readEscape(text, i, length, false) !== undefined) return true;
  }
  for (let i = text.indexOf(0x28); i >= 0; i = text.indexOf(0x28, i + 1)) {
    if (beginsCharacters(text, i)) return true;
  }
  return false;
}
