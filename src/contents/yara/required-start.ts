import { type ConditionWords, closing, DEPTH, split } from './condition-operands.ts';
import { isTrueOfKindOnly, moduleStarts } from './module-tests.ts';

/** Bytes of which a file must begin with one: as Latin-1 strings. */
export type Starts = ReadonlySet<string>;

/**
 * What a file must begin with for the condition to hold: `uint16(0) == 0x5A4D and ...`, and what the module pe tells, which
 * is undefined of all else. So rules of one kind of file can be kept away from the others; the answers stay the same.
 * @returns undefined: nothing, as far as this sees
 */
export function requiredStart({ words }: ConditionWords): Starts | undefined {
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

/** `uint16(0) == 0x5A4D`, or something of the module pe that is true of no other file. */
function testOf(words: readonly string[], from: number, to: number): Starts | undefined {
  const first = words[from] as string;
  for (const [module, starts] of moduleSets) if (isTrueOfKindOnly(words, from, to, module)) return starts;
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

const moduleSets = Object.entries(moduleStarts).map(([module, starts]): [string, Starts] => [module, new Set(starts)]);
