import { closeSync, constants, fstatSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { SourceError } from '../errors.ts';

/**
 * A temporary file without a name: it is unlinked as soon as it is open, so that nothing stays behind however the
 * program ends.
 */
export class Spool {
  readonly descriptor: number;
  readonly #limit: number;
  #size = 0;

  constructor(folder: string, limit: number) {
    this.#limit = limit;
    try {
      const file = path.join(folder, `drydock-${process.pid}-${Math.random().toString(36).slice(2)}`);
      this.descriptor = openSync(
        file,
        constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
        0o600,
      );
      unlinkSync(file);
    } catch (error) {
      throw new SourceError(
        'source.unreadable',
        `cannot make a temporary file in ${folder}: ${(error as Error).message}. Set TMPDIR to a folder with room.`,
        { cause: error },
      );
    }
  }

  get size(): number {
    return this.#size;
  }

  write(chunk: Uint8Array): void {
    if (this.#size + chunk.length > this.#limit) {
      throw new SourceError('source.limit', `the input has more than ${this.#limit} bytes`);
    }
    try {
      for (let done = 0; done < chunk.length; ) {
        done += writeSync(this.descriptor, chunk, done, chunk.length - done, this.#size + done);
      }
    } catch (error) {
      throw new SourceError(
        'source.unreadable',
        `cannot keep the input in a temporary file: ${(error as Error).message}. Set TMPDIR to a folder with room.`,
        { cause: error },
      );
    }
    this.#size += chunk.length;
  }

  /** Forgets what stands behind the first bytes. */
  cut(size: number): void {
    this.#size = Math.min(this.#size, size);
    ftruncateSync(this.descriptor, this.#size);
  }

  close(): void {
    try {
      fstatSync(this.descriptor);
      closeSync(this.descriptor);
    } catch {
      // closed before
    }
  }
}
