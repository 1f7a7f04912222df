import { randomInt } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../make-folder.ts';
import { makeRoom, parseBases, writeBases } from './base-record.ts';
import { isBetter, type KnownBase } from './known-base.ts';

const FILE = 'base-images.json';

/** A file of so many bases with long names has less. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Whoever holds the lock writes one file: after this time nobody does any more. */
const ABANDONED = 30_000;
const RETRY_EVERY = 20;

const DAY = 24 * 3_600_000;

/** What is known, and why something is not. */
export interface ReadBases {
  /** By the names of their layers. */
  readonly bases: ReadonlyMap<string, KnownBase>;
  /** A sentence. The file is then left as it is. */
  readonly problem?: string;
}

/** Why nothing could be changed. */
export interface Unchanged {
  readonly reason: string;
}

/**
 * The images that others may have been built from, in one file. Any number of processes may read and change it: changes
 * wait for each other, and a reader sees the file as it was before one, or after it.
 */
export class BaseStore {
  readonly file: string;

  /** @param folder made when it is needed */
  constructor(folder: string) {
    this.file = path.join(folder, FILE);
  }

  /** No file: nothing is known. */
  read(): ReadBases {
    let text: string;
    try {
      const descriptor = openSync(this.file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        const stats = fstatSync(descriptor);
        // Somebody else's words on what is whose are not taken.
        if (!stats.isFile() || stats.uid !== process.getuid?.() || (stats.mode & 0o022) !== 0) {
          return this.#unusable('is not a file that only this user can write to');
        }
        if (stats.size > MOST_BYTES) return this.#unusable('is too large');
        text = readFileSync(descriptor, 'utf8');
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' || code === 'ENOTDIR'
        ? { bases: new Map() }
        : this.#unusable(`cannot be read (${code})`);
    }
    const bases = parseBases(text);
    return bases === undefined ? this.#unusable('is damaged, or of another version') : { bases };
  }

  /** Adds a base, or says again that it is there. @returns undefined when that is done */
  async learn(base: KnownBase, waitMs: number): Promise<Unchanged | undefined> {
    return await this.#change(waitMs, (bases) => {
      const other = bases.get(base.chain);
      if (other !== undefined && !isBetter(base, other)) return 'nothing';
      if (other === undefined && !makeRoom(bases)) return 'there are as many as can be kept, all of them taught';
      bases.set(base.chain, base);
      return undefined;
    });
  }

  /** Takes out all bases of these names. */
  async forget(names: ReadonlySet<string>, waitMs: number): Promise<Unchanged | undefined> {
    return await this.#change(waitMs, (bases) => {
      let gone = 0;
      for (const { chain, name } of [...bases.values()]) if (names.has(name)) gone += Number(bases.delete(chain));
      return gone === 0 ? 'nothing' : undefined;
    });
  }

  /** @param change undefined where something was changed, else why not: `nothing` is to be done, or a sentence */
  async #change(
    waitMs: number,
    change: (bases: Map<string, KnownBase>) => string | undefined,
  ): Promise<Unchanged | undefined> {
    const lock = `${this.file}.lock`;
    const beside = `${this.file}.${process.pid}-${randomInt(2 ** 32)}.tmp`;
    try {
      makeFolder(path.dirname(this.file), 0o700);
      const held = await takeLock(lock, waitMs);
      if (held === undefined) return { reason: 'another process is changing it' };
      try {
        const { bases, problem } = this.read();
        if (problem !== undefined) return { reason: problem };
        const changed = new Map(bases);
        const reason = change(changed);
        if (reason !== undefined) return reason === 'nothing' ? undefined : { reason };
        writeFileSync(beside, writeBases(changed), { mode: 0o600, flag: 'wx', flush: true });
        if (inodeOf(lock) !== held) return { reason: 'another process is changing it' };
        renameSync(beside, this.file);
        return undefined;
      } finally {
        if (inodeOf(lock) === held) rmSync(lock, { force: true });
        rmSync(beside, { force: true });
      }
    } catch (error) {
      return { reason: `it cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})` };
    }
  }

  #unusable(why: string): ReadBases {
    return { bases: new Map(), problem: `${this.file} ${why}` };
  }
}

/** Whether there is news in a base that was met: one that is known so is touched once a day. */
export function isNews(base: KnownBase, known: KnownBase | undefined): boolean {
  if (known === undefined) return true;
  if (!isBetter(base, known)) return false;
  const { at, ...now } = base;
  const { at: then, ...before } = known;
  return JSON.stringify(now) !== JSON.stringify(before) || !(Date.parse(at) - Date.parse(then) < DAY);
}

/** @returns what the lock is told by, undefined where another process has it all the time */
async function takeLock(lock: string, waitMs: number): Promise<number | undefined> {
  const end = performance.now() + waitMs;
  for (;;) {
    try {
      const descriptor = openSync(lock, 'wx', 0o600);
      try {
        return fstatSync(descriptor).ino;
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (isAbandoned(lock)) rmSync(lock, { force: true });
    else if (performance.now() >= end) return undefined;
    else await sleep(RETRY_EVERY);
  }
}

/** Its process was killed. */
function isAbandoned(lock: string): boolean {
  const stats = lstatSync(lock, { throwIfNoEntry: false });
  return stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) > ABANDONED;
}

function inodeOf(file: string): number | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.ino;
}
