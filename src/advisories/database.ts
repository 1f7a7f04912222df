import { AdvisoriesError } from '../errors.ts';
import type { AdvisoryKey, AdvisorySource, AdvisoryStatus, Namespace } from '../model/advisory.ts';
import { EnrichmentReader } from './enrichment-reader.ts';
import { enrichmentRows, type KeptEnrichment } from './enrichment-rows.ts';
import { HISTORY_FROM } from './history.ts';
import { HitReader, type HitRow } from './hits.ts';
import { type ChangedRecord, type FeedRecord, RecordReader } from './records.ts';
import { type Database, guarded, openForReading } from './sqlite.ts';

/** What happened to one record between two generations. */
export interface AdvisoryChange {
  readonly feed: string;
  readonly key: string;
  readonly id: string;
  readonly change: 'added' | 'changed' | 'removed';
}

/**
 * The advisory database, open for reading. What it answers is one generation, whatever is written meanwhile. The
 * advisory of a hit is read when it is first looked at: that has to happen before `close`.
 */
export interface AdvisoryDatabase extends AdvisorySource {
  /** Records that differ between an earlier generation and the one that is open. */
  changesSince(generation: number): readonly AdvisoryChange[];
  /** All records, whole, in no order that means anything; few are in memory at a time. */
  records(): Iterable<FeedRecord>;
  /** What became of the records that differ from an earlier generation, whole. */
  recordsSince(generation: number): Iterable<ChangedRecord>;
  /** Everything that enrichers say, or what differs from an earlier generation, as it is kept; a part in memory at a time. */
  enrichments(earlier?: number): Iterable<KeptEnrichment>;
  /**
   * Tells a generation (default: the one that is open) of this database from one of another file, so that a copy knows
   * whether `recordsSince` brings it up to date. Undefined where that generation cannot be asked any more.
   */
  mark(generation?: number): string | undefined;
  close(): void;
}

export interface OpenOptions {
  /**
   * Answers as the database would have at that moment. Of a moment before the first that is kept it knows nothing:
   * `requireHistory` makes that an error.
   */
  readonly asOf?: Date;
  readonly requireHistory?: boolean;
  /** The data is the starter set. */
  readonly starter?: boolean;
}

/** A row is valid in generation ?2, or in the last one in which its publisher still had the namespace. */
const VALID = `a.valid_from <= min(?2, ifnull(z.generation, ?2))
    AND ifnull(a.valid_to, ?2 + 1) > min(?2, ifnull(z.generation, ?2))`;

/** The order of the joins is the order of the loops: one search in each table for each key. */
export const LOOK_UP = `
  SELECT k.key, a.feed, a.kind, a.state, a.fixed, a.extra, a.advisory
  FROM json_each(?1) k
  CROSS JOIN namespace n ON n.name = k.value ->> 0
  CROSS JOIN package p ON p.name = k.value ->> 1
  CROSS JOIN affected a ON a.namespace = n.id AND a.package = p.id
  LEFT JOIN frozen z ON z.feed = a.feed AND z.namespace = a.namespace
  WHERE ${VALID}`;

const BY_ID = `
  SELECT a.feed, n.name, p.name, a.kind, a.state, a.fixed, a.extra, a.advisory
  FROM identifier i
  CROSS JOIN affected a ON a.advisory = i.advisory
  CROSS JOIN namespace n ON n.id = a.namespace
  CROSS JOIN package p ON p.id = a.package
  CROSS JOIN advisory d ON d.id = a.advisory
  CROSS JOIN feed f ON f.id = a.feed
  LEFT JOIN frozen z ON z.feed = a.feed AND z.namespace = a.namespace
  WHERE i.name = ?1 AND ${VALID}
  ORDER BY f.name, d.key, n.name, p.name, a.position`;

const HAS_NAMESPACE = `
  SELECT 1 FROM namespace n
  CROSS JOIN affected a ON a.namespace = n.id
  LEFT JOIN frozen z ON z.feed = a.feed AND z.namespace = a.namespace
  WHERE n.name = ?1 AND ${VALID} LIMIT 1`;

/** Rows that begin or end between the generations ?1 and ?2; what came and went in between is no change. */
const CHANGES = `
  SELECT f.name, d.key, max(d.name),
    max(d.valid_from <= ?1 AND ifnull(d.valid_to, ?2 + 1) > ?1) AS before,
    max(d.valid_from <= ?2 AND ifnull(d.valid_to, ?2 + 1) > ?2) AS after
  FROM advisory d CROSS JOIN feed f ON f.id = d.feed
  WHERE (d.valid_from > ?1 AND d.valid_from <= ?2) OR (d.valid_to > ?1 AND d.valid_to <= ?2)
  GROUP BY d.feed, d.key HAVING before OR after ORDER BY f.name, d.key`;

type LookUpRow = readonly [
  key: number,
  feed: number,
  kind: number,
  state: number,
  fixed: string | null,
  extra: string | null,
  advisory: number,
];

/**
 * Opens the advisory database to ask it.
 * @throws AdvisoriesError `advisories.missing` if there is none, `advisories.unusable` if it is damaged or another version wrote it
 */
