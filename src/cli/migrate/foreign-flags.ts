import type { OptionName } from '../../config/options.ts';
import { showValue } from '../../config/values.ts';
import { UsageError } from '../../errors.ts';
import { type Command, commonOptions } from '../command.ts';
import type { Answer, ForeignOption, ForeignTool } from './foreign.ts';
import { foreignTools } from './tools.ts';
import { canSay, flagWords } from './translate.ts';

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

/** Programs whose flags a scan understands. Those of the others mean too little of what a scan does. */
const understood: readonly string[] = ['trivy', 'grype'];

/** Long flags alone: a letter means something else in each program. */
function findOption(
  flag: string,
  tools: readonly ForeignTool[],
): { readonly tool: ForeignTool; readonly option: ForeignOption } | undefined {
  if (!flag.startsWith('--')) return undefined;
  for (const tool of tools) {
    const option = tool.options.find(({ flags }) => flags.includes(flag));
    if (option !== undefined) return { tool, option };
  }
  return undefined;
}

const titled = ({ name }: ForeignTool): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** Words of ours for what the answer says, where the command has all of them. */
function wordsOf({ settings }: Answer, command: Command): readonly string[] | undefined {
  if (settings?.every(([name, value]) => canSay(command, name, value)) !== true) return undefined;
  return spelled(settings);
}

function spelled(settings: NonNullable<Answer['settings']>): readonly string[] {
  return settings.flatMap(([name, value]) => (value === true ? [`--${name}`] : flagWords(name, value)));
}

/**
 * What to say of a flag that a command does not have, where other programs have it.
 * @returns one sentence, or undefined where none has it
 */
export function hintOfForeign(
  flag: string,
  value: string | undefined,
  command: Command | undefined,
): string | undefined {
  const found = findOption(flag, foreignTools);
  if (found === undefined) return undefined;
  const { tool, option } = found;
  const answer = option.here(option.takes === undefined ? 'true' : (value ?? ''));
  const options: readonly OptionName[] = [...commonOptions, ...(command?.options ?? [])];
  const words = command === undefined ? undefined : wordsOf(answer, command);
  if (words !== undefined) return `Write ${words.join(' ')}.`;
  if (answer.command !== undefined && answer.command !== 'help') return `Write "drydock ${answer.command}".`;
  const { policyFile } = answer;
  if (policyFile !== undefined && options.includes('policy')) {
    return 'Write --policy FILE; "drydock policy import FILE" makes one of files of other tools.';
  }
  if (answer.subject !== undefined) return 'The path of an archive is written as IMAGE itself.';
  if (answer.why === '') return undefined;
  // `of "drydock serve"`
  if (answer.why.startsWith('of "'))
    return `Write ${spelled(answer.settings ?? []).join(' ')} as an option ${answer.why}.`;
  return `${titled(tool)} has it; here: ${answer.why}.`;
}

/** `1`, `t`, `TRUE` (Go, strconv.ParseBool). */
function goSwitch(flag: string, inline: string | undefined): string {
  if (inline === undefined || /^(?:1|t|true)$/i.test(inline)) return 'true';
  if (/^(?:0|f|false)$/i.test(inline)) return 'false';
  throw new UsageError('usage.option', `${flag} takes true or false, not ${showValue(inline)}.`);
}

/**
 * Puts words of ours in place of flags of Trivy and Grype, where these mean the same. Of the others nothing is changed:
 * the line is then refused as it would be without this.
 * @param strange flags that are none of ours, in the order of the line
 * @throws UsageError where a value is missing
 */
export function takeForeignFlags(argv: readonly string[], strange: readonly StrangeFlag[], command: Command): OwnLine {
  const tools = foreignTools.filter(({ name }) => understood.includes(name));
  const own: string[] = [];
  const notices: string[] = [];
  let file: string | undefined;
  let next = 0;
  for (const { flag, index, inline } of strange) {
    const found = findOption(flag, tools);
    if (found === undefined || index < next) continue;
    const { tool, option } = found;
    const taken = option.takes === undefined || inline !== undefined ? undefined : argv[index + 1];
    if (option.takes !== undefined && inline === undefined && (taken === undefined || taken.startsWith('-'))) {
      throw new UsageError('usage.option', `${flag} of ${titled(tool)} needs a value.`);
    }
    const answer = option.here(option.takes === undefined ? goSwitch(flag, inline) : (inline ?? taken!));
    const words = replacement(option, answer, command);
    if (words === undefined) continue;
    const [setting, output] = answer.settings?.[0] ?? [];
    if (setting === 'output' && typeof output === 'string') file = output;
    own.push(...argv.slice(next, index), ...words);
    next = index + (taken === undefined ? 1 : 2);
    const why = answer.why === '' ? '' : `: ${answer.why}`;
    const what = words.length === 0 ? `is not needed here` : `is taken as ${showWords(words)}`;
    notices.push(`${flag} of ${titled(tool)} ${what}${why}.`);
  }
  own.push(...argv.slice(next));
  return { argv: own, notices, ...(file !== undefined && { file }) };
}

/** Words for a flag; none where it asks for what is so anyway. Undefined where it must be refused. */
function replacement(option: ForeignOption, answer: Answer, command: Command): readonly string[] | undefined {
  if (option.noScan === true || answer.verdict === 'none' || answer.partly === true) return undefined;
  if (answer.subject !== undefined) return [answer.subject];
  if (answer.settings !== undefined) return wordsOf(answer, command);
  return answer.verdict === 'needless' ? [] : undefined;
}

function showWords(words: readonly string[]): string {
  const text = words.join(' ');
  return text.length > 100 ? `${text.slice(0, 100)}...` : text;
}
