import type { ContentType } from '../content-type.ts';
import { readRuleSource } from './rule-source.ts';

/** `types = "elf,script"` in the meta of a rule of ours. */
const TYPES = /\btypes\s*=\s*"([^"]*)"/;

/**
 * The rules of a text that are about one of these types of files, by what they say of themselves: the others would only
 * cost time. Rules that name none are about all; those that others need are kept.
 */
export function rulesForTypes(text: string, types: readonly ContentType[]): string {
  let rest = text;
  for (const { start, end, isPrivate } of readRuleSource(text).rules.toReversed()) {
    const said = TYPES.exec(text.slice(start, end))?.[1]?.split(',');
    const isFor = isPrivate || said === undefined || said.some((one) => types.includes(one.trim() as ContentType));
    // Lines stay where they are, for whoever reads what is wrong with a rule.
    if (!isFor)
      rest = `${rest.slice(0, start)}${'\n'.repeat(text.slice(start, end).split('\n').length - 1)}${rest.slice(end)}`;
  }
  return rest;
}
