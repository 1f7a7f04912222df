import { type OptionName, type OptionSpec, optionNames, optionTable } from '../../config/options.ts';
import { type Command, type CommandArgument, commonOptions } from '../command.ts';

/** What a shell offers for the word at the cursor. */
export interface Completion {
  /** `space`: one follows the word; `nospace`: the word may go on; else files or folders, behind the last `=` or `:`. */
  readonly kind: 'space' | 'nospace' | 'files' | 'folders';
  /** Whole words, with what they are for. */
  readonly words: readonly (readonly [word: string, description: string])[];
}

/** Words of options that take any, such as the names of checks. */
export type KnownWords = ReadonlyMap<OptionName, readonly string[]>;

interface Flag {
  /** `-f`, `--format`. */
  readonly spellings: readonly string[];
  readonly description: string;
  /** Absent where it takes none. `typed` is what stands there already. */
  readonly value?: (typed: string) => Completion;
}

const nothing: Completion = { kind: 'space', words: [] };
const files: Completion = { kind: 'files', words: [] };
const plain = (text: string): string => text.replaceAll('`', '').replaceAll(/\s+/g, ' ');
const bare = (words: readonly string[]): Completion => ({ kind: 'space', words: words.map((word) => [word, '']) });

function completeValue(name: OptionName, command: Command | undefined, known: KnownWords, typed: string): Completion {
  const spec: OptionSpec = optionTable[name];
  const of = (name === 'format' ? command?.formats : undefined) ?? spec.choices ?? known.get(name) ?? [];
  if (name === 'format' && command?.options.includes('output') === true) return typed.includes('=') ? files : bare(of);
  switch (spec.kind) {
    case 'path':
      return spec.value === 'FOLDER' ? { kind: 'folders', words: [] } : files;
    case 'outputs':
      return typed.includes('=') ? files : { ...bare(of.map((form) => `${form}=`)), kind: 'nospace' };
    case 'choices':
    case 'words': {
      const head = typed.slice(0, typed.lastIndexOf(',') + 1);
      const taken = new Set(head.split(','));
      return { ...bare(of.filter((one) => !taken.has(one)).map((one) => head + one)), kind: 'nospace' };
    }
    default:
      return bare(of);
  }
}

function flagsOf(command: Command | undefined, known: KnownWords): readonly Flag[] {
  const own = command?.ownOptions?.map(
    ({ name, description, choices = [] }): Flag => ({
      spellings: [`--${name}`],
      description: `${plain(description)}.`,
      value: () => bare(choices),
    }),
  );
  // The command that explains the configuration has the common options among its own.
  const names = [...new Set([...(command?.options ?? []), ...commonOptions])];
  return [
    ...(own ??
      names.map((name): Flag => {
        const spec: OptionSpec = optionTable[name];
        return {
          spellings: [...(spec.short === undefined ? [] : [`-${spec.short}`]), `--${name}`],
          description: plain(spec.description),
          ...(spec.kind !== 'switch' && { value: (typed: string) => completeValue(name, command, known, typed) }),
        };
      })),
    { spellings: ['-h', '--help'], description: 'Show help.' },
    ...(command === undefined ? [{ spellings: ['--version'], description: 'Show the version.' }] : []),
  ];
}

/** Whether the word behind a flag is its value; options may stand before the command that has them. */
function takesValue(word: string, command: Command | undefined): boolean {
  const isNamed = (name: OptionName): boolean => {
    const { short, kind }: OptionSpec = optionTable[name];
    return kind !== 'switch' && (word === `--${name}` || word === `-${short}`);
  };
  return optionNames.some(isNamed) || command?.ownOptions?.some(({ name }) => word === `--${name}`) === true;
}

async function argumentOf({ offers }: CommandArgument): Promise<Completion> {
  if (typeof offers === 'string') return { kind: offers, words: [] };
  return offers === undefined ? nothing : bare(await offers());
}

/**
 * Tells what may stand at the cursor.
 * @param line words behind the program's name; the last one is what is typed of the word at the cursor, maybe nothing
 */
export async function complete(
  line: readonly string[],
  commands: readonly Command[],
  known: KnownWords,
): Promise<Completion> {
  const names = commands.map(({ name }) => name);
  const help: Command = {
    name: 'help',
    summary: 'Show help, also of one command.',
    arguments: [{ name: 'command', description: '', offers: async () => names }],
    options: [],
  };
  let command: Command | undefined;
  let children: readonly Command[] = [...commands, help];
  let count = 0;
  let flag: string | undefined;
  let onlyWords = false;
  for (const word of line.slice(0, -1)) {
    const child = children.find(({ name }) => name === word);
    if (flag !== undefined) flag = undefined;
    else if (!onlyWords && word === '--') onlyWords = true;
    else if (!onlyWords && /^-./.test(word)) flag = takesValue(word, command) ? word : undefined;
    else if (count === 0 && child !== undefined) [command, children] = [child, child.commands ?? []];
    else count++;
  }

  const current = line.at(-1) ?? '';
  const flags = flagsOf(command, known);
  const offerValue = (name: string, head: string): Completion => {
    const value = flags.find(({ spellings }) => spellings.includes(name))?.value?.(current.slice(head.length));
    if (value === undefined) return nothing;
    return { kind: value.kind, words: value.words.map(([word, description]) => [head + word, description]) };
  };
  const offer = async (): Promise<Completion> => {
    if (flag !== undefined) return offerValue(flag, '');
    const [, name] = /^(--[^=]+)=/.exec(current) ?? [];
    if (!onlyWords && name !== undefined) return offerValue(name, `${name}=`);
    if (!onlyWords && current.startsWith('-')) {
      const words = flags.flatMap(({ spellings, description }) => spellings.map((one) => [one, description] as const));
      return { kind: 'space', words };
    }
    const argument = command?.arguments[count] ?? command?.arguments.findLast(({ several }) => several === true);
    const own = argument === undefined ? nothing : await argumentOf(argument);
    const below = count === 0 ? children.map(({ name: child, summary }) => [child, plain(summary)] as const) : [];
    return { kind: own.kind, words: [...below, ...own.words] };
  };
  const { kind, words } = await offer();
  return { kind, words: words.filter(([word]) => word.startsWith(current)) };
}
