import type { LibraryRule } from './rule-library.ts';
import { strictRegex } from './strict-regex.ts';

/**
 * The text of a rule as the compiler gets it, with as many lines before anything as in its file: under the name it has in
 * the library, as are the rules that it names; what a global rule demands is a part of its condition.
 */
export function writeRule({ text, part, name, named, global }: LibraryRule): string {
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
  const demand = global === undefined ? '' : ` ${global.name} and`;
  // YARA-X 1.20 takes what the first rule with a text demands of a file (its size, its first bytes) for a demand of all rules
  // with the same text. It does not see through this.
  edits.push([condition.from, condition.from, `${demand} not not (`]);
  // Its last line may be a comment.
  edits.push([condition.to, condition.to, '\n)']);
  edits.sort(([a, x], [b, y]) => a - b || x - y);
  let written = '';
  let at = start;
  for (const [from, to, replacement] of edits) {
    written += text.slice(at, from) + replacement;
    at = to;
  }
  return written + text.slice(at, end);
}
