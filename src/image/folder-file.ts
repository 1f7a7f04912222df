import { closeSync, fstatSync, openSync } from 'node:fs';
import { SourceError } from '../errors.ts';
import { FileSource } from '../formats/byte-source.ts';
import type { ByteSource } from '../model/bytes.ts';

/**
 * A file that is opened for each read and closed again: a process may have a few hundred files open at once, a folder
 * has as many layers as it likes. What stands at the path must still be the file that was found there.
 */
export class FolderFile implements ByteSource {
  readonly size: number;
  readonly #path: string;
  readonly #flags: number;
  readonly #identity: string;
  readonly #start: number;

  /** @param flags with which the file is opened */
  constructor(path: string, flags: number, identity: string, start: number, size: number) {
    this.#path = path;
    this.#flags = flags;
    this.#identity = identity;
    this.#start = start;
    this.size = size;
  }

  /** The file that a descriptor stands for, which is closed by it. */
  static take(path: string, flags: number, descriptor: number): FolderFile {
    try {
      return new FolderFile(path, flags, identityOf(descriptor), 0, fstatSync(descriptor).size);
    } finally {
      closeSync(descriptor);
    }
  }

  /** @throws SourceError where the file is gone or another one */
  read(target: Uint8Array, position: number): number {
    const descriptor = this.#open();
    try {
      return new FileSource(descriptor, this.#start, this.size).read(target, position);
    } finally {
      closeSync(descriptor);
    }
  }

  slice(start: number, length: number): ByteSource {
    const from = Math.min(start, this.size);
    const size = Math.min(length, this.size - from);
    return new FolderFile(this.#path, this.#flags, this.#identity, this.#start + from, size);
  }

  #open(): number {
    let descriptor: number;
    try {
      descriptor = openSync(this.#path, this.#flags);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new SourceError('source.unreadable', `cannot read ${this.#path} (${code})`, { cause: error });
    }
    if (identityOf(descriptor) === this.#identity) return descriptor;
    closeSync(descriptor);
    throw new SourceError('source.unreadable', `${this.#path} changed while it was read`);
  }
}

/** Numbers of files are used again, so its time belongs to it. */
function identityOf(descriptor: number): string {
  const { dev, ino, mtimeMs } = fstatSync(descriptor);
  return `${dev}:${ino}:${mtimeMs}`;
}
