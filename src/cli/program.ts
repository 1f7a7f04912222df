import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean } from '../config/nearest.ts';
import { type OptionName, type OptionSpec, optionNames, optionTable } from '../config/options.ts';
import { parseValue, showValue } from '../config/values.ts';
import { UsageError } from '../errors.ts';
import { type Command, commonOptions } from './command.ts';
import { commandLoaders } from './commands/index.ts';
import type { StrangeFlag } from './other-scanners/take-flags.ts';
import { describeMissing, type TakenWord } from './swallowed-word.ts';
import { describeElsewhere, describeUnknown, type UnknownFlag } from './unknown-flag.ts';

/** Texts of the flags that were given, by option name: a boolean for switches, a list for what may be repeated. */
export type Flags = ReadonlyMap<OptionName, boolean | string | readonly string[]>;

/** What a command line asks for. */
export type Request =
  | {
      readonly kind: 'help';
      /** Names from the program to the command: `['db', 'update']`; empty for the program itself. */
      readonly path: readonly string[];
      readonly command?: Command;
    }
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly words: readonly string[];
      readonly flags: Flags;
      /** Words of other programs that were understood, and what is written here: one sentence each. */
      readonly notices: readonly string[];
    };

const specOf = (name: OptionName): OptionSpec => optionTable[name];
const takesSeveral = (name: OptionName): boolean =>
  name === 'format' || ['choices', 'words', 'outputs'].includes(specOf(name).kind);

/**
 * Options of all commands, so that a flag before the command's name is understood before that is known. Those alone that
 * may be on the line: to look at each of them would take half a millisecond of every start.
 */
function grammarOf(args: readonly string[]): NonNullable<ParseArgsConfig['options']> {
  const isThere = (name: OptionName): boolean =>
    specOf(name).short !== undefined || args.some((word) => word.startsWith(`--${name}`));
  return Object.fromEntries([
    ...optionNames.filter(isThere).map((name) => {
      const { kind, short } = specOf(name);
      const type = kind === 'switch' ? 'boolean' : 'string';
      return [name, { type, ...(short !== undefined && { short }) }];
    }),
    // `--no-progress` is a name of its own; this is what takes it back.
    ['progress', { type: 'boolean' }],
    ['help', { type: 'boolean', short: 'h' }],
    ['version', { type: 'boolean' }],
  ]);
}

type GivenFlag = UnknownFlag & StrangeFlag;

interface Line {
  readonly words: string[];
  readonly flags: Map<OptionName, boolean | string | readonly string[]>;
  help: boolean;
  version: boolean;
  /** Flags that no command has. */
  readonly unknown: GivenFlag[];
  /** Flags that some command has, as they were written. */
  readonly known: (GivenFlag & { readonly name: OptionName })[];
  readonly taken: TakenWord[];
}

/** Flags that Clair spells with one hyphen, which would else be several letters. */
const oneHyphen = new RegExp(`^-(?:${optionNames.filter((name) => specOf(name).oneHyphen === true).join('|')})(?:=|$)`);

/** Reads words and flags, without asking yet whether the command has them. */
function readLine(argv: readonly string[]): Line {
  const line: Line = { words: [], flags: new Map(), help: false, version: false, unknown: [], known: [], taken: [] };
  const end = argv.indexOf('--');
  const isOurs = (index: number): boolean => end < 0 || index < end;
  const args = argv.map((word, index) => (isOurs(index) && oneHyphen.test(word) ? `-${word}` : word));
  const { tokens } = parseArgs({ args, options: grammarOf(args), strict: false, tokens: true });
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'positional') line.words.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help') line.help = true;
    else if (token.name === 'version') line.version = true;
    else {
      const next = tokens[index + 1];
      const given: GivenFlag = {
        flag: token.rawName,
        index: token.index,
        inline: token.inlineValue === true ? token.value : undefined,
        value: token.value ?? (next?.kind === 'positional' ? next.value : undefined),
      };
      const name = readFlag(token.name, token.rawName, token.value, token.inlineValue === true, line);
      if (name === undefined) line.unknown.push(given);
      else line.known.push({ ...given, name });
    }
  }
  return line;
}

/** @returns undefined where no command has such a flag */
function readFlag(
  written: string,
  raw: string,
  value: string | undefined,
  inline: boolean,
  { flags, taken }: Line,
): OptionName | undefined {
  const opposite = written.startsWith('no-') ? written.slice('no-'.length) : `no-${written}`;
  const own = optionNames.find((option) => option === written);
  const isOpposite = (option: OptionName): boolean => option === opposite && specOf(option).kind === 'switch';
  const name = own ?? (written.startsWith('no-no-') ? undefined : optionNames.find(isOpposite));
  if (name === undefined) return undefined;
  if (specOf(name).kind === 'switch') {
    // Other programs may have one of that name that takes a value: whether it does is asked when the command is known.
    flags.set(name, own !== undefined);
    return name;
  }
  if (value === undefined || (!inline && value.startsWith('-') && value !== '-')) {
    const hint = value === undefined ? '' : ` One that begins with a hyphen is written ${raw}=${value}.`;
    throw new UsageError('usage.option', `${raw} needs a value, ${specOf(name).value}.${hint}`);
  }
  if (!inline) taken.push({ name, flag: raw, value });
  const before = flags.get(name);
  flags.set(name, takesSeveral(name) ? [...listOf(before), value] : value);
  return name;
}

