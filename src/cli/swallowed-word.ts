import { nearest } from '../config/nearest.ts';
import { type OptionName, type OptionSpec, optionTable } from '../config/options.ts';
import { parseValue, showValue } from '../config/values.ts';
import type { Command, CommandArgument } from './command.ts';

/** A flag whose value was the word behind it. */
export interface TakenWord {
  readonly name: OptionName;
  /** As it was written: `--fail-on`, `-f`. */
  readonly flag: string;
  readonly value: string;
}

function fits(spec: OptionSpec, value: string): boolean {
  try {
    parseValue(spec, value, { name: '', origin: 'flag', folder: '/' });
    return true;
  } catch {
    return false;
  }
}

/**
 * What to say of a word that is missing. A flag that was written without its value has taken it, as in
 * `scan --fail-on image.tar`.
 */
export function describeMissing(
  taken: readonly TakenWord[],
  { formats }: Pick<Command, 'formats'>,
  { name, description }: CommandArgument,
): string {
  const word = name.toUpperCase();
  const needs = `needs ${word}: ${description}.`;
  for (const { name: option, flag, value } of taken.toReversed()) {
    const spec: OptionSpec = {
      ...optionTable[option],
      ...(option === 'format' && formats !== undefined && { choices: formats }),
    };
    const { choices = [], value: placeholder = 'VALUE' } = spec;
    // What is nearly right was meant to be the value.
    const isOutput = option === 'format' && value.includes('=');
    if (fits(isOutput ? { ...optionTable.output, choices } : spec, value) || nearest(value, choices) !== undefined)
      continue;
    const takes = choices.length > 0 ? `one of ${choices.join(', ')}` : placeholder;
    return `${needs} ${flag} takes ${takes}; ${showValue(value)} looks like ${word}: put the value between them, ${flag} ${placeholder} ${word}.`;
  }
  const last = taken.at(-1);
  return last === undefined ? needs : `${needs} ${showValue(last.value)} was taken as the value of ${last.flag}.`;
}
