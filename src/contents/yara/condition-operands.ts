import { Tokens } from './rule-tokens.ts';

/** Words of a condition, and where in the text each stands. */
export interface ConditionWords {
  readonly words: readonly string[];
  readonly places: readonly { readonly from: number; readonly to: number }[];
}

/**
 * What `and` and `or` of a condition bind, or the condition itself: there, what is undefined counts as false, and so does
 * `not` of it (YARA-X 1.20). `from` and `to` are indices of words.
 */
export interface Operand {
  readonly from: number;
  readonly to: number;
  /** It without the `not` before it and parentheses around it. */
  readonly core: { readonly from: number; readonly to: number };
  readonly isDenied: boolean;
}

/** Parentheses in parentheses: what is deeper is taken for one operand. */
export const DEPTH = 16;

/** @param from where in the text the condition stands */
export function readCondition(text: string, from: number, to: number): ConditionWords {
  const words: string[] = [];
  const places: { from: number; to: number }[] = [];
  const reader = new Tokens(text, from, to);
  for (let token = reader.next(); token !== undefined; token = reader.next()) {
    words.push(text.slice(token.from, token.to));
    places.push({ from: token.from, to: token.to });
  }
  return { words, places };
}

export function operandsOf({ words }: ConditionWords): readonly Operand[] {
  const operands: Operand[] = [];
  collect(words, 0, words.length, 0, operands);
  return operands;
}

function collect(words: readonly string[], from: number, to: number, depth: number, operands: Operand[]): void {
  const core = { from, to };
  let isDenied = false;
  for (let deep = depth; deep <= DEPTH && core.from < core.to; deep++) {
    for (const word of ['or', 'and']) {
      const parts = split(words, core.from, core.to, word);
      if (parts.length === 1) continue;
      for (const [a, b] of parts) collect(words, a, b, deep + 1, operands);
      return;
    }
    for (; words[core.from] === 'not'; core.from++) isDenied = true;
    if (words[core.from] !== '(' || closing(words, core.from, core.to) !== core.to - 1) break;
    core.from++;
    core.to--;
  }
  if (core.from < core.to) operands.push({ from, to, core, isDenied });
}

/** Ranges between the words, outside of parentheses. */
export function split(words: readonly string[], from: number, to: number, word: string): [number, number][] {
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

/** Where the parenthesis closes that stands at `from`, or -1. */
export function closing(words: readonly string[], from: number, to: number): number {
  let depth = 0;
  for (let at = from; at < to; at++) {
    if (words[at] === '(') depth++;
    else if (words[at] === ')' && --depth === 0) return at;
  }
  return -1;
}
