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
  readonly #closing = new AbortController();
  /** What is being received, by its file. */
  readonly #receiving = new Map<string, Promise<void>>();

  /** @param limit bytes of one upload */
  constructor(folder: string, limit: number) {
    this.#folder = folder;
    this.#limit = limit;
  }

  /**
   * Writes a body to a file of a passing name.
   * @throws DrydockError `service.too-large`, `service.busy`, StoreError `store.full`
   */
  async receive(body: Readable, announced: number | undefined): Promise<string> {
    if (announced !== undefined && announced > this.#limit) throw this.#tooLarge();
    makeFolder(this.#folder, 0o700);
    const file = path.join(this.#folder, `${randomUUID()}.part`);
    const receiving = this.#write(file, body);
    this.#receiving.set(file, receiving);
    await receiving.finally(() => this.#receiving.delete(file));
    return file;
  }

  async #write(file: string, body: Readable): Promise<void> {
    let bytes = 0;
    const meter = new Transform({
      transform: (piece: Buffer, _, pass) => {
        bytes += piece.length;
        if (bytes > this.#limit) pass(this.#tooLarge());
        else pass(null, piece);
      },
    });
    const { signal } = this.#closing;
    try {
      await pipeline(body, meter, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal });
    } catch (error) {
      await rm(file, { force: true });
      if (signal.aborted) throw new DrydockError('service.busy', 'The service is ending. Send it again later.');
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
        throw new StoreError('store.full', 'There is no room left for uploads.', { cause: error });
      }
      throw error;
    }
  }

  /** Receives nothing more, and leaves nothing behind of what has not come whole. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#receiving.values());
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

  /**
   * Removes what processes that were killed left.
   * @param alone no other process receives uploads here
   */
  async clean(isAlive: (image: string) => Promise<boolean>, now: number, alone: boolean): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const file = path.join(this.#folder, name);
      const age = now - ((await stat(file).catch(() => undefined))?.mtimeMs ?? now);
      const abandoned = name.endsWith('.part')
        ? !this.#receiving.has(file) && (alone || age > ABANDONED)
        : age > 60_000 && !(await isAlive(name));
      if (abandoned) await rm(file, { force: true });
    }
  }

  #tooLarge(): DrydockError {
    return new DrydockError('service.too-large', `An upload can have ${this.#limit} bytes, and this one has more.`);
  }
}
