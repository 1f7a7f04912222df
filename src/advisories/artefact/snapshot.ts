import { renameSync, rmSync } from 'node:fs';
import { AdvisoriesError } from '../../errors.ts';
import { type Database, guarded, loadSqlite, openForReading } from '../sqlite.ts';
import { ARTEFACT, contentDigest } from './content-digest.ts';
import type { ManifestFeed } from './manifest.ts';

/** What a database says of itself. */
export interface About {
  /** The second in which feeds were read last: it grows with every update. */
  readonly version: number;
  readonly generation: number;
  readonly builtAt: string;
  readonly content: string;
  readonly feeds: readonly ManifestFeed[];
}

/** Copies a database as it is now, whoever reads or writes it meanwhile. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  rmSync(to, { force: true });
  const source = await openForReading(from);
  try {
    guarded(from, () => {
      source.prepare('VACUUM INTO ?').run(to);
    });
  } finally {
    source.close();
  }
}

/**
 * A copy whose bytes depend on what the database says alone: its rows in the order of their keys, no free pages, and
 * nothing of where it came from.
 * @throws AdvisoriesError `advisories.missing` if it has no data
 */
export async function takeSnapshot(file: string, to: string): Promise<About> {
  await copyDatabase(file, to);
  const { DatabaseSync } = await loadSqlite();
  let database = new DatabaseSync(to, { returnArrays: true });
  try {
    const { changes } = database.prepare('DELETE FROM meta WHERE name = ?').run(ARTEFACT);
    if (changes !== 0) {
      // A copy again, since what is deleted leaves its bytes behind.
      const again = `${to}.again`;
      database.prepare('VACUUM INTO ?').run(again);
      database.close();
      renameSync(again, to);
      database = new DatabaseSync(to, { returnArrays: true });
    }
    // Every copy counts one more, however often its original was copied.
    database.enableDefensive(false);
    database.exec('PRAGMA schema_version = 1');
    return describe(database, file);
  } finally {
    database.close();
  }
}

function describe(database: Database, file: string): About {
  const newest = database.prepare('SELECT id, built_at FROM generation ORDER BY id DESC LIMIT 1').get();
  if (newest === undefined) {
    throw new AdvisoriesError(
      'advisories.missing',
      `The advisory database ${file} is empty: there is nothing to hand on.`,
    );
  }
  const [generation, builtAt] = newest as unknown as readonly [number, string];
  const rows = database.prepare(
    'SELECT name, records, updated_at FROM feed WHERE updated_at IS NOT NULL ORDER BY name',
  );
  const feeds = (rows.all() as unknown as (readonly [string, number, string])[]).map(([name, records, updatedAt]) => ({
    name,
    records,
    updatedAt,
  }));
  return { version: versionOf(database), generation, builtAt, content: contentDigest(database), feeds };
}

/** The version of a database, also of one that was exported before. */
export function versionOf(database: Database): number {
  const row = database
    .prepare('SELECT max(at) FROM (SELECT max(built_at) AS at FROM generation UNION SELECT max(updated_at) FROM feed)')
    .get();
  const [at] = row as unknown as readonly [string | null];
  return at === null ? 0 : Math.floor(Date.parse(at) / 1000);
}
