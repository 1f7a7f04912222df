import type { Condition } from './condition.ts';
import { ConditionError } from './condition-error.ts';

/** Conditions and lists by name, as rule files define them. */
export interface Definitions {
  readonly macros: ReadonlyMap<string, Condition>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/** Items of a list with those that it names; a defined list may stand in another one. */
const MOST_ITEMS = 100_000;

/**
 * The items of a list, those of lists that it names in their place.
 * @throws ConditionError for lists that contain themselves, or too many items
 */
export function resolveItems(items: readonly string[], lists: Definitions['lists']): readonly string[] {
  const resolved: string[] = [];
  const add = (item: string, within: readonly string[]): void => {
    const named = lists.get(item);
    if (named === undefined) {
      if (resolved.push(unquoted(item)) > MOST_ITEMS)
        throw new ConditionError(`a list has more than ${MOST_ITEMS} items`);
      return;
    }
    if (within.includes(item)) throw new ConditionError(`the list ${item} contains itself`);
    for (const one of named) add(one, [...within, item]);
  };
  for (const item of items) add(item, []);
  return resolved;
}

/** Items with blanks or brackets stand in quotation marks of their own: `'"runc:[1:CHILD]"'`. */
function unquoted(item: string): string {
  const quoted = /^"((?:[^"\\]|\\[\s\S])*)"$/.exec(item) ?? /^'((?:[^'\\]|\\[\s\S])*)'$/.exec(item);
  return quoted === null ? item : quoted[1]!.replace(/\\([\s\S])/g, '$1');
}
