import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { ClosureError, entriesBelow, type ProgramClosure, programClosure } from '../inside/program-closure.ts';
import { writeTar } from '../inside/tar-writer.ts';

/** Folder of the tracer in a container. */
export const TOOLS = '/.s';

export interface TracerTools {
  /** Version as strace says it: `6.13`; absent where it could not be asked. */
  readonly version?: string;
  /** As images write it: `amd64`. */
  readonly architecture: string;
  readonly size: number;
  /** Words that start strace in the container, before its options. */
  readonly command: readonly string[];
  /** Words in front of these that keep it on a processor, whose number comes behind them; absent without taskset(1). */
  readonly onProcessor?: readonly string[];
  /** An archive for a volume that is mounted at {@link TOOLS}: to be unpacked there, each time anew. */
  contents(): AsyncIterable<Uint8Array>;
}

export interface TracerToolsOptions {
  /** A folder with a `strace` and, where it needs any, its libraries; default: what this machine has. */
  readonly folder?: string;
  /** Architecture of the image, as it says: `arm64`. */
  readonly architecture?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const TIME = 5000;

/**
 * Puts together what is needed to run strace in a container of this architecture.
 * @returns the tools, or the reason why there are none: a sentence
 */
export function tracerTools(options: TracerToolsOptions = {}): TracerTools | { readonly reason: string } {
  const program =
    options.folder === undefined ? installed('strace', options.environment ?? process.env) : inFolder(options.folder);
  if (program === undefined) {
    const where = options.folder ?? 'this machine';
    return { reason: `there is no strace in ${where}; install the package strace, or name a folder that has it` };
  }
  try {
    const folders = options.folder === undefined ? {} : { folders: [options.folder, path.join(options.folder, 'lib')] };
    // What ends the tracer where the image stopped it.
    const killer = options.folder === undefined ? installed('kill', options.environment ?? process.env) : undefined;
    const programs = killer === undefined ? [program] : [program, killer];
    const taskset = options.folder === undefined ? installed('taskset', options.environment ?? process.env) : undefined;
    const closure = closureWith(programs, taskset, folders);
    const { architecture } = closure;
    if (options.architecture !== undefined && options.architecture !== architecture) {
      return {
        reason: `strace of this machine is for ${architecture}, the image for ${options.architecture}; name a folder with one for it`,
      };
    }
    return made(closure, program, options.folder === undefined);
  } catch (error) {
    if (error instanceof ClosureError) return { reason: error.message };
    throw error;
  }
}

/** The programs, and one more where that can be had: without it they do what they shall, too. */
function closureWith(
  programs: readonly string[],
  more: string | undefined,
  folders: { readonly folders?: readonly string[] },
): ProgramClosure {
  try {
    if (more !== undefined) return programClosure([...programs, more], TOOLS, folders);
  } catch (error) {
    if (!(error instanceof ClosureError)) throw error;
  }
  return programClosure(programs, TOOLS, folders);
}

function made(closure: ProgramClosure, program: string, isOurs: boolean): TracerTools {
  // What a user's folder has may be for another machine; that of this machine can be asked.
  const version = isOurs ? versionOf(program) : undefined;
  const taskset = closure.commands.get('taskset');
  return {
    ...(version !== undefined && { version }),
    ...(taskset !== undefined && { onProcessor: [...taskset, '-c'] }),
    architecture: closure.architecture,
    size: closure.size,
    command: closure.commands.get(path.basename(program))!,
    contents: () => writeTar(entriesBelow(TOOLS, closure.entries)),
  };
}

function installed(program: string, { PATH = '' }: Readonly<Record<string, string | undefined>>): string | undefined {
  const folders = [
    ...PATH.split(':').filter((folder) => path.isAbsolute(folder)),
    '/usr/bin',
    '/usr/local/bin',
    '/bin',
  ];
  return folders.map((folder) => path.join(folder, program)).find(isExecutable);
}

function inFolder(folder: string): string | undefined {
  return [path.join(folder, 'strace'), path.join(folder, 'bin/strace')].find((file) => existsSync(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(program: string): string | undefined {
  const { stdout } = spawnSync(program, ['--version'], {
    encoding: 'utf8',
    timeout: TIME,
    maxBuffer: 64 * 1024,
    env: {},
  });
  return /\bversion ([\w.~+-]{1,40})/.exec(stdout ?? '')?.[1];
}
