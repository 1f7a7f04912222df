import { encodeAdvisory } from '../../advisories/encoding.ts';
import { vulnerabilityNames } from '../../match/group.ts';
import type { FeedAdvisory } from '../advisory-shelf.ts';
import type { SqlRow, SqlWriter } from './connection.ts';
import { newIds } from './new-ids.ts';
import { storable } from './storable.ts';
import { formatOfName } from './version-orders.ts';

/** Names by the number of their namespace. */
export type NamesByNamespace = ReadonlyMap<number, ReadonlySet<string>>;

interface KnownRecord {
  readonly id: number;
  readonly feed: string;
  readonly key: string;
  readonly digest: string;
}

/** Takes records of feeds in, and remembers whom the changed ones speak of. */
export class RecordWriter {
  /** Vulnerabilities of which some record came, changed or went. */
  readonly vulnerabilities = new Map<number, Set<string>>();
  /** Packages that such a record names. */
  readonly packages = new Map<number, Set<string>>();
  /** Records that came, changed or went. */
  changed = 0;
  readonly #sql: SqlWriter;
  readonly #namespaces: Map<string, number>;
  /** There are no records yet, to compare with. */
  #blank: boolean;
  readonly #seen: Set<number> | undefined;

  private constructor(sql: SqlWriter, namespaces: Map<string, number>, blank: boolean, complete: boolean) {
    this.#sql = sql;
    this.#namespaces = namespaces;
    this.#blank = blank;
    this.#seen = complete && !blank ? new Set() : undefined;
  }

  /** @param complete what is not written goes at the end: see `removeUnseen` */
  static async begin(sql: SqlWriter, complete: boolean): Promise<RecordWriter> {
    const rows = await sql.all<{ readonly id: number; readonly name: string }>(
      'SELECT id, name FROM namespace WHERE listed = 1',
    );
    const some = await sql.get('SELECT 1 AS one FROM advisory LIMIT 1');
    return new RecordWriter(sql, new Map(rows.map(({ id, name }) => [name, id])), some === undefined, complete);
  }