function listOf(flag: boolean | string | readonly string[] | undefined): readonly string[] {
  return Array.isArray(flag) ? flag : [];
}

/** Of what `--format` was given `FORMAT=FILE` is as good as `--output FORMAT=FILE`; of the rest the last one counts. */
function splitFormats(flags: Line['flags'], { name, formats, options }: Command, path: readonly string[]): void {
  const given = listOf(flags.get('format'));
  const files = given.filter((text) => text.includes('='));
  const last = given.findLast((text) => !text.includes('='));
  if (last === undefined) flags.delete('format');
  else flags.set('format', last);
  const [first] = files;
  if (first === undefined) return;
  if (!options.includes('output') && name !== 'config') {
    const message = `--format: "drydock ${path.join(' ')}" writes no files; FORMAT is expected, not ${showValue(first)}.`;
    throw new UsageError('usage.option', message);
  }
  // A format that there is not is told by the name of the flag that has it.
  const place = { name: '--format', origin: 'flag', folder: '/' } as const;
  for (const text of files) parseValue({ ...specOf('output'), choices: formats ?? [] }, [text], place);
  flags.set('output', [...listOf(flags.get('output')), ...files]);
}

async function checkFlags({ flags, unknown, known }: Line, command: Command, path: readonly string[]): Promise<void> {
  const [first] = unknown;
  if (first !== undefined) throw new UsageError('usage.option', await describeUnknown(first, command));
  for (const given of known) {
    if (!flags.has(given.name)) continue;
    if (!hasOption(command, given.name)) {
      const hint = await describeElsewhere(given, given.name, command);
      throw new UsageError('usage.option', `${given.flag} is no option of "drydock ${path.join(' ')}".${hint}`);
    }
    if (given.inline !== undefined && specOf(given.name).kind === 'switch') {
      throw new UsageError('usage.option', `${given.flag} takes no value.`);
    }
  }
}

function hasOption({ options }: Command, name: OptionName): boolean {
  return commonOptions.includes(name) || options.includes(name);
}

function checkWords(words: readonly string[], { taken }: Line, command: Command, path: readonly string[]): void {
  const called = `"drydock ${path.join(' ')}"`;
  for (const [index, word] of words.entries()) {
    const argument = command.arguments[index] ?? command.arguments.at(-1);
    if (word !== '' || argument === undefined || argument.mayBeEmpty === true) continue;
    throw new UsageError('usage.option', `${called}: ${argument.name.toUpperCase()} is empty.`);
  }
  const missing = command.arguments.slice(words.length).find(({ optional }) => optional !== true);
  if (missing !== undefined) {
    throw new UsageError('usage.option', `${called} ${describeMissing(taken, command, missing)}`);
  }
  const most = command.arguments.some(({ several }) => several) ? Number.POSITIVE_INFINITY : command.arguments.length;
  if (words.length > most) {
    throw new UsageError(
      'usage.option',
      `${called} takes ${most === 1 ? '1 word' : `${most || 'no'} words`}; ${JSON.stringify(words[most])} is one too many.`,
    );
  }
}

/** What other programs have a command for, and what to write instead. A flag that is unknown may have left its value as a word. */
function commandElsewhere(name: string, words: readonly string[]): string | undefined {
  const [, only] = words.length === 2 ? words : [];
  if (/^(?:fs|filesystem|rootfs|dir)$/.test(name))
    return ` Root file systems are scanned by "drydock scan dir:${only ?? 'FOLDER'}".`;
  return undefined;
}

/** A command, and how it was called. */
interface FoundCommand {
  readonly command: Command;
  /** Names from the program to the command. */
  readonly path: readonly string[];
  /** Of the words on the line those that name it. */
  readonly used: number;
  readonly notices: readonly string[];
}

/** `image X`, as Trivy has it, and `X`, as Grype has it, where that cannot be a command that was misspelt. */
async function scanElsewhere(name: string): Promise<FoundCommand | undefined> {
  const isWord = /^(?:image|i|img)$/.test(name);
  if (!isWord && !/.[./:@]|^[./]/.test(name)) return undefined;
  const command = await commandLoaders.get('scan')!();
  const what = isWord ? `"${name}" is taken as "scan"` : `${showValue(name)} is taken as what to scan`;
  const instead = `drydock scan ${isWord ? 'IMAGE' : name}`;
  return { command, path: ['scan'], used: isWord ? 1 : 0, notices: [`${what}: it is written "${instead}".`] };
}

