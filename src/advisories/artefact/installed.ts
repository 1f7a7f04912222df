import { statSync } from 'node:fs';
import { AdvisoriesError } from '../../errors.ts';
import { checkSchema, type Database, guarded, loadSqlite, openForReading } from '../sqlite.ts';
import { ARTEFACT } from './content-digest.ts';

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

/** Where a database comes from. */
export interface Provenance extends Installed {
  /** Feeds were read into it since: it says more than the artefact did. */
  readonly updatedSince: boolean;
}

/**
 * What a database was taken from.
 * @returns undefined: from no artefact, or there is none, or it cannot be used
 */
export async function readProvenance(file: string): Promise<Provenance | undefined> {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined;
  try {
    const database = await openForReading(file);
    try {
      return guarded(file, () => provenanceOf(database));
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof AdvisoriesError) return undefined;
    throw error;
  }
}

function provenanceOf(database: Database): Provenance | undefined {
  const row = database.prepare('SELECT value FROM meta WHERE name = ?').get(ARTEFACT);
  if (row === undefined) return undefined;
  const [text] = row as unknown as readonly [string];
  const newest = database.prepare('SELECT ifnull(max(id), 0) FROM generation').get();
  const [generation] = newest as unknown as readonly [number];
  const installed = parse(text);
  return installed === undefined ? undefined : { ...installed, updatedSince: installed.generation !== generation };
}

/** The row may have been written by anybody who could write the file. */
function parse(text: string): Installed | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, created, expires, content, generation, key } = value as Record<string, unknown>;
  const isNumber = (one: unknown): one is number => Number.isSafeInteger(one);
  const isMoment = (one: unknown): one is string => typeof one === 'string' && !Number.isNaN(Date.parse(one));
  if (!isNumber(version) || !isNumber(generation) || !isMoment(created) || !isMoment(expires)) return undefined;
  if (typeof content !== 'string') return undefined;
  return { version, created, expires, content, generation, ...(typeof key === 'string' && { key }) };
}

/** Has a database remember what it was taken from. */
export async function writeProvenance(file: string, installed: Installed): Promise<void> {
  const { DatabaseSync } = await loadSqlite();
  const database = guarded(file, () => new DatabaseSync(file, { timeout: 5000, returnArrays: true }));
  try {
    checkSchema(database, file);
    const { version, created, expires, content, generation, key } = installed;
    const text = JSON.stringify({ version, created, expires, content, generation, key });
    const insert =
      'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value';
    guarded(file, () => database.prepare(insert).run(ARTEFACT, text));
  } finally {
    database.close();
  }
}
