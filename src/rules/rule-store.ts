import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type LockOptions, whenFree } from '../advisories/lock.ts';
import { loadSqlite } from '../advisories/sqlite.ts';
import { DrydockError, UsageError } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { compareText } from '../model/order.ts';
import { namesIn, statsOf, whyNotOwn } from '../reading/own-folder.ts';
import { isBusy, resultCode } from '../sqlite-result.ts';
import { isGenerationName, isSetName, parseRecord, type SetRecord } from './set-record.ts';

/** In the folder of a set; its renaming is the switch between generations. */
const RECORD = 'set.json';
/** Held by whoever changes something. SQLite locks it, because its locks end with the process that has them. */
const LOCK = 'lock';
/** A set of 20,000 files with long names. */
const MOST_RECORD = 64 * 1024 * 1024;

/** The folder of all sets, below that of everything that is kept. */
export function ruleSetFolder(cacheFolder: string): string {
  return path.join(cacheFolder, 'rules-sets');
}

/** Where the files of the generation in use lie. */
export function currentFolder(folder: string, { name, current }: Pick<SetRecord, 'name' | 'current'>): string {
  return path.join(folder, name, current.folder);
}

/** What there is in a folder of sets. */
export interface Shelf {
  /** In the order of their names. */
  readonly sets: readonly SetRecord[];
  /** Why something that lies there is not used: sentences without a full stop. */
  readonly problems: readonly string[];
}

/** Reads what is known of all sets, and none of their files. A folder that is not there has none. */
export function readShelf(folder: string): Shelf {
  const stats = statsOf(folder);
  if (stats === undefined) return { sets: [], problems: [] };
  const reason = whyNotOwn(folder);
  if (reason !== undefined) return { sets: [], problems: [`no rules of ${folder} are used, because ${reason}`] };
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    return { sets: [], problems: [`${folder} cannot be read (${codeOf(error)})`] };
  }
  const sets: SetRecord[] = [];
  const problems: string[] = [];
  for (const name of names.filter(isSetName).sort(compareText)) {
    const below = path.join(folder, name);
    if (statsOf(path.join(below, RECORD)) === undefined) continue;
    const found = readSet(folder, name);
    if (typeof found === 'string') problems.push(found);
    else sets.push(found);
  }
  return { sets, problems };
}

/** @returns text: why it cannot be used */
function readSet(folder: string, name: string): SetRecord | string {
  const below = path.join(folder, name);
  const reason = whyNotOwn(below);
  if (reason !== undefined) return `the rules ${name} are not used, because ${reason} (${below})`;
  const file = path.join(below, RECORD);
  let text: string;
  try {
    if (statSync(file).size > MOST_RECORD) return `the rules ${name} are not used: ${file} is too large`;
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return `the rules ${name} cannot be read (${codeOf(error)})`;
  }
  const record = parseRecord(text, name);
  if (record === undefined) return `the rules ${name} are not used: ${file} is damaged, or of another version`;
  if (statsOf(currentFolder(folder, record))?.isDirectory() !== true) {
    return `the rules ${name} are not used: their files are gone. Fetch or import them again`;
  }
  return record;
}

