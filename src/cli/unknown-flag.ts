import { didYouMean } from '../config/nearest.ts';
import type { OptionName } from '../config/options.ts';
import { type Command, commonOptions } from './command.ts';

/** A flag that no command has. */
export interface UnknownFlag {
  /** As it was written, without a value. */
  readonly flag: string;
  /** The value after `=`, or the word behind it. */
  readonly value?: string | undefined;
}

/**
 * What services call something that is here, too: the option that a command must have for it, and what to say. Scanners have
 * a table of their own (other-scanners/).
 */
const elsewhere: Readonly<Record<string, readonly (readonly [OptionName, (value: string | undefined) => string])[]>> = {
  '--port': [['listen', (value) => `Write --listen 127.0.0.1:${port(value)}.`]],
  '--host': [['listen', () => 'Write --listen HOST:PORT.']],
  '--address': [['listen', () => 'Write --listen HOST:PORT.']],
  '--bind': [['listen', () => 'Write --listen HOST:PORT.']],
  '--json': [
    ['format', () => 'Write --format json.'],
    ['log-level', () => 'The log of the service is JSON already; --log-level chooses how much of it there is.'],
  ],
  '--log-format': [['log-level', () => 'The log of the service is always JSON, one line for each event.']],
  '--debug': [['log-level', () => 'Write --log-level debug.']],
  '--database': [['store', () => 'Write --store URL.']],
  '--data-dir': [['state-dir', () => 'Write --state-dir FOLDER.']],
  '--licenses': [['allow-licences', (value) => `Write --allow-licences ${value ?? 'LIST'}.`]],
  '--licences': [['allow-licences', (value) => `Write --allow-licences ${value ?? 'LIST'}.`]],
  '--allow-licenses': [['allow-licences', () => 'Write --allow-licences LIST.']],
};

function port(value: string | undefined): string {
  return value !== undefined && /^\d{1,5}$/.test(value) ? value : '8080';
}

/** Flags of a command as a user may write them, for suggestions. */
function spellings(command: Command | undefined): string[] {
  return ['--help', ...optionsOf(command).map((name) => `--${name}`)];
}

function optionsOf(command: Command | undefined): readonly OptionName[] {
  return [...commonOptions, ...(command?.options ?? [])];
}

/** What to say of a flag that a command does not have. Absent command: there is none on the line. */
export async function describeUnknown({ flag, value }: UnknownFlag, command: Command | undefined): Promise<string> {
  const options = optionsOf(command);
  const known = Object.hasOwn(elsewhere, flag) ? elsewhere[flag] : undefined;
  const { hintOfOthers } = await import('./other-scanners/take-flags.ts');
  const hint = known?.find(([option]) => options.includes(option))?.[1](value) ?? hintOfOthers(flag, value, command);
  const words = hint === undefined ? didYouMean(flag, spellings(command)) : ` ${hint}`;
  return `unknown option ${flag}.${words}`;
}

/**
 * What to say besides of a flag that only other commands have: other programs may mean something else by it. One that scans
 * have means the same there as here.
 */
export async function describeElsewhere(
  { flag, value }: UnknownFlag,
  name: OptionName,
  command: Command,
): Promise<string> {
  const { scanOptionNames } = await import('./scan-option-names.ts');
  if (scanOptionNames.includes(name)) return '';
  const { hintOfOthers } = await import('./other-scanners/take-flags.ts');
  const hint = hintOfOthers(flag, value, command);
  return hint === undefined ? '' : ` ${hint}`;
}