export async function openAdvisories(path: string, options: OpenOptions = {}): Promise<AdvisoryDatabase> {
  const database = await openForReading(path);
  try {
    return guarded(path, () => readDatabase(database, path, options));
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Answers from a database that is open already; `path` is for messages. */
export function readDatabase(database: Database, path: string, options: OpenOptions = {}): AdvisoryDatabase {
  const generation = pickGeneration(database, options.asOf);
  if (generation.id === 0 && options.requireHistory === true) throw beforeHistory(database, path, options.asOf);
  const prepare = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  const lookUp = prepare(LOOK_UP);
  const byId = prepare(BY_ID);
  const hasNamespace = prepare(HAS_NAMESPACE);

  const reader = new HitReader(database, path);
  const enrichments = new EnrichmentReader(database, path, generation.id);

  return {
    lookUp(keys) {
      return guarded(path, () => {
        const asked = JSON.stringify(keys.map((key: AdvisoryKey) => [key.namespace, key.package]));
        const rows: HitRow[][] = keys.map(() => []);
        for (const row of lookUp.all(asked, generation.id) as unknown as LookUpRow[]) {
          const [index, feed, kind, state, fixed, extra, advisory] = row;
          const key = keys[index] as AdvisoryKey;
          rows[index]?.push([feed, key.namespace, key.package, kind, state, fixed, extra, advisory]);
        }
        return rows.map((own) => reader.hits(own));
      });
    },
    byId(id) {
      return guarded(path, () => reader.hits(byId.all(id, generation.id) as unknown as HitRow[]));
    },
    hasNamespace(namespace: Namespace) {
      return guarded(path, () => hasNamespace.get(namespace, generation.id) !== undefined);
    },
    enrich: (names) => guarded(path, () => enrichments.read(names)),
    status: () => guarded(path, () => readStatus(database, generation, options)),
    changesSince(earlier) {
      return guarded(path, () => {
        const rows = prepare(CHANGES).all(earlier, generation.id) as unknown as readonly [
          string,
          string,
          string,
          number,
          number,
        ][];
        return rows.map(([feed, key, id, before, after]) => ({
          feed,
          key,
          id,
          change: before === 0 ? 'added' : after === 0 ? 'removed' : 'changed',
        }));
      });
    },
    records: () => new RecordReader(database, path, generation.id).all(),
    recordsSince: (earlier) => new RecordReader(database, path, generation.id).since(earlier),
    enrichments: (earlier) => enrichmentRows(database, path, generation.id, earlier),
    mark: (asked) => new RecordReader(database, path, generation.id).mark(asked),
    close: () => database.close(),
  };
}

interface Generation {
  /** 0 before the first. */
  readonly id: number;
  readonly builtAt?: string;
}

function pickGeneration(database: Database, asOf: Date | undefined): Generation {
  // Behind every moment, also one of a clock that is far ahead.
  const limit = asOf?.toISOString() ?? '~';
  const statement = database.prepare(
    'SELECT id, built_at FROM generation WHERE built_at <= ? ORDER BY id DESC LIMIT 1',
  );
  statement.setReturnArrays(true);
  const row = statement.get(limit) as unknown as readonly [number, string] | undefined;
  // Before the first generation, or the first that is still known, nothing can be said.
  if (row === undefined || row[0] < historyStart(database)) return { id: 0 };
  return { id: row[0], builtAt: row[1] };
}

/** Why a moment cannot be asked, with the first that can. */
function beforeHistory(database: Database, path: string, asOf: Date | undefined): AdvisoriesError {
  const statement = database.prepare('SELECT built_at FROM generation WHERE id >= ? ORDER BY id LIMIT 1');
  statement.setReturnArrays(true);
  const row = statement.get(historyStart(database)) as unknown as readonly [string] | undefined;
  const kept = row === undefined ? 'It has no data at all' : `The first moment that it can answer for is ${row[0]}`;
  const asked = asOf?.toISOString() ?? 'now';
  return new AdvisoriesError('advisories.missing', `The advisory database ${path} knows nothing of ${asked}. ${kept}.`);
}

function historyStart(database: Database): number {
  const statement = database.prepare('SELECT value FROM meta WHERE name = ?');
  statement.setReturnArrays(true);
  const row = statement.get(HISTORY_FROM) as unknown as readonly [string] | undefined;
  return row === undefined ? 0 : Number(row[0]);
}

function readStatus(
  database: Database,
  generation: Generation,
  { starter = false, asOf }: OpenOptions,
): AdvisoryStatus {
  const statement = database.prepare(
    'SELECT name, updated_at, records, failed_at, failure, enriches, id FROM feed WHERE updated_at IS NOT NULL OR failure IS NOT NULL ORDER BY name',
  );
  statement.setReturnArrays(true);
  type FeedRow = readonly [string, string | null, number, string | null, string | null, number, number];
  const past = asOf === undefined ? undefined : recordsAt(database, generation);
  const feeds = (statement.all() as unknown as FeedRow[])
    // Those of which nothing was known then came later.
    .filter(([, , , , , kind, id]) => past === undefined || kind === 2 || past.has(id))
    .map(([name, updatedAt, records, failedAt, failure, kind, id]) => ({
      name,
      records: past?.get(id) ?? records,
      ...(kind === 2 && { enriches: true }),
      // What is remembered is the last update only, which is none of that day.
      ...(updatedAt !== null && !starter && { updatedAt: past === undefined ? updatedAt : generation.builtAt! }),
      ...(failedAt !== null &&
        failure !== null &&
        past === undefined && { failure: { at: failedAt, message: failure } }),
    }));
  return {
    feeds,
    starter,
    ...(!starter && generation.id > 0 && { generation: generation.id }),
    ...(!starter && generation.builtAt !== undefined && { builtAt: generation.builtAt }),
  };
}

/** Records of each feed that were current in a generation. */
function recordsAt(database: Database, { id }: Generation): ReadonlyMap<number, number> {
  const statement = database.prepare(
    'SELECT feed, count(*) FROM advisory WHERE valid_from <= ?1 AND ifnull(valid_to, ?1 + 1) > ?1 GROUP BY feed',
  );
  statement.setReturnArrays(true);
  return new Map(statement.all(id) as unknown as (readonly [number, number])[]);
}
