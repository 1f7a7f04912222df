import { hash } from 'node:crypto';
import type { Advisory, Affected } from '../model/advisory.ts';
import { decodeAdvisory, decodeAffected } from './encoding.ts';
import { HISTORY_FROM } from './history.ts';
import { type Database, guarded } from './sqlite.ts';

/** A record of a feed with all its entries, those of namespaces that its publisher gave up included. */
export interface FeedRecord {
  readonly feed: string;
  readonly advisory: Advisory;
}

/** A record that differs between two generations; without `advisory` it is gone. */
export interface ChangedRecord {
  readonly feed: string;
  readonly key: string;
  readonly advisory?: Advisory;
}

/** Records read at a time. */
const PAGE = 1000;

const DETAILS = 'd.id, f.name AS feed, d.key, d.name, d.severity, d.detail';

/** Records that are current in generation ?1, page by page: no statement stays open while others write. */
const CURRENT = `
  SELECT ${DETAILS} FROM advisory d CROSS JOIN feed f ON f.id = d.feed
  WHERE d.id > ?2 AND d.valid_from <= ?1 AND ifnull(d.valid_to, ?1 + 1) > ?1 ORDER BY d.id LIMIT ${PAGE}`;

/** Entries of records, in the order of records. */
const ENTRIES = `
  SELECT k.value, a.namespace, a.package, a.kind, a.state, a.fixed, a.extra
  FROM json_each(?1) k CROSS JOIN affected a ON a.advisory = k.value ORDER BY k.value, a.position`;

/** Entries that are no longer current, but answered from: their publisher gave the namespace up after generation z. */
const FROZEN = `
  SELECT ${DETAILS}, n.name AS namespace, p.name AS package, a.kind, a.state, a.fixed, a.extra
  FROM frozen z
  CROSS JOIN affected a ON a.namespace = z.namespace AND a.feed = z.feed
  CROSS JOIN advisory d ON d.id = a.advisory
  CROSS JOIN feed f ON f.id = d.feed
  CROSS JOIN namespace n ON n.id = a.namespace
  CROSS JOIN package p ON p.id = a.package
  WHERE z.generation < ?1 AND a.valid_from <= z.generation AND a.valid_to > z.generation AND a.valid_to <= ?1
  ORDER BY d.id, a.position`;

/** Keys of records of which some version began or ended after generation ?2, whatever came of it. */
const CHANGED = `
  SELECT DISTINCT f.name AS feed, d.key FROM advisory d CROSS JOIN feed f ON f.id = d.feed
  WHERE (d.valid_from > ?2 AND d.valid_from <= ?1) OR (d.valid_to > ?2 AND d.valid_to <= ?1)
  ORDER BY d.feed, d.key`;

const BY_KEY = `
  SELECT ${DETAILS} FROM feed f CROSS JOIN advisory d ON d.feed = f.id
  WHERE f.name = ?2 AND d.key = ?3 AND d.valid_from <= ?1 AND ifnull(d.valid_to, ?1 + 1) > ?1`;

interface DetailRow {
  readonly id: number;
  readonly feed: string;
  readonly key: string;
  readonly name: string;
  readonly severity: number;
  readonly detail: string | null;
}

type EntryNumbers = readonly [
  record: number,
  namespace: number,
  pkg: number,
  kind: number,
  state: number,
  fixed: string | null,
  extra: string | null,
];

interface EntryRow {
  readonly namespace: string;
  readonly package: string;
  readonly kind: number;
  readonly state: number;
  readonly fixed: string | null;
  readonly extra: string | null;
}

/** Reads whole records of one generation, for whoever keeps them elsewhere. */
export class RecordReader {
  readonly #database: Database;
  readonly #path: string;
  readonly #generation: number;
  readonly #entries: ReturnType<Database['prepare']>;
  readonly #names = new Map<string, Map<number, string>>();

  constructor(database: Database, path: string, generation: number) {
    this.#database = database;
    this.#path = path;
    this.#generation = generation;
    this.#entries = this.#prepare(ENTRIES);
    this.#entries.setReturnArrays(true);
  }

