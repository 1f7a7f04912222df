import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdDecompress } from 'node:zlib';
import { noProgress, type Progress } from '../../context.ts';
import { AdvisoriesError } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import { SCHEMA_VERSION } from '../schema.ts';
import { checkSchema, explainFolder, explainSqlite, loadSqlite, openForReading } from '../sqlite.ts';
import { type ArtefactHead, openArtefact, readHead, type Trust } from './artefact-file.ts';
import { ARTEFACT } from './content-digest.ts';
import { applyDelta } from './delta.ts';
import { type Manifest, refused } from './manifest.ts';

/** What a database remembers of the artefact that it was taken from. */
export interface Installed {
  readonly version: number;
  readonly created: string;
  readonly expires: string;
  readonly content: string;
  readonly generation: number;
  /** Short name of the key; absent: nobody signed it. */
  readonly key?: string;
}

export interface InstallOptions {
  /** The artefact. */
  readonly artefact: string;
  /** The database file: `databasePath()`. */
  readonly path: string;
  readonly trust: Trust;
  readonly now: Date;
  /** Takes one that is older than the database in use: somebody wants to go back. */
  readonly allowOlder?: boolean;
  /** Takes one after whose day nobody should believe that it is the newest. */
  readonly allowExpired?: boolean;
  /** Bytes that the database may have. */
  readonly maximumBytes?: number;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** What came of it. `unchanged`: the database in use is that one already. */
export interface InstallSummary {
  readonly path: string;
  readonly status: 'installed' | 'unchanged';
  readonly manifest: Manifest;
  readonly key?: string;
}

const DEFAULT_MAXIMUM = 16 * 1024 ** 3;
/** 128 MiB (`zstd --long=27`). */
const WINDOW_LOG = 27;

/**
 * Puts the database of an artefact in place of the one in use, if the artefact is to be believed: its signature, its
 * age and its version are looked at before anything else of it. Whatever is wrong, the one in use stays.
 * @throws AdvisoriesError `advisories.refused`, with what is wrong, or `advisories.not-writable`
 */
export async function installAdvisories(options: InstallOptions): Promise<InstallSummary> {
  const { artefact } = options;
  let file: FileHandle;
  try {
    file = await openArtefact(artefact);
  } catch (error) {
    throw new AdvisoriesError('advisories.missing', `${artefact} cannot be read (${(error as Error).message}).`, {
      cause: error,
    });
  }
  try {
    const head = await readHead(file, options.trust);
    const installed = await readInstalled(options.path);
    const { manifest, signedBy } = head;
    const who = signedBy === undefined ? {} : { key: signedBy.id };
    checkAge(manifest, installed, signedBy?.id, options);
    if (installed !== undefined && installed.content === manifest.content && installed.version === manifest.version) {
      return { path: options.path, status: 'unchanged', manifest, ...who };
    }
    await replaceBy(head, options);
    return { path: options.path, status: 'installed', manifest, ...who };
  } catch (error) {
    if (error instanceof AdvisoriesError && error.code === 'advisories.refused') {
      const stays = existsSync(options.path) ? ' The database in use stays.' : '';
      throw new AdvisoriesError('advisories.refused', `${artefact} was refused: ${error.message}.${stays}`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    await file.close();
  }
}

/** What the database in use was taken from; undefined: from no artefact, or there is none. */
export async function readInstalled(file: string): Promise<Installed | undefined> {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined;
  let text: string | undefined;
  let generation: number;
  try {
    const database = await openForReading(file);
    try {
      const row = database.prepare('SELECT value FROM meta WHERE name = ?').get(ARTEFACT);
      [text] = (row ?? []) as unknown as readonly (string | undefined)[];
      [generation] = database.prepare('SELECT ifnull(max(id), 0) FROM generation').get() as unknown as readonly [
        number,
      ];
    } finally {
      database.close();
    }
  } catch (error) {
    // One that cannot be used may be replaced by anything.
    if (error instanceof AdvisoriesError) return undefined;
    throw error;
  }
  if (text === undefined) return undefined;
  const installed = JSON.parse(text) as Installed;
  // Updated since from the feeds: it is newer than the artefact was, and says something else.
  return installed.generation === generation ? installed : { ...installed, content: '' };
}

function checkAge(
  manifest: Manifest,
  installed: Installed | undefined,
  key: string | undefined,
  { now, allowOlder = false, allowExpired = false }: InstallOptions,
): void {
  if (manifest.schema !== SCHEMA_VERSION) {
    const advice = manifest.schema > SCHEMA_VERSION ? 'Update Drydock' : 'Ask its publisher for a newer one';
    throw refused(`its tables are of version ${manifest.schema}, and ${SCHEMA_VERSION} is needed. ${advice}`);
  }
  const time = now.getTime();
  if (Date.parse(manifest.expires) <= time && !allowExpired) {
    throw refused(`it was to be believed until ${manifest.expires}, and there should be a newer one (--allow-expired)`);
  }
  if (Date.parse(manifest.created) > time + 24 * 60 * 60 * 1000) {
    throw refused(`it says it was made on ${manifest.created}, which is to come: a clock is wrong`);
  }
  if (installed === undefined || allowOlder) return;
  if (installed.key !== undefined && key === undefined) {
    throw refused(`the database in use is signed by ${installed.key}, and it is not signed (--force)`);
  }
  if (manifest.version < installed.version) {
    throw refused(`its version ${manifest.version} is older than ${installed.version}, which is in use (--force)`);
  }
}

async function replaceBy({ manifest, signedBy, payloadAt }: ArtefactHead, options: InstallOptions): Promise<void> {
  const { path: target } = options;
  const fresh = `${target}.importing-${process.pid}`;
  try {
    makeFolder(path.dirname(path.resolve(target)));
    removeLeftovers(target);
  } catch (error) {
    throw explainFolder(error, target);
  }
  const unpacked = manifest.kind === 'delta' ? `${fresh}-delta` : fresh;
  try {
    await unpack(manifest, payloadAt, unpacked, options);
    if (manifest.kind === 'delta') {
      if (!existsSync(target)) throw refused('it is a delta, and there is no database that it could be applied to');
      options.progress?.report('applying the delta');
      await applyDelta(target, readFileSync(unpacked), fresh, manifest);
    }
    await markInstalled(fresh, {
      version: manifest.version,
      created: manifest.created,
      expires: manifest.expires,
      content: manifest.content,
      generation: manifest.generation,
      ...(signedBy !== undefined && { key: signedBy.id }),
    });
    options.signal?.throwIfAborted();
    renameSync(fresh, target);
    // The log of the old file, if an update of it was killed, must not be taken for one of the new.
    for (const suffix of ['-wal', '-shm']) rmSync(`${target}${suffix}`, { force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      const words = `There is no room left to write the advisory database ${target}.`;
      throw new AdvisoriesError('advisories.not-writable', words, { cause: error });
    }
    throw explainSqlite(error, target);
  } finally {
    for (const suffix of ['', '-delta', '-wal', '-shm', '-journal']) rmSync(`${fresh}${suffix}`, { force: true });
  }
}

/** Decompresses the payload into a file, within what the manifest and the limit allow, and checks that it is the one. */
async function unpack(manifest: Manifest, payloadAt: number, target: string, options: InstallOptions): Promise<void> {
  const { digest, size, uncompressed } = manifest.payload;
  const { artefact, maximumBytes = DEFAULT_MAXIMUM, progress = noProgress, signal } = options;
  if (uncompressed > maximumBytes)
    throw refused(`its database has ${uncompressed} bytes, and ${maximumBytes} are allowed`);
  if (statSync(artefact).size !== payloadAt + size) throw refused('it has more or fewer bytes than it says');
  const hash = createHash('sha256');
  const source = createReadStream(artefact, { start: payloadAt, highWaterMark: 1024 * 1024 });
  const hashed = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  let written = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      written += chunk.length;
      progress.report('unpacking the advisory database', written, uncompressed, 'bytes');
      if (written > uncompressed) done(refused('its payload is larger than it says'));
      else done(null, chunk);
    },
  });
  const zstd = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } });
  try {
    await pipeline(source, hashed, zstd, bounded, createWriteStream(target), signal === undefined ? {} : { signal });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof AdvisoriesError || signal?.aborted === true || code?.startsWith('E') === true) {
      if (code === undefined || !code.startsWith('ERR_ZSTD')) throw error;
    }
    throw refused(`its payload is damaged (${(error as Error).message})`, error);
  }
  if (hash.digest('hex') !== digest || written !== uncompressed)
    throw refused('its payload is not the one that was signed');
}

async function markInstalled(file: string, installed: Installed): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(file, { returnArrays: true });
  try {
    checkSchema(database, file);
    const insert =
      'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value';
    database.prepare(insert).run(ARTEFACT, JSON.stringify(installed));
  } finally {
    database.close();
  }
  // It takes the place of the old one only when it is on the disk whole.
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes what processes that were killed left beside the database. */
function removeLeftovers(target: string): void {
  const folder = path.dirname(target);
  const start = `${path.basename(target)}.`;
  for (const name of readdirSync(folder)) {
    const found = name.startsWith(start) ? /^(?:importing|building)-(\d{1,10})/.exec(name.slice(start.length)) : null;
    if (found !== null && !isAlive(Number(found[1]))) rmSync(path.join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
