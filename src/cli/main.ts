import { isatty } from 'node:tty';
import { type Configuration, resolveConfiguration } from '../config/settings.ts';
import { UsageError } from '../errors.ts';
import type { Command } from './command.ts';
import { loadCommands } from './commands/index.ts';
import { exitStatusOf } from './exit-status.ts';
import { describeFailure } from './failure.ts';
import { catchInterruption } from './interruption.ts';
import { parseCommandLine } from './program.ts';
import { commandOfName, programName } from './program-name.ts';
import { checkTerminal } from './terminal-format.ts';
import { createLogger } from './ui/log.ts';
import { formatMessage } from './ui/message.ts';
import { createProgressLine } from './ui/progress.ts';
import { openReportStream, textWidth } from './ui/streams.ts';

const environment = process.env;
const program = programName(environment, process.argv[1]);
const stdout = openReportStream(process.stdout);
const stderr = openReportStream(process.stderr);

/** Lines for the very end, also behind an error. */
const closing: string[] = [];

let clearProgress = (): void => {};
const writeError = (text: string): void => {
  clearProgress();
  void stderr.write(formatMessage(text, { stream: stderr, environment, program })).catch(() => {});
};

let hasTold = false;
const tellInterruption = (): void => {
  if (!hasTold) writeError('drydock: interrupted.\n');
  hasTold = true;
};
const interruption = catchInterruption(tellInterruption);

/** The system tells no path of a folder that somebody removed meanwhile. */
function currentFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    const message = 'the current folder does not exist any more. Change to one that does.';
    throw new UsageError('usage.option', message, { cause: error });
  }
}

/** Who comes from another scanner may think that its variables have a say in what is judged. */
async function warningsOfVariables(command: Command): Promise<readonly string[]> {
  const names = Object.keys(environment).filter((name) => /^(?:TRIVY|GRYPE)_/.test(name) && environment[name] !== '');
  if (names.length === 0 || !command.options.includes('checks')) return [];
  return (await import('./other-scanners/take-flags.ts')).variablesOfOthers(names);
}

async function run(argv: readonly string[]): Promise<number> {
  const request = await parseCommandLine(argv);
  if (request.kind === 'help') {
    const { commandUsage, programUsage } = await import('./usage.ts');
    const page = { width: textWidth(stdout, environment), program };
    const { command: about, path } = request;
    await stdout.write(
      about === undefined ? programUsage(await loadCommands(), page) : commandUsage(about, path, page),
    );
    return 0;
  }
  const { command, words, flags, notices } = request;
  const folder = command.withoutConfiguration === true ? '/' : currentFolder();
  const reconfigure = (): Promise<Configuration> =>
    resolveConfiguration(
      command.withoutConfiguration === true
        ? { flags, environment: {}, folder, withoutFile: true }
        : { flags, environment, folder, formats: command.formats, clair: command.clair },
    );
  const configuration = await reconfigure();
  checkTerminal(configuration.settings, stdout);
  const { quiet, verbose, 'no-progress': noProgress } = configuration.settings;
  const log = createLogger({ quiet, verbose, write: writeError });
  const progress = createProgressLine({
    isTerminal: stderr.isTerminal,
    columns: () => stderr.columns,
    now: () => performance.now(),
    later: (ms, run) => {
      const timer = setTimeout(run, ms).unref();
      return () => clearTimeout(timer);
    },
    write: quiet || noProgress ? () => {} : (text) => void stderr.write(text).catch(() => {}),
  });
  clearProgress = progress.clear;
  if (configuration.notice !== undefined) writeError(`drydock: ${configuration.notice}\n`);
  const ofVariables = await warningsOfVariables(command);
  for (const warning of [...notices, ...configuration.warnings, ...ofVariables]) log.warn({}, warning);
  try {
    const error = (text: string): void => writeError(`drydock: ${text}\n`);
    const atEnd = (text: string): void => {
      if (!quiet) closing.push(`drydock: ${text}\n`);
    };
    const report = {
      ...stdout,
      write: async (content: string | Uint8Array): Promise<void> => {
        progress.clear();
        await stdout.write(content);
      },
    };
    const { signal } = interruption;
    const takeSignals = (): void => {
      signal.throwIfAborted();
      interruption.release();
    };
    const stdinIsTerminal = isatty(0);
    const io = {
      stdout: report,
      stderr,
      log,
      error,
      atEnd,
      takeSignals,
      progress,
      signal,
      environment,
      folder,
      program,
      stdinIsTerminal,
    };
    return await command.run!({ words, configuration, reconfigure, io, commands: loadCommands });
  } finally {
    progress.clear();
  }
}

/** Words for the user, and the exit status that goes with them. */
function fail(error: unknown): number {
  const { code, text } = describeFailure(error, environment['DRYDOCK_DEBUG'] === '1');
  if (interruption.received === undefined) writeError(`drydock: ${text}\n`);
  else tellInterruption();
  return exitStatusOf({ signal: interruption.received, errors: [code] });
}

// A promise that nobody waits for, or a throw in a callback: a fault of ours, but no reason for a stack trace.
process.on('uncaughtException', (error) => process.exit(fail(error)));
process.on('unhandledRejection', (reason) => process.exit(fail(reason)));

// No await at the top level: the bundle splits this file from what it imports later.
void run([...commandOfName(environment, process.argv[1]), ...process.argv.slice(2)])
  .catch(fail)
  .then((status) => {
    const { received } = interruption;
    // It may have come when nothing was left that could stop for it.
    if (received !== undefined) tellInterruption();
    for (const text of closing) writeError(text);
    // Whatever is still open (idle connections, timers) has nothing more to say.
    process.exit(received === undefined ? status : exitStatusOf({ signal: received }));
  });
