import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DrydockError, StoreError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';

/** An upload that is still being received is older only if its process was killed. */
const ABANDONED = 24 * 3_600_000;

/** What stays free on the disk, which the database has, too: a part of it, and not more than so many bytes. */
const FREE_PART = 1 / 20;
const MOST_FREE = 1024 ** 3;

/** After so many bytes of an upload it is looked at again how much room there is. */
const LOOK_EVERY = 64 * 1024 ** 2;

/** Bytes that have to come in so many milliseconds, at the least: who is slower keeps others from their turn. */
const PACE = { bytes: 64 * 1024, milliseconds: 60_000 };

interface UploadSpoolOptions {
  readonly pace?: typeof PACE;
  /** Bytes of a disk that are free, and that it has: of the system by default. */
  readonly disk?: (folder: string) => Promise<{ readonly free: number; readonly size: number }>;
}

/** An upload that is being received. */
interface Receiving {
  /** Bytes that it is said to have. */
  readonly announced: number;
  received: number;
  done?: Promise<void>;
}

/** The folder of uploaded archives, which are there until they were scanned. */
export class UploadSpool {
  readonly #folder: string;
  readonly #limit: number;
  readonly #pace: typeof PACE;
  readonly #disk: NonNullable<UploadSpoolOptions['disk']>;
  readonly #closing = new AbortController();
  /** What is being received, by its file. */
  readonly #receiving = new Map<string, Receiving>();

  /** @param limit bytes of one upload */
  constructor(folder: string, limit: number, { pace = PACE, disk = diskOf }: UploadSpoolOptions = {}) {
    this.#folder = folder;
    this.#limit = limit;
    this.#pace = pace;
    this.#disk = disk;
  }

  /**
   * Writes a body to a file of a passing name. Where it fails nothing is left behind, and what was not read of the body is the
   * caller's.
   * @throws DrydockError `service.too-large`, `service.too-slow`, `service.busy`, StoreError `store.full`
   */
  async receive(body: Readable, announced: number | undefined): Promise<string> {
    if (announced !== undefined && announced > this.#limit) throw this.#tooLarge();
    makeFolder(this.#folder, 0o700);
    const file = path.join(this.#folder, `${randomUUID()}.part`);
    await this.#checkRoom(announced ?? 0);
    const receiving: Receiving = { announced: announced ?? 0, received: 0 };
    this.#receiving.set(file, receiving);
    receiving.done = this.#write(file, body, receiving);
    await receiving.done.finally(() => this.#receiving.delete(file));
    return file;
  }

  async #write(file: string, body: Readable, receiving: Receiving): Promise<void> {
    let looked = 0;
    const take = async (piece: Buffer): Promise<void> => {
      receiving.received += piece.length;
      if (receiving.received > this.#limit) throw this.#tooLarge();
      if (receiving.received - looked < LOOK_EVERY) return;
      looked = receiving.received;
      await this.#checkRoom(0);
    };
    const meter = new Transform({
      transform: (piece: Buffer, _, pass) => {
        take(piece).then(
          () => pass(null, piece),
          (error: Error) => pass(error),
        );
      },
    });
    const { bytes, milliseconds } = this.#pace;
    let before = 0;
    const watch = setInterval(() => {
      // A disk that is slow is not the client's fault.
      const isSlow = !meter.writableNeedDrain && receiving.received - before < bytes;
      before = receiving.received;
      if (!isSlow) return;
      const words = `Less than ${bytes} bytes came within ${milliseconds / 1000} seconds. Send it again over a better line.`;
      meter.destroy(new DrydockError('service.too-slow', words));
    }, milliseconds);
    const onClose = (): void => {
      if (!body.readableEnded) meter.destroy(body.errored ?? new Error('the upload was cut off'));
    };
    const { signal } = this.#closing;
    try {
      // Not a part of the pipeline, which would destroy it, and with it the connection that the refusal is to go over.
      body.once('close', onClose).on('error', onClose);
      if (body.destroyed) onClose();
      body.pipe(meter);
      await pipeline(meter, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal });
    } catch (error) {
      await rm(file, { force: true });
      if (signal.aborted) throw new DrydockError('service.busy', 'The service is ending. Send it again later.');
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') {
        throw new StoreError('store.full', 'There is no room left for uploads.', { cause: error });
      }
      throw error;
    } finally {
      clearInterval(watch);
      body.unpipe(meter);
      body.off('close', onClose);
    }
  }

  /**
   * @param more bytes that are announced
   * @throws StoreError `store.full` where these, and what is still to come of others, would leave too little
   */
  async #checkRoom(more: number): Promise<void> {
    const { free, size } = await this.#disk(this.#folder);
    let coming = more;
    for (const { announced, received } of this.#receiving.values()) coming += Math.max(0, announced - received);
    const spare = Math.min(MOST_FREE, size * FREE_PART);
    if (free - spare - coming >= 0) return;
    throw new StoreError('store.full', 'There is no room left for uploads.');
  }

  /** Receives nothing more, and leaves nothing behind of what has not come whole. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([...this.#receiving.values()].map(({ done }) => done));
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

async function diskOf(folder: string): Promise<{ readonly free: number; readonly size: number }> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, size: blocks * bsize };
}
