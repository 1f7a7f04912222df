import type { ConditionWords, Operand } from './condition-operands.ts';
import { isMember, isTrueOfKindOnly, isUndefinedElsewhere, moduleStarts } from './module-tests.ts';

/** A piece of a text, and what stands there instead. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * What a condition says of files that are no programs of Windows, without the modules that know these: of all other files,
 * what it asks them is false. A module takes a file a good part of the time of a thousand rules.
 * @param modules those that it speaks of
 * @returns undefined: it asks them something that this does not see through
 */
export function withoutPrograms(
  { words, places }: ConditionWords,
  operands: readonly Operand[],
  modules: ReadonlySet<string>,
): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  let asked = 0;
  for (const { from, to, core, isDenied } of operands) {
    const isFalse = isDenied ? isUndefinedElsewhere : isTrueOfKindOnly;
    const spoken = new Set<string>();
    for (let at = from; at < to; at++) {
      const word = words[at] as string;
      if (modules.has(word) && !isMember(words, at)) {
        spoken.add(word);
        asked++;
      }
    }
    if (spoken.size === 0) continue;
    const isOther = [...spoken].every(
      (module) => moduleStarts[module] === undefined || !isFalse(words, core.from, core.to, module),
    );
    const { 0: first, 1: last } = [places[from], places[to - 1]];
    const patterns = patternsOf(words, from, to);
    if (isOther || first === undefined || last === undefined || patterns === undefined) return undefined;
    // A pattern that a rule has and does not use is an error.
    edits.push({ from: first.from, to: last.to, text: `(${['false', ...patterns].join(' and ')})` });
  }
  return asked === 0 ? undefined : edits;
}

/** @returns undefined: among them is one without a name of its own */
function patternsOf(words: readonly string[], from: number, to: number): readonly string[] | undefined {
  const patterns = new Set<string>();
  for (let at = from; at < to; at++) {
    const word = words[at] as string;
    const mark = word[0];
    if (word === 'them' || word === '$') return undefined;
    if (mark !== '$' && mark !== '#' && mark !== '@' && !(mark === '!' && word.length > 1)) continue;
    if (word.length === 1 || words[at + 1] === '*') return undefined;
    patterns.add(`$${word.slice(1)}`);
  }
  return [...patterns];
}
