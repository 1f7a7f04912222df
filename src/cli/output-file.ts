import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DrydockError } from '../errors.ts';

const words: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
};

/** What is written at a path, by what stands there. */
type Target =
  /** A file to be replaced: behind a link, its target. */
  | { readonly kind: 'file'; readonly file: string }
  /** A device or pipe, which is written as it is. */
  | { readonly kind: 'special' }
  /** The file that is our standard output (`/dev/stdout`): replacing it would lose what else goes there. */
  | { readonly kind: 'standard-output' };

function targetOf(file: string): Target {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { kind: 'file', file };
  if (stats.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
  if (!stats.isFile()) return { kind: 'special' };
  const own = fstatSync(1);
  if (own.dev === stats.dev && own.ino === stats.ino) return { kind: 'standard-output' };
  return { kind: 'file', file: realpathSync(file) };
}

/** Milliseconds between two attempts to write to a pipe that is full or has no reader yet. */
const PIPE_WAIT = 10;

/**
 * Writes to a device or pipe without ever waiting within the system, where an interruption would not be heard. A reader
 * that went away is no error, as on standard output.
 */
async function writeSpecial(file: string, content: string, signal: AbortSignal): Promise<void> {
  const attempt = async <T>(act: () => T): Promise<T> => {
    for (;;) {
      try {
        return act();
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'EAGAIN' && code !== 'ENXIO') throw error;
        signal.throwIfAborted();
        await sleep(PIPE_WAIT);
      }
    }
  };
  const bytes = Buffer.from(content);
  const descriptor = await attempt(() => openSync(file, constants.O_WRONLY | constants.O_NONBLOCK));
  try {
    for (let at = 0; at < bytes.length; ) at += await attempt(() => writeSync(descriptor, bytes, at));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  } finally {
    closeSync(descriptor);
  }
}

function writeBeside(file: string, content: string): void {
  const temporary = path.join(path.dirname(file), `.${path.basename(file).slice(0, 100)}.${randomUUID()}`);
  const descriptor = openSync(temporary, 'wx');
  try {
    try {
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Writes a report to a file, whole or not at all: under another name first, then renamed.
 * @throws DrydockError `output.not-writable`, or the reason of the signal while a pipe has no reader
 */
export async function writeOutputFile(asked: string, content: string, signal: AbortSignal): Promise<void> {
  try {
    const target = targetOf(asked);
    if (target.kind === 'special') await writeSpecial(asked, content, signal);
    else if (target.kind === 'standard-output') writeFileSync(1, content);
    else writeBeside(target.file, content);
  } catch (error) {
    signal.throwIfAborted();
    throw notWritable(asked, error);
  }
}

/**
 * Asks before the work whether a file can be written, as far as its folder tells.
 * @throws DrydockError `output.not-writable`
 */
export function checkOutputFile(asked: string): void {
  try {
    const target = targetOf(asked);
    if (target.kind !== 'file') return;
    const folder = path.dirname(target.file);
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('a file'), { code: 'ENOTDIR' });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw notWritable(asked, error);
  }
}

function notWritable(asked: string, error: unknown): DrydockError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const why = words[code] ?? (code === '' ? String(error) : code);
  return new DrydockError('output.not-writable', `${asked} could not be written: ${why}.`, { cause: error });
}
