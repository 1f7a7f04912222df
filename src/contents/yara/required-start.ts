import { type Token, Tokens } from './rule-tokens.ts';

/** Bytes of which a file must begin with one: as Latin-1 strings. */
export type Starts = ReadonlySet<string>;

/** Parentheses in parentheses: what is deeper is taken for anything. */
const DEPTH = 16;

/**
 * What a file must begin with for the condition to hold: `uint16(0) == 0x5A4D and ...`, and what the module pe tells, which
 * is undefined of all else. So rules of one kind of file can be kept away from the others; the answers stay the same.
 * @param from where in the text the condition stands
 * @returns undefined: nothing, as far as this sees
 */
export function requiredStart(text: string, from: number, to: number): Starts | undefined {
  const tokens: Token[] = [];
  const reader = new Tokens(text, from, to);
  for (let token = reader.next(); token !== undefined; token = reader.next()) tokens.push(token);
  const words = tokens.map((token) => text.slice(token.from, token.to));
  return startOf(words, 0, words.length, 0);
}

function startOf(words: readonly string[], from: number, to: number, depth: number): Starts | undefined {
  if (depth > DEPTH || from >= to) return undefined;
  // What is bound by a quantifier ends where its expression does: `for any i in (1, 2) : ( ... ) or ...` is whole to us.
  const choices = split(words, from, to, 'or');
  if (choices.length > 1) {
    const all = new Set<string>();
    for (const [a, b] of choices) {
      const starts = startOf(words, a, b, depth + 1);
      if (starts === undefined) return undefined;
      for (const start of starts) all.add(start);
    }
    return all;
  }
  const parts = split(words, from, to, 'and');
  if (parts.length > 1) {
    for (const [a, b] of parts) {
      const starts = startOf(words, a, b, depth + 1);
      if (starts !== undefined) return starts;
    }
    return undefined;
  }
  if (words[from] === '(' && closing(words, from, to) === to - 1) return startOf(words, from + 1, to - 1, depth + 1);
  return testOf(words, from, to);
}

/** Ranges between the words, outside of parentheses. */
function split(words: readonly string[], from: number, to: number, word: string): [number, number][] {
  const ranges: [number, number][] = [];
  let depth = 0;
  let start = from;
  for (let at = from; at < to; at++) {
    const here = words[at];
    if (here === '(' || here === '[') depth++;
    else if (here === ')' || here === ']') depth--;
    else if (depth === 0 && here === word) {
      ranges.push([start, at]);
      start = at + 1;
    }
  }
  ranges.push([start, to]);
  return ranges;
}

function closing(words: readonly string[], from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to; at++) {
    if (words[at] === '(') depth++;
    else if (words[at] === ')' && --depth === 0) return at;
  }
  return -1;
}

/** `uint16(0) == 0x5A4D`, or something of the module pe that is true of no other file. */
function testOf(words: readonly string[], from: number, to: number): Starts | undefined {
  const first = words[from] as string;
  if (first === 'pe') return isTrueOfPeOnly(words, from, to) ? PE : undefined;
  const width = /^uint(8|16|32)(be)?$/.exec(first);
  if (width === null || to - from !== 7) return undefined;
  const [open, place, close, ...equals] = words.slice(from + 1, to - 1);
  if (open !== '(' || place === undefined || Number(place) !== 0 || close !== ')' || equals.join('') !== '==') {
    return undefined;
  }
  const value = Number(words[to - 1]);
  const bytes = Number(width[1]) / 8;
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * bytes)) return undefined;
  const start = Buffer.alloc(bytes);
  if (width[2] === 'be') start.writeUIntBE(value, 0, bytes);
  else start.writeUIntLE(value, 0, bytes);
  return new Set([start.toString('latin1')]);
}

const PE: Starts = new Set(['MZ']);

const comparisons = new Set(
  'contains icontains startswith istartswith endswith iendswith iequals matches true'.split(' '),
);

/**
 * `pe.timestamp > 3`, `pe.imports("a")`, `pe.imphash() == "..."`: of other files fields are undefined, and functions that
 * tell yes or no or count tell no or 0. So what is compared with 0, denied or computed may be true of them.
 */
function isTrueOfPeOnly(words: readonly string[], from: number, to: number): boolean {
  for (let at = from + 1; at < to; at++) {
    const word = words[at] as string;
    if (
      /^[A-Za-z_]/.test(word)
        ? words[at - 1] !== '.' && !comparisons.has(word)
        : /^[-+*%&|^~<!#@$\\:]|^0[x0]*$/.test(word)
    ) {
      return false;
    }
  }
  return true;
}
