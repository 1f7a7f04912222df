import { randomInt } from 'node:crypto';
import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Logger } from '../log.ts';
import { makeFolder } from '../make-folder.ts';
import { type CacheBounds, isCacheKey, type LayerCache } from './layer-cache.ts';
import { decodeReading, encodeReading } from './layer-record.ts';
import { namesIn, statsOf, whyNotOwn } from './own-folder.ts';
import type { LayerReading } from './read-layer.ts';

/** What was taken out of a cache. */
export interface Removed {
  readonly files: number;
  readonly bytes: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A record that is not finished after this time never will be: its writer was killed. */
const ABANDONED = HOUR;

/** One of so many records that are written looks through the whole cache, and the first one of every hour. */
const SWEEP_ONE_IN = 200;

/**
 * What was learned of layers, a file a layer. Any number of processes use one folder at
 * once without a lock: a record is written beside its place and moved there, and one that is damaged is none.
 */
export class FolderLayerCache implements LayerCache {
  readonly #folder: string;
  readonly #bounds: CacheBounds;
  readonly #log: Logger;
  /** Why its files are not ours to read, nor to remove. */
  readonly #foreign: string | undefined;
  #warned: boolean = false;

  /**
   * @param folder made when it is needed; used only where it is this user's own: a record under the digest of another
   *   layer would be believed
   */
  constructor(folder: string, bounds: CacheBounds, log: Logger) {
    this.#folder = folder;
    this.#bounds = bounds;
    this.#log = log;
    this.#foreign = whyNotOwn(folder);
  }

  get keeps(): boolean {
    return this.#bounds.bytes > 0 && this.#isOurs();
  }

  get(digest: string, readers: string): LayerReading | undefined {
    const file = this.#fileOf(digest, readers);
    if (file === undefined) return undefined;
    let bytes: Buffer;
    try {
      const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        bytes = readFileSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    } catch {
      return undefined;
    }
    try {
      const reading = decodeReading(`${digest} ${readers}`, bytes);
      touch(file);
      return reading;
    } catch (error) {
      this.#log.info({ file, error: String(error) }, 'a record of the layer cache was thrown away');
      remove(file);
      return undefined;
    }
  }

  has(digest: string, readers: string): boolean {
    const file = this.#fileOf(digest, readers);
    return file !== undefined && statsOf(file)?.isFile() === true;
  }

  put(digest: string, readers: string, reading: LayerReading): void {
    const file = this.#fileOf(digest, readers);
    if (file === undefined) return;
    const beside = `${file}.${process.pid}-${randomInt(2 ** 32)}.tmp`;
    try {
      makeFolder(path.dirname(file), 0o700);
      if (!this.#write(beside, encodeReading(`${digest} ${readers}`, reading))) remove(beside);
      else renameSync(beside, file);
      if (this.#sweepIsDue()) this.sweep();
    } catch (error) {
      remove(beside);
      this.#log.info({ folder: this.#folder, error: String(error) }, 'the layer cache could not be written');
    }
  }

  /** @returns false where it is more than the cache may keep */
  #write(file: string, pieces: Iterable<Uint8Array>): boolean {
    let size = 0;
    const descriptor = openSync(file, 'wx', 0o600);
    try {
      for (const piece of pieces) {
        size += piece.length;
        if (size > this.#bounds.bytes) return false;
        writeFileSync(descriptor, piece);
      }
    } finally {
      closeSync(descriptor);
    }
    return true;
  }

  /** Takes out what is too old, and the oldest where there is too much; nothing from a folder that is not used. */
  sweep(now: number = Date.now()): Removed {
    const records = this.#isOurs() ? [...this.#files()].sort((a, b) => b.used - a.used) : [];
    const removed = { files: 0, bytes: 0 };
    let kept = 0;
    for (const { file, used, size, finished } of records) {
      const stays = finished
        ? now - used <= this.#bounds.age && kept + size <= this.#bounds.bytes
        : now - used <= ABANDONED;
      if (stays) kept += size;
      else if (remove(file)) {
        removed.files++;
        removed.bytes += size;
      }
    }
    return removed;
  }

  /** Takes out all that a cache ever puts there; what else is in the folder stays, and so does a folder of others. */
  clear(): Removed {
    const removed = { files: 0, bytes: 0 };
    if (!this.#isOurs()) return removed;
    for (const { file, size } of this.#files()) {
      if (!remove(file)) continue;
      removed.files++;
      removed.bytes += size;
    }
    const marker = path.join(this.#folder, SWEPT);
    const marked = statsOf(marker)?.size === 0 && remove(marker);
    if (removed.files === 0 && !marked) return removed;
    for (const shelf of this.#shelves()) removeFolder(shelf);
    removeFolder(this.#folder);
    return removed;
  }

  #fileOf(digest: string, readers: string): string | undefined {
    if (!isCacheKey(digest, readers) || !this.keeps) return undefined;
    const hex = digest.slice('sha256:'.length);
    return path.join(this.#folder, hex.slice(0, 2), `${hex.slice(2)}-${readers}`);
  }

  /** Says why not, once, when somebody wants something of it. */
  #isOurs(): boolean {
    if (this.#foreign === undefined) return true;
    if (!this.#warned) {
      this.#log.warn({ folder: this.#folder, reason: this.#foreign }, 'the layer cache is left alone');
    }
    this.#warned = true;
    return false;
  }

  #shelves(): string[] {
    return namesIn(this.#folder)
      .filter((name) => /^[0-9a-f]{2}$/.test(name))
      .map((name) => path.join(this.#folder, name))
      .filter((shelf) => statsOf(shelf)?.isDirectory() === true);
  }

  *#files(): Generator<{ file: string; used: number; size: number; finished: boolean }> {
    for (const shelf of this.#shelves()) {
      for (const name of namesIn(shelf)) {
        if (!recordName.test(name)) continue;
        const file = path.join(shelf, name);
        const stats = statsOf(file);
        if (stats?.isFile() !== true) continue;
        yield { file, used: stats.mtimeMs, size: stats.size, finished: !name.endsWith('.tmp') };
      }
    }
  }

  #sweepIsDue(): boolean {
    const marker = path.join(this.#folder, SWEPT);
    const swept = statsOf(marker)?.mtimeMs;
    const now = Date.now();
    if (now - (swept ?? 0) < HOUR && randomInt(SWEEP_ONE_IN) !== 0) return false;
    if (swept === undefined) writeFileSync(marker, '', { mode: 0o600, flag: 'wx' });
    else utimesSync(marker, now / 1000, now / 1000);
    return true;
  }
}

/** Its time tells when the cache was last looked through. */
const SWEPT = 'swept';

/** The rest of a digest and the readers, and for one that is being written the process and a number. */
const recordName = /^[0-9a-f]{62}-[0-9a-f]{16}(?:[0-9a-f]{16})?(?:\.\d+-\d+\.tmp)?$/;

/** Marks a record as used; once a day is enough. */
function touch(file: string): void {
  const now = Date.now();
  const used = statsOf(file)?.mtimeMs ?? now;
  if (now - used < DAY) return;
  try {
    utimesSync(file, now / 1000, now / 1000);
  } catch {
    // another process took it out meanwhile
  }
}

function remove(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // somebody writes to it again
  }
}
