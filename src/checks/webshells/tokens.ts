import type { ScriptLanguage } from './language.ts';

/** A longer name, and a longer run of what base64 is written with, is one symbol. */
const LONG_NAME = 30;
const LONG_RUN = 60;

const SPACE = 0;
const LETTER = 1;
const DIGIT = 2;
const HIGH = 3;
const QUOTE = 4;
const DOLLAR = 5;
const MARK = 6;

const kinds = new Uint8Array(256).fill(MARK);
const lower = new Uint8Array(256);
/** What numbers, and runs of base64, go on with. */
const joins = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const folded = c >= 0x41 && c <= 0x5a ? c + 32 : c;
  lower[c] = folded;
  if (c <= 0x20 || c === 0x7f) kinds[c] = SPACE;
  else if ((folded >= 0x61 && folded <= 0x7a) || c === 0x5f) kinds[c] = LETTER;
  else if (c >= 0x30 && c <= 0x39) kinds[c] = DIGIT;
  else if (c >= 0x80) kinds[c] = HIGH;
  joins[c] = kinds[c] === LETTER || kinds[c] === DIGIT || c === 0x2b || c === 0x2f || c === 0x3d ? 1 : 0;
}
kinds[0x22] = kinds[0x27] = QUOTE;
kinds[0x24] = DOLLAR;

/** 32-bit FNV-1a. */
const BASIS = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/** The hash of a word of ASCII characters, as the tokens of a text have it. */
export function wordHash(word: string): number {
  let hash = BASIS;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ lower[word.charCodeAt(i) & 0xff]!, PRIME);
  return hash;
}

/** Symbols that stand for many different tokens; no token of a text is written like them. */
const VARIABLE = wordHash(' variable');
const NUMBER = wordHash(' number');
const LONG = wordHash(' long');
const OTHER = wordHash(' other');
const QUOTED = wordHash('"');

const superglobals = `
$_get $_post $_request $_cookie $_server $_files $_session $_env $globals $http_raw_post_data $http_get_vars
$http_post_vars $http_cookie_vars $http_server_vars $http_post_files $this $env $argv
`;
/** Their hashes by the lowest bits, which are different. A slot without one has a number whose slot is another. */
const superglobalSlots = new Int32Array(1024);
superglobalSlots[0] = 1;
for (const name of superglobals.trim().split(/\s+/)) superglobalSlots[wordHash(name) & 1023] = wordHash(name);

/** In these a name behind a dollar sign is a variable. */
const dollarLanguages: ReadonlySet<ScriptLanguage> = new Set(['php', 'perl', 'sh']);

/** The tokens of a text, in columns: `count` of them are valid. Meant to be filled again and again. */
export interface Tokens {
  count: number;
  /** 32-bit hashes, signed. */
  hashes: Int32Array;
  /** Where each begins in the text, and where it ends. */
  starts: Int32Array;
  ends: Int32Array;
}

/** Room for the tokens of a text; it grows where a text has more. */
export function tokenRoom(tokens = 4096): Tokens {
  return { count: 0, hashes: new Int32Array(tokens), starts: new Int32Array(tokens), ends: new Int32Array(tokens) };
}

/**
 * The tokens of a text of a view. Letters are compared in lower case; superglobals are kept, all other variables
 * behind a dollar sign are one symbol, as are all numbers, all names over 30 bytes, all runs of bytes from 0x80 on and
 * both quotes. Of a run of base64 over 60 bytes the rest is one symbol. What strings hold is read as code is; every
 * other character is a token of its own, and white space is none.
 *
 * @param into room that is filled, and returned
 */
export function readTokens(bytes: Uint8Array, language: ScriptLanguage, into: Tokens = tokenRoom()): Tokens {
  const hasVariables = dollarLanguages.has(language);
  const end = bytes.length;
  let { hashes, starts, ends } = into;
  let count = 0;
  let runStart = 0;
  let runEnd = -1;
  let i = 0;
  while (i < end) {
    const start = i;
    const byte = bytes[i++]!;
    let hash = 0;
    switch (kinds[byte]) {
      case SPACE:
        continue;
      case LETTER: {
        hash = Math.imul(BASIS ^ lower[byte]!, PRIME);
        while (i < end) {
          const c = bytes[i]!;
          const kind = kinds[c]!;
          if (kind !== LETTER && kind !== DIGIT) break;
          hash = Math.imul(hash ^ lower[c]!, PRIME);
          i++;
        }
        if (i - start > LONG_NAME) hash = LONG;
        break;
      }
      case DIGIT: {
        while (i < end) {
          const c = bytes[i]!;
          const kind = kinds[c]!;
          if (kind !== LETTER && kind !== DIGIT && !(c === 0x2e && kinds[bytes[i + 1]!] === DIGIT)) break;
          i++;
        }
        hash = i - start > LONG_NAME ? LONG : NUMBER;
        break;
      }
      case HIGH:
        while (i < end && bytes[i]! >= 0x80) i++;
        hash = OTHER;
        break;
      case QUOTE:
        hash = QUOTED;
        break;
      case DOLLAR: {
        hash = Math.imul(BASIS ^ byte, PRIME);
        if (hasVariables && i < end && (kinds[bytes[i]!] === LETTER || bytes[i]! >= 0x80)) {
          while (i < end) {
            const c = bytes[i]!;
            const kind = kinds[c]!;
            if (kind !== LETTER && kind !== DIGIT && kind !== HIGH) break;
            hash = Math.imul(hash ^ lower[c]!, PRIME);
            i++;
          }
          if (superglobalSlots[hash & 1023] !== hash) hash = VARIABLE;
        }
        break;
      }
      default:
        hash = Math.imul(BASIS ^ byte, PRIME);
    }
    if (joins[byte] === 1) {
      if (start !== runEnd) runStart = start;
      runEnd = i;
      if (start - runStart > LONG_RUN) {
        // The rest of a run is one symbol: the last token grows.
        if (hashes[count - 1] === LONG) {
          ends[count - 1] = i;
          continue;
        }
        hash = LONG;
      }
    }
    if (count === hashes.length) {
      grow(into, count);
      ({ hashes, starts, ends } = into);
    }
    hashes[count] = hash;
    starts[count] = start;
    ends[count] = i;
    count++;
  }
  into.count = count;
  return into;
}

function grow(tokens: Tokens, count: number): void {
  for (const column of ['hashes', 'starts', 'ends'] as const) {
    const wider = new Int32Array(2 * count);
    wider.set(tokens[column]);
    tokens[column] = wider;
  }
}

/** Calls `sink` for each token of a text, in order: its hash, where it begins, where it ends. As `readTokens`. */
export function forEachToken(
  bytes: Uint8Array,
  language: ScriptLanguage,
  sink: (hash: number, start: number, end: number) => void,
): void {
  const { count, hashes, starts, ends } = readTokens(bytes, language);
  for (let i = 0; i < count; i++) sink(hashes[i]!, starts[i]!, ends[i]!);
}
