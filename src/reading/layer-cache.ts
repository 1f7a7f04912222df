import { randomInt } from 'node:crypto';
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Logger } from '../log.ts';
import { decodeReading, encodeReading } from './layer-record.ts';
import type { LayerReading } from './read-layer.ts';

/** How much a cache may keep, and how long. */
export interface CacheBounds {
  readonly bytes: number;
  /** Milliseconds since a record was last used. */
  readonly age: number;
}

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
 * What was learned of layers, a file a layer, by digests that were verified. Any number of processes use one folder at
 * once without a lock: a record is written beside its place and moved there, and one that is damaged is none.
 */
export class LayerCache {
  readonly #folder: string;
  readonly #bounds: CacheBounds;
  readonly #log: Logger;
  readonly #usable: boolean;

  /** @param folder made when it is needed; used only where nobody else may write to it */
  constructor(folder: string, bounds: CacheBounds, log: Logger) {
    this.#folder = folder;
    this.#bounds = bounds;
    this.#log = log;
    this.#usable = bounds.bytes > 0 && isOwn(folder);
    if (bounds.bytes > 0 && !this.#usable) log.warn({ folder }, 'others may write to the layer cache: it is not used');
  }

  /** @param digest `sha256:...` of the layer as stored, verified by the caller */
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

  /** Keeps a reading. A cache that cannot be written costs time, never a result. */
  put(digest: string, readers: string, reading: LayerReading): void {
    const file = this.#fileOf(digest, readers);
    if (file === undefined) return;
    const beside = `${file}.${process.pid}-${randomInt(2 ** 32)}.tmp`;
    try {
      const record = encodeReading(`${digest} ${readers}`, reading);
      if (record === undefined || record.length > this.#bounds.bytes) return;
      makeFolder(path.dirname(file));
      writeFileSync(beside, record, { mode: 0o600, flag: 'wx' });
      renameSync(beside, file);
      if (this.#sweepIsDue()) this.sweep();
    } catch (error) {
      remove(beside);
      this.#log.info({ folder: this.#folder, error: String(error) }, 'the layer cache could not be written');
    }
  }

  /** Takes out what is too old, and the oldest where there is too much. */
  sweep(now: number = Date.now()): Removed {
    const records = [...this.#files()].sort((a, b) => b.used - a.used);
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

  /** Takes out everything. */
  clear(): Removed {
    const removed = { files: 0, bytes: 0 };
    for (const { file, size } of this.#files()) {
      if (!remove(file)) continue;
      removed.files++;
      removed.bytes += size;
    }
    remove(path.join(this.#folder, SWEPT));
    for (const name of names(this.#folder)) removeFolder(path.join(this.#folder, name));
    removeFolder(this.#folder);
    return removed;
  }

  #fileOf(digest: string, readers: string): string | undefined {
    const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    if (!this.#usable || hex === undefined) return undefined;
    return path.join(this.#folder, hex.slice(0, 2), `${hex.slice(2)}-${readers}`);
  }

  *#files(): Generator<{ file: string; used: number; size: number; finished: boolean }> {
    for (const shelf of names(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(shelf)) continue;
      for (const name of names(path.join(this.#folder, shelf))) {
        const file = path.join(this.#folder, shelf, name);
        const stats = statsOf(file);
        if (stats?.isFile() !== true) continue;
        yield { file, used: stats.mtimeMs, size: stats.size, finished: !name.endsWith('.tmp') };
      }
    }
  }

  #sweepIsDue(): boolean {
    const marker = path.join(this.#folder, SWEPT);
    const swept = statsOf(marker)?.mtimeMs ?? 0;
    if (Date.now() - swept < HOUR && randomInt(SWEEP_ONE_IN) !== 0) return false;
    writeFileSync(marker, '', { mode: 0o600 });
    return true;
  }
}

/** Its time tells when the cache was last looked through. */
const SWEPT = 'swept';

/** Nobody else may write there: a record under the digest of another layer would be believed. */
function isOwn(folder: string): boolean {
  const stats = statsOf(folder);
  if (stats === undefined) return true;
  return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0;
}

/** Nothing where there is nothing, and where nothing can be. */
function statsOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** One by one: where a part of the path is no folder, making them all at once never returns (Node.js 24). */
function makeFolder(folder: string): void {
  if (statsOf(folder) !== undefined) return;
  if (folder !== path.dirname(folder)) makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

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

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
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