  /** All of them, a page in memory at a time. */
  *all(): Generator<FeedRecord> {
    const frozen = this.#frozen();
    const select = this.#prepare(CURRENT);
    for (let after = 0; ; ) {
      const rows = guarded(this.#path, () => select.all(this.#generation, after) as unknown as DetailRow[]);
      yield* this.#records(rows, frozen);
      if (rows.length < PAGE) break;
      after = rows.at(-1)!.id;
    }
    for (const { row, entries } of frozen.values()) yield { feed: row.feed, advisory: advisoryOf(row, entries) };
  }

  /** Those that differ from an earlier generation, as they are now. */
  *since(earlier: number): Generator<ChangedRecord> {
    const frozen = this.#frozen();
    const keys = guarded(
      this.#path,
      () =>
        this.#prepare(CHANGED).all(this.#generation, earlier) as unknown as {
          readonly feed: string;
          readonly key: string;
        }[],
    );
    const byKey = this.#prepare(BY_KEY);
    for (const { feed, key } of keys) {
      const row = guarded(this.#path, () => byKey.get(this.#generation, feed, key) as unknown as DetailRow | undefined);
      if (row !== undefined) {
        for (const record of this.#records([row], frozen)) yield { key, ...record };
        continue;
      }
      const left = frozen.get(`${feed}\0${key}`);
      yield left === undefined ? { feed, key } : { feed, key, advisory: advisoryOf(left.row, left.entries) };
    }
  }

  /**
   * What a copy of this generation has to remember to be brought up to date by `since`: its number alone does not tell
   * one database from another that was made anew, nor which namespaces are answered from before.
   */
  mark(generation: number = this.#generation): string | undefined {
    return guarded(this.#path, () => {
      const kept = this.#value('SELECT value FROM meta WHERE name = ?', HISTORY_FROM);
      const builtAt = this.#value('SELECT built_at AS value FROM generation WHERE id = ?', generation);
      if (builtAt === undefined || generation < Number(kept ?? 0)) return undefined;
      const frozen = this.#prepare(
        `SELECT f.name AS feed, n.name AS namespace, z.generation FROM frozen z CROSS JOIN feed f ON f.id = z.feed
         CROSS JOIN namespace n ON n.id = z.namespace ORDER BY 1, 2`,
      ).all();
      return `${builtAt} ${hash('sha256', JSON.stringify(frozen)).slice(0, 16)}`;
    });
  }

  #records(rows: readonly DetailRow[], frozen: Map<string, Leftover>): readonly FeedRecord[] {
    return guarded(this.#path, () => {
      const entries = new Map<number, EntryRow[]>(rows.map(({ id }) => [id, []]));
      const ids = JSON.stringify(rows.map(({ id }) => id));
      for (const row of this.#entries.all(ids) as unknown as EntryNumbers[]) {
        const [record, namespace, pkg, kind, state, fixed, extra] = row;
        const names = { namespace: this.#nameOf('namespace', namespace), package: this.#nameOf('package', pkg) };
        entries.get(record)!.push({ ...names, kind, state, fixed, extra });
      }
      return rows.map((row) => {
        const key = `${row.feed}\0${row.key}`;
        const left = frozen.get(key);
        frozen.delete(key);
        return { feed: row.feed, advisory: advisoryOf(row, [...entries.get(row.id)!, ...(left?.entries ?? [])]) };
      });
    });
  }

  /** Names are few, and stand in very many entries. */
  #nameOf(table: 'namespace' | 'package', id: number): string {
    let names = this.#names.get(table);
    if (names === undefined) {
      const rows = this.#prepare(`SELECT id, name FROM ${table}`).all() as unknown as { id: number; name: string }[];
      names = new Map(rows.map((row) => [row.id, row.name]));
      this.#names.set(table, names);
    }
    let name = names.get(id);
    if (name === undefined) {
      // Written since.
      ({ name } = this.#prepare(`SELECT name FROM ${table} WHERE id = ?`).get(id) as unknown as { name: string });
      names.set(id, name);
    }
    return name;
  }

  /** What is answered from before, by record; few publishers ever give a namespace up. */
  #frozen(): Map<string, Leftover> {
    const rows = guarded(
      this.#path,
      () => this.#prepare(FROZEN).all(this.#generation) as unknown as (DetailRow & EntryRow)[],
    );
    const left = new Map<string, Leftover>();
    for (const row of rows) {
      const key = `${row.feed}\0${row.key}`;
      const known = left.get(key);
      if (known === undefined) left.set(key, { row, entries: [row] });
      else known.entries.push(row);
    }
    return left;
  }

  #value(sql: string, parameter: string | number): string | undefined {
    return (this.#prepare(sql).get(parameter) as { readonly value: string } | undefined)?.value;
  }

  #prepare(sql: string) {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(false);
    return statement;
  }
}

interface Leftover {
  readonly row: DetailRow;
  readonly entries: EntryRow[];
}

function advisoryOf(row: DetailRow, entries: readonly EntryRow[]): Advisory {
  const affected: Affected[] = entries.map(decodeAffected);
  return { ...decodeAdvisory(row.key, row.name, row.severity, row.detail), affected };
}
