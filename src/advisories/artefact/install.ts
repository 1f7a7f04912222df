import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../../context.ts';
import { AdvisoriesError } from '../../errors.ts';
import { makeFolder } from '../../make-folder.ts';
import type { LockOptions } from '../lock.ts';
import { COMPANIONS, removeLeftovers, replaceDatabase } from '../replace.ts';
import { checkSchema, explainFolder, explainSqlite, loadSqlite } from '../sqlite.ts';
import { checkAdmission, type Leniency } from './admission.ts';
import { type ArtefactHead, openArtefact, readHead, type Trust } from './artefact-file.ts';
import { applyDelta } from './delta.ts';
import { explaining } from './explaining.ts';
import { type Installed, readProvenance, writeProvenance } from './installed.ts';
import { DATABASE_BYTES, type Manifest, refused } from './manifest.ts';
import { unpackPayload } from './payload.ts';
import { checkPages, checkTables } from './schema-check.ts';

export interface InstallOptions extends Leniency, LockOptions {
  /** The artefact. */
  readonly artefact: string;
  /** What messages call it; default: its path. */
  readonly called?: string;
  /** The database file: `databasePath()`. */
  readonly path: string;
  readonly trust: Trust;
  readonly now: Date;
  /** Bytes that the database may have. */
  readonly maximumBytes?: number;
  readonly progress?: Progress;
}

/** What came of it. `unchanged`: the database in use is that one already, or was made from it. */
export interface InstallSummary {
  readonly path: string;
  readonly status: 'installed' | 'unchanged';
  readonly manifest: Manifest;
  readonly key?: string;
}

const GiB = 1024 ** 3;
/** A delta is applied in memory. */
const DELTA_BYTES = GiB / 2;

/**
 * Puts the database of an artefact in place of the one in use, if the artefact is to be believed: its signature, its
 * age and its version are looked at before anything else of it. Whatever is wrong, the one in use stays.
 * @throws AdvisoriesError `advisories.refused`, with what is wrong, or `advisories.not-writable`
 */
export async function installAdvisories(options: InstallOptions): Promise<InstallSummary> {
  const { artefact, called = artefact } = options;
  let file: FileHandle;
  try {
    file = await openArtefact(artefact);
  } catch (error) {
    const reason = (error as Error).message;
    throw new AdvisoriesError('advisories.missing', `${called} cannot be read (${reason}).`, { cause: error });
  }
  try {
    return await explaining(called, options.path, async () => {
      const head = await readHead(file, options.trust);
      return (await admit(head, options)) ?? (await install(head, options));
    });
  } finally {
    await file.close();
  }
}

/**
 * Looks at an artefact of which no more than the head is there.
 * @returns what to say where nothing needs to be done; undefined where it is to be installed
 * @throws AdvisoriesError `advisories.refused`, without the name of the artefact
 */
export async function admit(
  { manifest, signedBy }: ArtefactHead,
  options: Omit<InstallOptions, 'artefact'>,
): Promise<InstallSummary | undefined> {
  const installed = await readProvenance(options.path);
  checkAdmission(manifest, signedBy?.id, installed, options.now, options);
  if (installed?.content !== manifest.content || installed.version !== manifest.version) return undefined;
  // One that was killed when its database was in place already had no time to clear up.
  clearUp(options.path);
  // The publisher found nothing new: what is in use may be believed for longer.
  if (Date.parse(manifest.expires) > Date.parse(installed.expires)) {
    const { created, expires } = manifest;
    await writeProvenance(options.path, { ...installed, created, expires });
  }
  const key = signedBy === undefined ? {} : { key: signedBy.id };
  return { path: options.path, status: 'unchanged', manifest, ...key };
}

async function install(head: ArtefactHead, options: InstallOptions): Promise<InstallSummary> {
  const { path: target, signal } = options;
  const { manifest, signedBy } = head;
  const key = signedBy === undefined ? {} : { key: signedBy.id };
  const fresh = `${target}.importing-${process.pid}`;
  clearUp(target);
  try {
    await prepare(head, fresh, options);
    signal?.throwIfAborted();
    await writeProvenance(fresh, installedOf(manifest, key));
    await replaceDatabase(fresh, target, options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      const words = `There is no room left to write the advisory database ${target}.`;
      throw new AdvisoriesError('advisories.not-writable', words, { cause: error });
    }
    throw explainSqlite(error, target);
  } finally {
    for (const suffix of ['', '-delta', ...COMPANIONS]) rmSync(`${fresh}${suffix}`, { force: true });
  }
  return { path: target, status: 'installed', manifest, ...key };
}

/** Makes the folder of the database, and removes what others left in it. */
function clearUp(target: string): void {
  try {
    makeFolder(path.dirname(path.resolve(target)));
    removeLeftovers(target, ['importing', 'building']);
  } catch (error) {
    throw explainFolder(error, target);
  }
}

function installedOf(manifest: Manifest, key: Pick<Installed, 'key'>): Installed {
  const { version, created, expires, content, generation } = manifest;
  return { version, created, expires, content, generation, ...key };
}

/** Makes the database that is to be in use, and checks that it is one. */
async function prepare(head: ArtefactHead, fresh: string, options: InstallOptions): Promise<void> {
  const { manifest, payloadAt, signedBy } = head;
  const { path: target, artefact, progress, maximumBytes = DATABASE_BYTES } = options;
  if (manifest.kind === 'whole') {
    await unpackPayload(artefact, payloadAt, manifest, fresh, { ...options, maximumBytes });
  } else {
    if (!existsSync(target)) throw refused('it is a delta, and there is no database that it could be applied to');
    const delta = `${fresh}-delta`;
    const bounds = { ...options, maximumBytes: Math.min(maximumBytes, DELTA_BYTES) };
    await unpackPayload(artefact, payloadAt, manifest, delta, bounds);
    progress?.report('applying the delta');
    await applyDelta(target, readFileSync(delta), fresh, manifest);
  }
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(fresh, { readOnly: true });
  try {
    checkSchema(database, artefact);
    await checkTables(database);
    if (signedBy === undefined) checkPages(database);
  } catch (error) {
    // In words about the artefact: the file is gone when somebody reads them.
    const explained = explainSqlite(error, artefact);
    if (explained instanceof AdvisoriesError && explained.code === 'advisories.unusable') {
      throw refused('its payload is no advisory database of Drydock', error);
    }
    throw explained;
  } finally {
    database.close();
  }
}
