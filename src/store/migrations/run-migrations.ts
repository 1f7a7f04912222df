import { setImmediate } from 'node:timers/promises';
import { DrydockError, StoreError } from '../../errors.ts';
import type { SqlWriter } from '../sql/connection.ts';
import type { Migration, MigrationProgress, MigrationWatch } from './migration.ts';

/** Milliseconds that one transaction works on parts: a service answers probes in between. */
const SLICE = 50;

/** In `key_value`: the number of the step that is under way, which of its fills, and the last id that is done. */
const PROGRESS = 'migration/progress';

/** Which of the fills of a step is under way, and the last id that is done. */
type Place = readonly [fill: number, id: number];

/** What the steps run on. */
interface MigratedDatabase {
  /** `The database FILE`, for messages. */
  readonly name: string;
  /** What to name instead, where it is of a newer version. */
  readonly another: string;
  /** A transaction that excludes others who bring the same database up to date. */
  write<T>(work: (sql: SqlWriter) => Promise<T>): Promise<T>;
  /** How many steps were done, or begun: the last one may still be filled. */
  version(sql: SqlWriter): Promise<number>;
  setVersion(sql: SqlWriter, version: number): Promise<void>;
}

/**
 * Brings a database up to date. What is quick is one transaction a step; what follows from rows that were there is done in parts,
 * and goes on where it was when the process ended. Several processes may do so at once: they share the parts.
 * @throws StoreError `store.unusable` if a newer version of Drydock changed it
 * @throws DrydockError `interrupted`
 */
export async function runMigrations(
  database: MigratedDatabase,
  steps: readonly Migration[],
  { signal, onProgress, slice = SLICE }: MigrationWatch = {},
): Promise<void> {
  for (let isDone = false; !isDone; ) {
    if (signal?.aborted === true) throw new DrydockError('interrupted', 'the service was stopped.');
    const { done, progress } = await database.write(async (sql) => await advance(sql, database, steps, slice));
    isDone = done;
    if (progress !== undefined) onProgress?.(progress);
    await setImmediate();
  }
}

interface Advance {
  /** Nothing is left to do. */
  readonly done: boolean;
  readonly progress?: MigrationProgress;
}

/**
 * A step counts as done once its statements are: what writes by the schema of before would change what its fills have counted
 * already, so that programs that do not know the step refuse the database while it is filled, too. What is left to fill stands
 * in `PROGRESS`, for whoever knows the step.
 */
async function advance(
  sql: SqlWriter,
  database: MigratedDatabase,
  steps: readonly Migration[],
  slice: number,
): Promise<Advance> {
  const version = await database.version(sql);
  if (version > steps.length) {
    throw new StoreError(
      'store.unusable',
      `${database.name} was changed by a newer version of Drydock (schema ${version}, known is ${steps.length}). Update Drydock, or name another ${database.another}.`,
    );
  }
  const under = version === 0 ? undefined : await readProgress(sql, version);
  if (under === undefined) {
    const next = steps[version];
    if (next === undefined) return { done: true };
    // Before its statements: those who write wait for nothing that waits for them.
    await database.setVersion(sql, version + 1);
    for (const statement of next.statements(sql.dialect)) await sql.run(statement);
  }
  const number = under === undefined ? version + 1 : version;
  const progress = await fillUp(sql, steps[number - 1]!, number, under, slice);
  if (progress !== undefined) return { done: false, progress };
  return { done: number === steps.length };
}

/** @returns how far it is; undefined: the step is filled */
async function fillUp(
  sql: SqlWriter,
  { fills = [], title }: Migration,
  number: number,
  known: Place | undefined,
  slice: number,
): Promise<MigrationProgress | undefined> {
  let [at, position] = known ?? [0, 0];
  const until = performance.now() + slice;
  for (let fill = fills[at]; fill !== undefined; fill = fills[at]) {
    const part = await sql.get<{ readonly last: number | null }>(
      `SELECT max(id) AS last FROM (SELECT id FROM ${fill.table} WHERE id > $1 ORDER BY id LIMIT $2) AS part`,
      [position, fill.rows],
    );
    const last = part?.last ?? undefined;
    if (last === undefined) {
      [at, position] = [at + 1, 0];
      continue;
    }
    for (const statement of fill.statements(sql.dialect)) await sql.run(statement, [position, last]);
    position = last;
    if (performance.now() < until) continue;
    const end = await sql.get<{ readonly total: number }>(`SELECT max(id) AS total FROM ${fill.table}`);
    await sql.run(
      'INSERT INTO key_value (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      [PROGRESS, JSON.stringify([number, at, position])],
    );
    return { title, what: fill.what, done: position, total: end!.total };
  }
  if (known !== undefined) await sql.run('DELETE FROM key_value WHERE key = $1', [PROGRESS]);
  return undefined;
}

async function readProgress(sql: SqlWriter, number: number): Promise<Place | undefined> {
  const row = await sql.get<{ readonly value: string }>('SELECT value FROM key_value WHERE key = $1', [PROGRESS]);
  if (row === undefined) return undefined;
  const [step, fill, id] = JSON.parse(row.value) as [number, number, number];
  return step === number ? [fill, id] : undefined;
}
