import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DrydockError, StoreError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';

/** An upload that is still being received is older only if its process was killed. */
const ABANDONED = 24 * 3_600_000;

/** The folder of uploaded archives, which are there until they were scanned. */
export class UploadSpool {
  readonly #folder: string;
  readonly #limit: number;

  /** @param limit bytes of one upload */
  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /**
   * Writes a body to a file of a passing name.
   * @throws DrydockError `service.too-large`, StoreError `store.full`
   */
  async receive(body: Readable, announced: number | undefined): Promise<string> {
    if (announced !== undefined && announced > this.#limit) throw this.#tooLarge();
    makeFolder(this.#folder, 0o700);
    const file = path.join(this.#folder, `${randomUUID()}.part`);
    let bytes = 0;
    const meter = new Transform({
      transform: (piece: Buffer, _, pass) => {
        bytes += piece.length;
        if (bytes > this.#limit) pass(this.#tooLarge());
        else pass(null, piece);
      },
    });
    try {
      await pipeline(body, meter, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      await rm(file, { force: true });
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
        throw new StoreError('store.full', 'There is no room left for uploads.', { cause: error });
      }
      throw error;
    }
    return file;
  }

  /** Gives a received file the name of its image. */
  async keep(file: string, image: string): Promise<string> {
    const kept = path.join(this.#folder, image);
    await rename(file, kept);
    return kept;
  }

  async remove(file: string): Promise<void> {
    await rm(file, { force: true });
  }

  /** Removes what processes that were killed left. */
  async clean(isAlive: (image: string) => Promise<boolean>, now: number): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const file = path.join(this.#folder, name);
      const age = now - ((await stat(file).catch(() => undefined))?.mtimeMs ?? now);
      const abandoned = name.endsWith('.part') ? age > ABANDONED : age > 60_000 && !(await isAlive(name));
      if (abandoned) await rm(file, { force: true });
    }
  }

  #tooLarge(): DrydockError {
    return new DrydockError('service.too-large', `An upload can have ${this.#limit} bytes, and this one has more.`);
  }
}
