import type { LibraryRule } from './rule-library.ts';
import { strictRegex } from './strict-regex.ts';

export interface RuleWriting {
  /** Names of the private rules that make the tests it shares with others. */
  readonly tests?: ReadonlyMap<string, string>;
  /** As it is for all files but programs of Windows. */
  readonly isWithoutPrograms?: boolean;
}

/**
 * The text of a rule as the compiler gets it, with as many lines before anything as in its file: under the name it has in
 * the library, as are the rules that it names; what a global rule demands is a part of its condition.
 */
export function writeRule(rule: LibraryRule, { tests, isWithoutPrograms = false }: RuleWriting = {}): string {
  const { text, part, name, named, global } = rule;
  const { start, end, nameAt, globalAt, words, regexes } = part;
  const condition = part.condition as NonNullable<typeof part.condition>;
  const edits: [from: number, to: number, replacement: string][] = [];
  if (globalAt !== undefined) edits.push([globalAt, globalAt + 'global'.length, '']);
  if (name !== part.name) edits.push([nameAt, nameAt + part.name.length, name]);
  for (const { from, to } of regexes) {
    const regex = text.slice(from, to);
    const strict = strictRegex(regex);
    if (strict !== regex) edits.push([from, to, strict]);
  }
  for (const { word, at } of words) {
    const other = named.get(word);
    if (other !== undefined && other.name !== word) edits.push([at, at + word.length, other.name]);
  }
  for (const { from, to, test } of rule.tests) {
    const shared = tests?.get(test);
    if (shared !== undefined) edits.push([from, to, shared]);
  }
  if (isWithoutPrograms)
    for (const { from, to, text: other } of rule.withoutPrograms ?? []) edits.push([from, to, other]);
  const demand = global === undefined ? '' : ` ${global.name} and`;
  // YARA-X 1.20 takes what the first rule with a text demands of a file (its size, its first bytes) for a demand of all rules
  // with the same text. It does not see through this.
  edits.push([condition.from, condition.from, `${demand} not not (`]);
  // Its last line may be a comment.
  edits.push([condition.to, condition.to, '\n)']);
  // What is put in comes before what is replaced; of what is replaced, the whole before its parts, which are gone with it.
  edits.sort(([a, x], [b, y]) => a - b || Number(x > a) - Number(y > b) || y - x);
  let written = '';
  let at = start;
  for (const [from, to, replacement] of edits) {
    if (from < at) continue;
    written += text.slice(at, from) + replacement + linesOf(text.slice(from, to), replacement);
    at = to;
  }
  return written + text.slice(at, end);
}

/** Lines that are missing, so that those behind keep their numbers. */
function linesOf(replaced: string, replacement: string): string {
  const missing = replaced.split('\n').length - replacement.split('\n').length;
  return missing > 0 ? '\n'.repeat(missing) : '';
}
