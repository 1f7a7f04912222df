import type { OptionName } from '../config/options.ts';
import type { Configuration } from '../config/settings.ts';
import type { Progress } from '../context.ts';
import type { Logger } from '../log.ts';
import type { ReportStream } from './ui/streams.ts';

/** A word that a command takes besides its options. */
export interface CommandArgument {
  readonly name: string;
  readonly description: string;
  readonly optional?: true;
  /** Takes all words that follow. */
  readonly several?: true;
  /** Elsewhere an empty word is a mistake: a variable that was not set. */
  readonly mayBeEmpty?: true;
  /** What a shell offers for it; absent: nothing can be known. A function where the list costs something to make. */
  readonly offers?: 'files' | 'folders' | (() => Promise<readonly string[]>);
}

/** An option in the way of Go programs, `-name value`, of a command that reads its words itself. */
export interface OwnOption {
  readonly name: string;
  readonly value: string;
  readonly description: string;
  readonly default?: string;
  /** What a shell offers for its value. */
  readonly choices?: readonly string[];
}

/** What a command may touch of the world: tests give it another one. */
export interface CommandIo {
  /** Takes the result alone. */
  readonly stdout: ReportStream;
  /** For a command whose messages have a form of their own; all others have `log` and `error`. */
  readonly stderr: Pick<ReportStream, 'write'>;
  readonly log: Logger;
  /** Tells of an error that does not end the command, also when quiet. */
  error(text: string): void;
  /** Tells something at the very end of the command, however it ends; not when quiet. */
  atEnd(text: string): void;
  readonly progress: Progress;
  /** Nothing can be read from there but what somebody types. */
  readonly stdinIsTerminal: boolean;
  /** Fires on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /**
   * From now on SIGINT and SIGTERM are the command's own business: it says how they end, and with which status.
   * @throws DrydockError `interrupted` where one came already
   */
  takeSignals(): void;
  /** The current folder. */
  readonly folder: string;
  /** What the program is called here: `drydock`, `./drydock`. */
  readonly program: string;
}

/** What a command was called with. */
export interface Invocation {
  readonly words: readonly string[];
  readonly configuration: Configuration;
  /** Reads the configuration again, as it is now. */
  reconfigure(): Promise<Configuration>;
  readonly io: CommandIo;
  /** All commands, for those that speak of the others. */
  commands(): Promise<readonly Command[]>;
}

/** One command: a file in commands/ and a line in commands/index.ts. Whatever is heavy is imported within `run`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** More lines for its own help. */
  readonly description?: string;
  readonly arguments: readonly CommandArgument[];
  /** Besides the common ones. */
  readonly options: readonly OptionName[];
  /** Instead of all other options. Such a command gets its words as they were typed. */
  readonly ownOptions?: readonly OwnOption[];
  /** What `--format` takes here, the default first. */
  readonly formats?: readonly string[];
  readonly examples?: readonly string[];
  readonly commands?: readonly Command[];
  /** True where the configuration is neither read nor needed, so that a bad one does not stand in the way. */
  readonly withoutConfiguration?: true;
  /** The configuration may be one of Clair. One that nobody named is looked for there, if it says where. */
  readonly clair?: { readonly defaultFile?: string };
  /** Absent where only its sub-commands do something. Returns the exit status. */
  run?(invocation: Invocation): Promise<number>;
}

/** Options that every command has, also before its name. */
export const commonOptions: readonly OptionName[] = ['config', 'quiet', 'verbose', 'color', 'no-progress'];
