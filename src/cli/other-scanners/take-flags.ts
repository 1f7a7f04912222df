import type { OptionName } from '../../config/options.ts';
import { showValue } from '../../config/values.ts';
import { UsageError } from '../../errors.ts';
import { type Command, commonOptions } from '../command.ts';
import { type OtherFlag, otherFlags } from './table.ts';

/** A flag on a line of ours that its command does not have. */
export interface StrangeFlag {
  /** As it was written, without a value. */
  readonly flag: string;
  /** Where on the line it stands. */
  readonly index: number;
  /** The value after `=`. */
  readonly inline?: string | undefined;
}

/** A line with words of ours in place of those of other programs. */
export interface OwnLine {
  readonly argv: readonly string[];
  /** What to tell: one sentence for each flag. */
  readonly notices: readonly string[];
  /** A file that is named apart from its format (`-o json --file x`). */
  readonly file?: string;
}

/** Long flags alone: a letter means something else in each program. */
const find = (flag: string): OtherFlag | undefined => otherFlags.find(({ flags }) => flags.includes(flag));

/** Our words for a flag: none where it is not needed, undefined where it is refused. */
function wordsFor({ value: placeholder, ours, translate }: OtherFlag, value: string): readonly string[] | undefined {
  if (ours === undefined || ours === '') return ours === undefined ? undefined : [];
  if (placeholder === undefined) return value === 'false' ? [] : [ours];
  const translated = translate(value);
  if (translated === undefined) return undefined;
  const [flag = '', takes] = ours.split(' ');
  if (flag === placeholder) return [translated];
  if (takes === undefined) return [flag];
  // A value that begins with a hyphen would be taken for a flag.
  return translated.startsWith('-') ? [`${flag}=${translated}`] : [flag, translated];
}

/**
 * What to say of a flag that a command does not have, where other scanners have it.
 * @returns one sentence, or undefined where none has it
 */
export function hintOfOthers(
  flag: string,
  value: string | undefined,
  command: Command | undefined,
): string | undefined {
  const other = find(flag);
  if (other === undefined) return undefined;
  const words = wordsFor(other, value ?? '') ?? [];
  const options: readonly OptionName[] = [...commonOptions, ...(command?.options ?? [])];
  if (options.some((name) => words[0]?.split('=')[0] === `--${name}`)) return `Write ${words.join(' ')}.`;
  return other.why === '' ? undefined : `${other.of} has it; here: ${other.why}.`;
}

/** `1`, `t`, `TRUE` (Go, strconv.ParseBool). */
function goSwitch(flag: string, inline: string | undefined): string {
  if (inline === undefined || /^(?:1|t|true)$/i.test(inline)) return 'true';
  if (/^(?:0|f|false)$/i.test(inline)) return 'false';
  throw new UsageError('usage.option', `${flag} takes true or false, not ${showValue(inline)}.`);
}

/**
 * Puts words of ours in place of flags of other scanners, where these mean the same. Of the others nothing is changed: the
 * line is then refused as it would be without this.
 * @param strange flags that are none of a scan, in the order of the line
 * @throws UsageError where a value is missing
 */
export function takeOtherFlags(argv: readonly string[], strange: readonly StrangeFlag[]): OwnLine {
  const own: string[] = [];
  const notices: string[] = [];
  let file: string | undefined;
  let next = 0;
  for (const { flag, index, inline } of strange) {
    const other = find(flag);
    if (other === undefined || index < next) continue;
    const taken = other.value === undefined || inline !== undefined ? undefined : argv[index + 1];
    if (other.value !== undefined && inline === undefined && (taken === undefined || taken.startsWith('-'))) {
      throw new UsageError('usage.option', `${flag} of ${other.of} needs a value.`);
    }
    const words = wordsFor(other, other.value === undefined ? goSwitch(flag, inline) : (inline ?? taken!));
    if (words === undefined) continue;
    if (words[0] === '--output') file = words[1];
    own.push(...argv.slice(next, index), ...words);
    next = index + (taken === undefined ? 1 : 2);
    const what = words.length === 0 ? 'is not needed here' : `is taken as ${showWords(words)}`;
    const isOff = words.length === 0 && other.ours !== '';
    const why = isOff ? 'off, as it is here by itself' : other.why;
    notices.push(`${flag} of ${other.of} ${what}${why === '' ? '' : `: ${why}`}.`);
  }
  own.push(...argv.slice(next));
  return { argv: own, notices, ...(file !== undefined && { file }) };
}

function showWords(words: readonly string[]): string {
  const text = words.join(' ');
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}

/** More variables than that are not named. */
const MOST = 20;

/**
 * What to say of variables of other scanners. They decide nothing: what hides findings is never taken over from an
 * environment that was made for another program (docs/decisions/0014-words-of-other-scanners.md).
 */
export function variablesOfOthers(names: readonly string[]): readonly string[] {
  const told = otherFlags.flatMap(({ of, flags, ours }) => {
    const wanted = of
      .split(', ')
      .flatMap((tool) => flags.map((flag) => `${tool}_${flag.slice(2)}`.toUpperCase().replaceAll('-', '_')));
    // The one name of Grype's that is not that of its flag.
    const isThere = (name: string): boolean => wanted.includes(name.replace(/^(GRYPE_FAIL_ON)_SEVERITY$/, '$1'));
    if (ours === '') return [];
    return names.filter(isThere).map((name) => (ours === undefined ? name : `${name} (write ${ours})`));
  });
  if (told.length === 0) return [];
  const rest = told.length > MOST ? ' and others' : '';
  return [`variables of other scanners decide nothing here: ${told.slice(0, MOST).join(', ')}${rest}.`];
}
