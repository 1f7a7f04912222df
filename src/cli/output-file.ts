import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DrydockError } from '../errors.ts';

const words: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** Where the bytes shall end up: behind a link, its target. Devices and pipes are written as they are. */
function targetOf(file: string): { readonly file: string; readonly isSpecial: boolean } {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { file, isSpecial: false };
  return { file: realpathSync(file), isSpecial: !stats.isFile() };
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
 * @throws DrydockError `output.not-writable`
 */
export function writeOutputFile(asked: string, content: string): void {
  try {
    const { file, isSpecial } = targetOf(asked);
    if (isSpecial) writeFileSync(file, content);
    else writeBeside(file, content);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const why = words[code] ?? (code === '' ? String(error) : code);
    throw new DrydockError('output.not-writable', `${asked} could not be written: ${why}.`, { cause: error });
  }
}