/** A folder of sets that nobody else changes meanwhile. */
export class RuleStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** @returns undefined where there is none that can be used */
  find(name: string): SetRecord | undefined {
    if (statsOf(path.join(this.folder, name, RECORD)) === undefined) return undefined;
    const found = readSet(this.folder, name);
    return typeof found === 'string' ? undefined : found;
  }

  /** An empty folder for the next generation of a set, and its name. */
  begin(name: string): { readonly folder: string; readonly generation: string } {
    const below = path.join(this.folder, name);
    return writing(this.folder, () => {
      mkdirSync(below, { recursive: true, mode: 0o700 });
      const reason = whyNotOwn(below);
      if (reason !== undefined) {
        throw new UsageError('output.not-writable', `The rules ${name} cannot be kept in ${below}: ${reason}.`);
      }
      const record = this.find(name);
      this.#sweep(name, record);
      const last = Math.max(0, ...[record?.current, record?.previous].map((one) => Number(one?.folder.slice(1) ?? 0)));
      const generation = `g${(last + 1) % 1_000_000_000}`;
      mkdirSync(path.join(below, generation), { mode: 0o700 });
      return { folder: path.join(below, generation), generation };
    });
  }

  /** Gives up a generation that was begun. */
  discard(name: string, generation: string): void {
    rmSync(path.join(this.folder, name, generation), { recursive: true, force: true });
    if (this.find(name) === undefined && namesIn(path.join(this.folder, name)).length === 0) {
      rmSync(path.join(this.folder, name), { recursive: true, force: true });
    }
  }

  /** Makes a record the one that counts, whole or not at all, and drops generations that it does not name. */
  commit(record: SetRecord): void {
    const below = path.join(this.folder, record.name);
    const draft = path.join(below, `${RECORD}.${process.pid}`);
    writing(this.folder, () => {
      try {
        writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 });
        const descriptor = openSync(draft, 'r');
        try {
          fsyncSync(descriptor);
        } finally {
          closeSync(descriptor);
        }
        renameSync(draft, path.join(below, RECORD));
      } finally {
        rmSync(draft, { force: true });
      }
    });
    this.#sweep(record.name, record);
  }

  /** @returns false: there is none */
  remove(name: string): boolean {
    const below = path.join(this.folder, name);
    if (statsOf(below) === undefined) return false;
    return writing(this.folder, () => {
      // The record first: whoever is stopped in between has left none that names files which are gone.
      rmSync(path.join(below, RECORD), { force: true });
      rmSync(below, { recursive: true, force: true });
      return true;
    });
  }

  /** Removes what was left by processes that were killed, and generations that nobody uses any more. */
  #sweep(name: string, record: SetRecord | undefined): void {
    const below = path.join(this.folder, name);
    const kept = new Set([record?.current.folder, record?.previous?.folder]);
    for (const one of namesIn(below)) {
      const isStale = isGenerationName(one) ? !kept.has(one) : one.startsWith(`${RECORD}.`);
      if (isStale) rmSync(path.join(below, one), { recursive: true, force: true });
    }
  }
}

/**
 * Does something with a folder of sets while nobody else changes it; makes the folder where there is none.
 * @throws UsageError `output.not-writable`
 */
export async function withRuleStore<T>(
  folder: string,
  options: LockOptions,
  work: (store: RuleStore) => Promise<T>,
): Promise<T> {
  writing(folder, () => makeFolder(folder, 0o700));
  const reason = whyNotOwn(folder);
  if (reason !== undefined) {
    throw new UsageError('output.not-writable', `Rules cannot be kept in ${folder}: ${reason}.`);
  }
  const { DatabaseSync } = await loadSqlite();
  let lock: InstanceType<typeof DatabaseSync> | undefined;
  try {
    const opened = writing(folder, () => new DatabaseSync(path.join(folder, LOCK), { timeout: 0 }));
    lock = opened;
    await whenFree(() => opened.exec('BEGIN IMMEDIATE'), options).catch((error: unknown) => {
      throw isBusy(error)
        ? new UsageError('output.not-writable', `Another process changes the rules in ${folder}. Try again later.`)
        : explain(error, folder);
    });
    return await work(new RuleStore(folder));
  } finally {
    lock?.close();
  }
}

/** Does something that writes. @throws UsageError that says why it cannot be written */
export function writing<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(error, folder);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no room left',
  EDQUOT: 'there is no room left',
  EACCES: 'it is read-only for this user',
  EPERM: 'it is read-only for this user',
  EROFS: 'it is read-only',
  ENOTDIR: 'something on the way is no folder',
};

function explain(error: unknown, folder: string): unknown {
  if (error instanceof DrydockError || (error as Error).name === 'AbortError') return error;
  const sqlite = resultCode(error);
  const code = codeOf(error);
  if (sqlite === undefined && !/^E[A-Z]+$/.test(code)) return error;
  const reason = sqlite === undefined ? (reasons[code] ?? code) : 'its lock cannot be opened';
  return new UsageError(
    'output.not-writable',
    `Rules cannot be kept in ${folder}: ${reason}. Name another folder with --cache-dir.`,
    { cause: error },
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
}
