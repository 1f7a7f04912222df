import { type OptionName, type OptionSpec, optionTable } from '../../config/options.ts';
import { type Command, type CommandArgument, commonOptions, type OwnOption } from '../command.ts';

/** What a shell offers for the value of a flag, or for a word. */
export type Offer =
  /** Nothing: it can be anything. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'one'; readonly of: readonly string[] }
  /** Several, separated by commas. */
  | { readonly kind: 'list'; readonly of: readonly string[] }
  | { readonly kind: 'files' }
  | { readonly kind: 'folders' }
  /** `WORD`, or `WORD=FILE`. */
  | { readonly kind: 'formats'; readonly of: readonly string[] }
  /** `WORD=FILE`. */
  | { readonly kind: 'outputs'; readonly of: readonly string[] };

/** A flag as a shell needs to know it. */
export interface CompletionFlag {
  /** `--format`. */
  readonly long: string;
  /** `-f`. */
  readonly short?: string;
  readonly description: string;
  /** Absent: it takes no value. */
  readonly value?: { readonly name: string; readonly offer: Offer };
  readonly repeatable: boolean;
}

/** A word of a command; the last one may stand for all that follow. */
export interface CompletionWord {
  readonly name: string;
  readonly several: boolean;
  readonly offer: Offer;
}

/** A command as a shell needs to know it; the program itself is the one with an empty path. */
export interface CompletionCommand {
  /** `['db', 'update']`. */
  readonly path: readonly string[];
  readonly children: readonly { readonly name: string; readonly summary: string }[];
  readonly flags: readonly CompletionFlag[];
  readonly words: readonly CompletionWord[];
}

/** What only the program knows, besides the tables of commands and options. */
export interface Knowledge {
  /** Words of options that take any, such as the names of checks. */
  readonly words: ReadonlyMap<OptionName, readonly string[]>;
}

const plain = (text: string): string => text.replaceAll('`', '').replaceAll(/\s+/g, ' ');

function offerOf(name: OptionName, command: Command | undefined, { words }: Knowledge): Offer {
  const spec: OptionSpec = optionTable[name];
  const of = (name === 'format' ? command?.formats : undefined) ?? spec.choices ?? words.get(name) ?? [];
  if (name === 'format' && command?.options.includes('output') === true) return { kind: 'formats', of };
  switch (spec.kind) {
    case 'path':
      return { kind: spec.value === 'FOLDER' ? 'folders' : 'files' };
    case 'outputs':
      return { kind: 'outputs', of };
    case 'choices':
    case 'words':
      return of.length > 0 ? { kind: 'list', of } : { kind: 'nothing' };
    default:
      return of.length > 0 ? { kind: 'one', of } : { kind: 'nothing' };
  }
}

function flagOf(name: OptionName, command: Command | undefined, knowledge: Knowledge): CompletionFlag {
  const spec: OptionSpec = optionTable[name];
  const offer = offerOf(name, command, knowledge);
  return {
    long: `--${name}`,
    ...(spec.short !== undefined && { short: `-${spec.short}` }),
    description: plain(spec.description),
    ...(spec.kind !== 'switch' && {
      value: { name: spec.value ?? 'VALUE', offer },
    }),
    repeatable: offer.kind === 'outputs' || offer.kind === 'formats',
  };
}

/** Such options may be written with two hyphens as well, and only so a shell can tell them from letters in one word. */
function ownFlag({ name, value, description, choices }: OwnOption): CompletionFlag {
  return {
    long: `--${name}`,
    description: `${plain(description)}.`,
    value: { name: value, offer: choices === undefined ? { kind: 'nothing' } : { kind: 'one', of: choices } },
    repeatable: false,
  };
}

const help: CompletionFlag = { long: '--help', short: '-h', description: 'Show help.', repeatable: false };
const version: CompletionFlag = { long: '--version', description: 'Show the version.', repeatable: false };

async function wordOf({ name, several, offers }: CommandArgument): Promise<CompletionWord> {
  const offer = async (): Promise<Offer> => {
    if (offers === undefined) return { kind: 'nothing' };
    return typeof offers === 'string' ? { kind: offers } : { kind: 'one', of: await offers() };
  };
  return { name, several: several === true, offer: await offer() };
}

async function flatten(
  command: Command,
  parents: readonly string[],
  knowledge: Knowledge,
): Promise<readonly CompletionCommand[]> {
  const path = [...parents, command.name];
  const { commands = [], ownOptions } = command;
  // The command that explains the configuration has the common options among its own.
  const names = new Set([...command.options, ...commonOptions]);
  const own: CompletionCommand = {
    path,
    children: commands.map(({ name, summary }) => ({ name, summary: plain(summary) })),
    flags: [...(ownOptions?.map(ownFlag) ?? [...names].map((name) => flagOf(name, command, knowledge))), help],
    words: await Promise.all(command.arguments.map(wordOf)),
  };
  const below = await Promise.all(commands.map((child) => flatten(child, path, knowledge)));
  return [own, ...below.flat()];
}

/** The whole command line as a list: the program first, then every command followed by its sub-commands. */
export async function completionGrammar(
  commands: readonly Command[],
  knowledge: Knowledge,
): Promise<readonly CompletionCommand[]> {
  const children = commands.map(({ name, summary }) => ({ name, summary: plain(summary) }));
  const names = children.map(({ name }) => name);
  return [
    {
      path: [],
      children: [...children, { name: 'help', summary: 'Show help, also of one command.' }],
      flags: [...commonOptions.map((name) => flagOf(name, undefined, knowledge)), help, version],
      words: [],
    },
    ...(await Promise.all(commands.map((command) => flatten(command, [], knowledge)))).flat(),
    {
      path: ['help'],
      children: [],
      flags: [help],
      words: [{ name: 'command', several: false, offer: { kind: 'one', of: names } }],
    },
  ];
}

/** Both spellings of a flag, the short one first. */
export function spellingsOf({ long, short }: CompletionFlag): readonly string[] {
  return short === undefined ? [long] : [short, long];
}

/** Every spelling of every flag that takes a value: the word behind one is no command. */
export function flagsWithValue(commands: readonly CompletionCommand[]): readonly string[] {
  const flags = commands.flatMap((command) => command.flags.filter(({ value }) => value !== undefined));
  return [...new Set(flags.flatMap(spellingsOf))];
}

/** `' scan'`, `'db update'`: the commands before a word, a blank, and the word that is a command there. */
export function commandSteps(commands: readonly CompletionCommand[]): readonly string[] {
  return commands
    .filter(({ path }) => path.length > 0)
    .map(({ path }) => `${path.slice(0, -1).join(' ')} ${path.at(-1)}`);
}