  /** Writes records: those that are known and did not change cost one comparison. */
  async write(records: readonly FeedAdvisory[]): Promise<void> {
    // Told twice: the later one counts.
    const byKey = new Map(records.map((record) => [keyOf(record.feed, record.advisory.key), record]));
    const known = this.#blank ? new Map<string, KnownRecord>() : await this.#known([...byKey.values()]);
    this.#blank = false;
    const fresh: { readonly record: FeedAdvisory; readonly row: ReturnType<typeof encodeAdvisory> }[] = [];
    const outdated: number[] = [];
    for (const [key, record] of byKey) {
      const row = encodeAdvisory(record.advisory);
      const before = known.get(key);
      if (before?.digest === row.digest.toString('hex')) {
        this.#seen?.add(before.id);
        continue;
      }
      if (before !== undefined) outdated.push(before.id);
      fresh.push({ record, row });
    }
    await this.#delete(outdated);
    this.changed += fresh.length;
    const ids = await newIds(this.#sql, 'advisory', fresh.length);
    const advisories: SqlRow[] = [];
    const entries: SqlRow[] = [];
    const subjects: SqlRow[] = [];
    for (const [index, { record, row }] of fresh.entries()) {
      const id = ids[index]!;
      const { feed, advisory } = record;
      this.#seen?.add(id);
      const digest = row.digest.toString('hex');
      advisories.push([
        id,
        storable(feed),
        storable(advisory.key),
        digest,
        storable(row.name),
        row.severity,
        row.detail,
      ]);
      const names = vulnerabilityNames(advisory).map(storable);
      const mentioned = new Set<number>();
      for (const [position, entry] of row.affected.entries()) {
        const namespace = await this.#namespace(storable(entry.namespace));
        const pkg = storable(entry.package);
        const fixed = entry.fixed === null ? null : storable(entry.fixed);
        entries.push([namespace, pkg, id, position, entry.kind, entry.state, fixed, entry.extra]);
        add(this.packages, namespace, pkg);
        mentioned.add(namespace);
      }
      for (const namespace of mentioned) {
        for (const name of new Set(names)) {
          subjects.push([namespace, name, id]);
          add(this.vulnerabilities, namespace, name);
        }
      }
    }
    if (advisories.length === 0) return;
    await this.#sql.load('advisory', ['id', 'feed', 'key', 'digest', 'name', 'severity', 'detail'], advisories);
    const columns = ['namespace_id', 'package', 'advisory_id', 'position', 'kind', 'state', 'fixed', 'extra'];
    await this.#sql.load('advisory_entry', columns, entries);
    await this.#sql.load('advisory_subject', ['namespace_id', 'name', 'advisory_id'], subjects);
  }

  /** Removes records; those that are not there are none. */
  async remove(records: readonly { readonly feed: string; readonly key: string }[]): Promise<void> {
    const known = await this.#known(records.map(({ feed, key }) => ({ feed, advisory: { key } })));
    this.changed += known.size;
    await this.#delete([...known.values()].map(({ id }) => id));
  }

  /** Removes all records that were not written since `begin`. */
  async removeUnseen(): Promise<void> {
    if (this.#seen === undefined) return;
    const rows = await this.#sql.all<{ readonly id: number }>('SELECT id FROM advisory');
    const gone = rows.map(({ id }) => id).filter((id) => !this.#seen?.has(id));
    this.changed += gone.length;
    for (let at = 0; at < gone.length; at += PAGE) await this.#delete(gone.slice(at, at + PAGE));
  }

  async #known(
    records: readonly { readonly feed: string; readonly advisory: { readonly key: string } }[],
  ): Promise<ReadonlyMap<string, KnownRecord>> {
    if (records.length === 0) return new Map();
    const { dialect } = this.#sql;
    const asked = records.map(({ feed, advisory }) => [storable(feed), storable(advisory.key)]);
    const rows = await this.#sql.all<KnownRecord>(
      `SELECT d.id, d.feed, d.key, d.digest FROM ${dialect.tuples('$1', 'k', { feed: 'text', key: 'text' })}
      CROSS JOIN advisory d WHERE d.feed = k.feed AND d.key = k.key`,
      [JSON.stringify(asked)],
    );
    return new Map(rows.map((row) => [keyOf(row.feed, row.key), row]));
  }

  async #delete(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const parameters = [JSON.stringify(ids)];
    const list = this.#sql.dialect.list('$1', 'i', 'integer');
    const entries = await this.#sql.all<{ readonly namespace: number; readonly package: string }>(
      `SELECT e.namespace_id AS namespace, e.package FROM ${list} CROSS JOIN advisory_entry e WHERE e.advisory_id = i.value`,
      parameters,
    );
    for (const entry of entries) add(this.packages, entry.namespace, entry.package);
    const subjects = await this.#sql.all<{ readonly namespace: number; readonly name: string }>(
      `SELECT s.namespace_id AS namespace, s.name FROM ${list} CROSS JOIN advisory_subject s WHERE s.advisory_id = i.value`,
      parameters,
    );
    for (const subject of subjects) add(this.vulnerabilities, subject.namespace, subject.name);
    for (const [table, column] of [
      ['advisory_entry', 'advisory_id'],
      ['advisory_subject', 'advisory_id'],
      ['advisory', 'id'],
    ]) {
      await this.#sql.run(`DELETE FROM ${table} WHERE ${column} IN (SELECT value FROM ${list})`, parameters);
    }
  }

  async #namespace(name: string): Promise<number> {
    const known = this.#namespaces.get(name);
    if (known !== undefined) return known;
    await this.#sql.run(
      `INSERT INTO namespace (name, version_format, listed) VALUES ($1, $2, 1)
      ON CONFLICT (name) DO UPDATE SET listed = 1 WHERE namespace.listed = 0`,
      [name, formatOfName(name)],
    );
    const row = await this.#sql.get<{ readonly id: number }>('SELECT id FROM namespace WHERE name = $1', [name]);
    this.#namespaces.set(name, row!.id);
    return row!.id;
  }
}

/** Records that are handled together. */
export const PAGE = 1000;

function keyOf(feed: string, key: string): string {
  return `${storable(feed)}\0${storable(key)}`;
}

function add(names: Map<number, Set<string>>, namespace: number, name: string): void {
  const known = names.get(namespace);
  if (known === undefined) names.set(namespace, new Set([name]));
  else known.add(name);
}
