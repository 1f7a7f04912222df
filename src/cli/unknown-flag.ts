import { didYouMean } from '../config/nearest.ts';
import type { OptionName } from '../config/options.ts';
import { type Command, commonOptions } from './command.ts';
import { checksFor } from './select-checks.ts';

/** A flag that no command has. */
export interface UnknownFlag {
  /** As it was written, without a value. */
  readonly flag: string;
  /** The value after `=`, or the word behind it. */
  readonly value?: string | undefined;
}

/** What other programs call something that is here, too: the option that a command must have for it, and what to say. */
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
  '--pkg-types': [['package-types', () => 'Write --package-types LIST.']],
  '--vuln-type': [['package-types', () => 'Write --package-types LIST.']],
  '--debug': [
    ['log-level', () => 'Write --log-level debug.'],
    ['verbose', () => 'Write --verbose.'],
  ],
  '--database': [['store', () => 'Write --store URL.']],
  '--data-dir': [['state-dir', () => 'Write --state-dir FOLDER.']],
  '--scanners': [['checks', (value) => `Write --checks ${scannersAsChecks(value)}.`]],
  '--security-checks': [['checks', (value) => `Write --checks ${scannersAsChecks(value)}.`]],
  '--ignorefile': [['policy', ignoreFile]],
  '--ignore-file': [['policy', ignoreFile]],
  '--ignore-policy': [['policy', ignoreFile]],
  '--input': [['platform', () => 'The path of an archive is written as IMAGE itself.']],
};

function ignoreFile(): string {
  return 'Write --policy FILE; "drydock policy import FILE" makes one of files of other tools.';
}

/** `vuln,secret` of Trivy. */
function scannersAsChecks(value: string | undefined): string {
  const checks = checksFor(value?.split(',').slice(0, 20) ?? []);
  return checks.length === 0 ? 'LIST' : checks.join(',');
}

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
export function describeUnknown({ flag, value }: UnknownFlag, command: Command | undefined): string {
  const options = optionsOf(command);
  const known = Object.hasOwn(elsewhere, flag) ? elsewhere[flag] : undefined;
  const hint = known?.find(([option]) => options.includes(option))?.[1](value);
  const words = hint === undefined ? didYouMean(flag, spellings(command)) : ` ${hint}`;
  return `unknown option ${flag}.${words}`;
}
