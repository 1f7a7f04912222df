import { type Database, guarded } from './sqlite.ts';

/** What a feed says of one name, as it is kept: `decodeEnrichment` reads it. Without `detail` it says nothing any more. */
export interface EnrichmentRow {
  readonly feed: string;
  readonly name: string;
  readonly detail?: string;
}

/** A block of EPSS scores, as it is kept: `decodeBlock` reads it. Without `data` there is none any more. */
export interface ScoreBlockRow {
  readonly feed: string;
  readonly block: number;
  readonly data?: Uint8Array;
}

export type KeptEnrichment = EnrichmentRow | ScoreBlockRow;

/** Rows read at a time: no statement stays open while others write. */
const PAGE = 1000;

const valid = (table: string) => `${table}.valid_from <= ?1 AND ifnull(${table}.valid_to, ?1 + 1) > ?1`;
const touched = (table: string) =>
  `((${table}.valid_from > ?2 AND ${table}.valid_from <= ?1) OR (${table}.valid_to > ?2 AND ${table}.valid_to <= ?1))`;

/** Rows that are current in generation ?1, after feed ?3 and name ?4. */
const CURRENT = `
  SELECT e.feed, e.name, e.detail FROM enrichment e
  WHERE (e.feed, e.name) > (?3, ?4) AND ?2 IS NULL AND ${valid('e')} ORDER BY e.feed, e.name LIMIT ${PAGE}`;

/** The same for names of which some row began or ended after generation ?2. */
const CHANGED = `
  SELECT k.feed, k.name, (
    SELECT e.detail FROM enrichment e WHERE e.feed = k.feed AND e.name = k.name AND ${valid('e')}
  ) FROM (
    SELECT DISTINCT c.feed, c.name FROM enrichment c
    WHERE (c.feed, c.name) > (?3, ?4) AND ${touched('c')} ORDER BY c.feed, c.name LIMIT ${PAGE}
  ) k ORDER BY 1, 2`;

const CURRENT_BLOCKS = `
  SELECT b.feed, b.block, b.data FROM score_block b
  WHERE (b.feed, b.block) > (?3, ?4) AND ?2 IS NULL AND ${valid('b')} ORDER BY b.feed, b.block LIMIT ${PAGE}`;

const CHANGED_BLOCKS = `
  SELECT k.feed, k.block, (
    SELECT b.data FROM score_block b WHERE b.feed = k.feed AND b.block = k.block AND ${valid('b')}
  ) FROM (
    SELECT DISTINCT c.feed, c.block FROM score_block c
    WHERE (c.feed, c.block) > (?3, ?4) AND ${touched('c')} ORDER BY c.feed, c.block LIMIT ${PAGE}
  ) k ORDER BY 1, 2`;

/**
 * Everything that enrichers say in a generation, or what differs from an earlier one, for whoever keeps it elsewhere.
 * @param earlier undefined: everything
 */
export function* enrichmentRows(
  database: Database,
  path: string,
  generation: number,
  earlier?: number,
): Generator<KeptEnrichment> {
  const feeds = guarded(path, () => feedNames(database));
  const rows = pages<string, string>(
    database,
    path,
    earlier === undefined ? CURRENT : CHANGED,
    [generation, earlier],
    '',
  );
  for (const [feed, name, detail] of rows) {
    yield { feed: feeds.get(feed)!, name, ...(detail !== null && { detail }) };
  }
  const sql = earlier === undefined ? CURRENT_BLOCKS : CHANGED_BLOCKS;
  for (const [feed, block, data] of pages<number, Uint8Array>(database, path, sql, [generation, earlier], -1)) {
    yield { feed: feeds.get(feed)!, block, ...(data !== null && { data }) };
  }
}

function feedNames(database: Database): ReadonlyMap<number, string> {
  const select = database.prepare('SELECT id, name FROM feed');
  select.setReturnArrays(true);
  return new Map(select.all() as unknown as (readonly [number, string])[]);
}

function* pages<Key extends string | number, Value>(
  database: Database,
  path: string,
  sql: string,
  [generation, earlier]: readonly [number, number | undefined],
  first: Key,
): Generator<readonly [feed: number, key: Key, value: Value | null]> {
  const select = database.prepare(sql);
  select.setReturnArrays(true);
  let [feed, key] = [0, first];
  for (;;) {
    const rows = guarded(
      path,
      () => select.all(generation, earlier ?? null, feed, key) as unknown as (readonly [number, Key, Value | null])[],
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    [feed, key] = [last[0], last[1]];
  }
}