/** The command that the first words name, and how many they are. */
async function findCommand(words: readonly string[]): Promise<FoundCommand> {
  const [name = ''] = words;
  const load = commandLoaders.get(name);
  if (load === undefined) {
    const scan = await scanElsewhere(name);
    if (scan !== undefined) return scan;
    const meant = commandElsewhere(name, words) ?? didYouMean(name, [...commandLoaders.keys(), 'help']);
    throw new UsageError(
      'usage.option',
      `unknown command ${JSON.stringify(name)}.${meant || ' See "drydock --help".'}`,
    );
  }
  let command = await load();
  const path = [name];
  for (;;) {
    const word = words[path.length];
    const child = command.commands?.find((sub) => sub.name === word);
    if (child === undefined) return { command, path, used: path.length, notices: [] };
    command = child;
    path.push(child.name);
  }
}

/** One that takes the rest of the line as it is. */
async function commandWithOwnOptions(word: string | undefined): Promise<Command | undefined> {
  const command = await commandLoaders.get(word ?? '')?.();
  return command?.ownOptions === undefined ? undefined : command;
}

function needCommand({ commands = [] }: Command, path: readonly string[], word: string | undefined): never {
  const names = commands.map(({ name }) => name);
  const called = `"drydock ${path.join(' ')}"`;
  const what = word === undefined ? `${called} needs one of` : `${JSON.stringify(word)} is none of`;
  const meant = word === undefined ? '' : didYouMean(word, names);
  throw new UsageError('usage.option', `${what} ${names.join(', ')}.${meant}`);
}

/**
 * Understands a command line.
 * @param argv without the names of interpreter and program.
 * @throws UsageError on unknown commands and flags, missing and superfluous words.
 */
export async function parseCommandLine(argv: readonly string[]): Promise<Request> {
  const own = await commandWithOwnOptions(argv[0]);
  if (own !== undefined) return { kind: 'run', command: own, words: argv.slice(1), flags: new Map(), notices: [] };
  const line = readLine(argv);
  // The version is that of the program, whatever else is on the line.
  const wantsVersion = line.version && !line.help;
  const asked = wantsVersion ? ['version'] : line.words;
  const words = asked[0] === 'help' ? asked.slice(1) : asked;
  const wantsHelp = line.help || asked[0] === 'help' || argv.length === 0;
  if (words.length === 0) {
    const [unknown] = line.unknown;
    if (unknown !== undefined) throw new UsageError('usage.option', await describeUnknown(unknown, undefined));
    if (wantsHelp) return { kind: 'help', path: [] };
    throw new UsageError('usage.option', 'a command is expected. See "drydock --help".');
  }
  const found = await findCommand(words);
  const { command, path, used } = found;
  if (wantsHelp) {
    if (command.run === undefined && words[used] !== undefined) needCommand(command, path, words[used]);
    return { kind: 'help', path, command };
  }
  if (command.ownOptions !== undefined) {
    const message = `the options of "drydock ${path.join(' ')}" are its own, and stand behind its name.`;
    throw new UsageError('usage.option', message);
  }
  if (wantsVersion) for (const name of line.flags.keys()) if (!commonOptions.includes(name)) line.flags.delete(name);
  const { line: understood, notices } = await withOwnFlags(argv, line, command);
  splitFormats(understood.flags, command, path);
  await checkFlags(understood, command, path);
  const rest = (wantsVersion ? words : understood.words).slice(used);
  if (command.run === undefined) needCommand(command, path, rest[0]);
  checkWords(rest, understood, command, path);
  return { kind: 'run', command, words: rest, flags: understood.flags, notices: [...found.notices, ...notices] };
}

/** A scan understands flags of other scanners, also where other commands of ours have some of that name. */
async function withOwnFlags(
  args: readonly string[],
  line: Line,
  command: Command,
): Promise<{ readonly line: Line; readonly notices: readonly string[] }> {
  const elsewhere = line.known.filter(({ name }) => !hasOption(command, name));
  const strange = [...line.unknown, ...elsewhere].sort((a, b) => a.index - b.index);
  if (strange.length === 0 || command.name !== 'scan') return { line, notices: [] };
  const { takeOtherFlags } = await import('./other-scanners/take-flags.ts');
  const { argv, notices, file } = takeOtherFlags(args, strange);
  if (notices.length === 0) return { line, notices };
  const understood = readLine(argv);
  if (file !== undefined) joinFile(file, understood.flags);
  return { line: understood, notices };
}

/** `-o json --file x`, as Grype has it, is one file in that format; without a format, it is the table that goes there. */
function joinFile(file: string, flags: Line['flags']): void {
  const outputs = listOf(flags.get('output'));
  const format = outputs.findLast((word) => !/[=./]/.test(word));
  const formats = listOf(flags.get('format'));
  if (format !== undefined) flags.set('format', [...formats, format]);
  else if (formats.length === 0) flags.set('format', ['table']);
  flags.set(
    'output',
    outputs.filter((word) => word === file || word !== format),
  );
}
