import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { makeFolder } from '../../make-folder.ts';
import type { RuleOrigin } from './compile-rules.ts';
import type { YaraLoss } from './yara-rules.ts';

/** What is kept of a compiled set, its units aside. */
export interface CacheIndex {
  readonly origins: ReadonlyMap<string, RuleOrigin>;
  readonly lost: number;
  readonly losses: readonly YaraLoss[];
}

export interface CachedUnit {
  readonly starts?: readonly string[];
  readonly notPrograms?: readonly string[];
  /** @returns undefined: they are not there any more, or not as they were written */
  read(): Uint8Array | undefined;
}

export interface CachedSet extends CacheIndex {
  readonly units: readonly CachedUnit[];
}

interface StoredUnit {
  readonly starts?: readonly string[];
  readonly notPrograms?: readonly string[];
  readonly at: number;
  readonly length: number;
  readonly sha256: string;
}

interface StoredIndex {
  readonly units: readonly StoredUnit[];
  readonly files: readonly string[];
  /** Name in the units, name in the file or 0 if it is the same, index of the file. */
  readonly rules: readonly (readonly [string, string | 0, number])[];
  readonly lost: number;
  readonly losses: readonly YaraLoss[];
}

const MAGIC = 'drydock-yara 1';
/** `MAGIC KEY LENGTH SHA256\n`: of the index, which follows; units come behind it. */
const HEADER = new RegExp(`^${MAGIC} ([0-9a-f]{64}) (\\d{1,9}) ([0-9a-f]{64})\n`);
const HEADER_BYTES = MAGIC.length + 1 + 64 + 1 + 9 + 1 + 64 + 1;
const NAME = /^yara-[0-9a-f]{64}\.bin$/;
/** Sets that are kept: the youngest. */
const MOST_SETS = 32;

/**
 * Takes up what was compiled before. Compiled rules are code, so only files of this user that nobody else may write are
 * read, and only if they are as they were written.
 * @param key hex; everything that decides what is compiled
 */
export function readCache(folder: string, key: string): CachedSet | undefined {
  const file = fileOf(folder, key);
  const head = readPart(file, 0, HEADER_BYTES);
  const header = head && HEADER.exec(head.toString('latin1'));
  if (head === undefined || !header || header[1] !== key) return undefined;
  const { 0: from, 1: length } = [header[0].length, Number(header[2])];
  const bytes = readPart(file, from, length);
  if (bytes === undefined || sha256(bytes) !== header[3]) return undefined;
  const index = JSON.parse(bytes.toString()) as StoredIndex;
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Then it is dropped earlier than others.
  }
  return {
    lost: index.lost,
    losses: index.losses,
    origins: new Map(
      index.rules.map(([name, rule, at]) => [
        name,
        { rule: rule === 0 ? name : rule, file: index.files[at] as string },
      ]),
    ),
    units: index.units.map(({ at, length: size, sha256: digest, ...unit }) => ({
      ...unit,
      read: () => {
        const part = readPart(file, from + length + at, size);
        return part === undefined || sha256(part) !== digest ? undefined : part;
      },
    })),
  };
}

/** Keeps what was compiled, if the folder lets it be kept: a scan does not fail for it. */
export function writeCache(
  folder: string,
  key: string,
  { origins, lost, losses }: CacheIndex,
  units: readonly (Omit<CachedUnit, 'read'> & { readonly bytes: Uint8Array })[],
): void {
  let at = 0;
  const placed = units.map(({ bytes, ...rest }) => {
    const unit = { ...rest, at, length: bytes.length, sha256: sha256(bytes) };
    at += bytes.length;
    return unit;
  });
  const files = [...new Set([...origins.values()].map(({ file }) => file))];
  const places = new Map(files.map((file, place) => [file, place]));
  const rules: StoredIndex['rules'] = [...origins].map(([name, { rule, file }]) => [
    name,
    rule === name ? 0 : rule,
    places.get(file) as number,
  ]);
  const index = Buffer.from(JSON.stringify({ units: placed, files, rules, lost, losses } satisfies StoredIndex));
  const header = Buffer.from(`${MAGIC} ${key} ${index.length} ${sha256(index)}\n`);
  const file = fileOf(folder, key);
  const draft = `${file}.${process.pid}.${threadId}.part`;
  try {
    makeFolder(folder, 0o700);
    writeFileSync(draft, Buffer.concat([header, index, ...units.map(({ bytes }) => bytes)]), {
      mode: 0o600,
      flag: 'wx',
    });
    renameSync(draft, file);
    dropOldest(folder);
  } catch {
    removeFile(draft);
  }
}

function fileOf(folder: string, key: string): string {
  return path.join(folder, `yara-${key}.bin`);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @returns undefined: the file is not there, not ours or too short */
function readPart(file: string, at: number, length: number): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const stat = fstatSync(descriptor);
    const isOurs = process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o022) === 0);
    if (!stat.isFile() || !isOurs || stat.size < at) return undefined;
    const bytes = Buffer.alloc(Math.min(length, stat.size - at));
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(descriptor, bytes, done, bytes.length - done, at + done);
      if (count === 0) return undefined;
      done += count;
    }
    return bytes;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function removeFile(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It cannot be there, or nobody can help it.
  }
}

function dropOldest(folder: string): void {
  const kept = readdirSync(folder)
    .filter((name) => NAME.test(name))
    .map((name) => ({ name, time: statSync(path.join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.time - a.time);
  for (const { name } of kept.slice(MOST_SETS)) rmSync(path.join(folder, name), { force: true });
}
