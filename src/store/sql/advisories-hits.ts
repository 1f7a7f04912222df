import { decodeAdvisory, decodeAffected } from '../../advisories/encoding.ts';
import type { Advisory, AdvisoryHit, Affected } from '../../model/advisory.ts';
import type { SqlReader } from './connection.ts';

/** A record without its entries. */
export interface StoredRecord {
  readonly feed: string;
  readonly advisory: Omit<Advisory, 'affected'>;
}

/** An entry of a record. */
export interface StoredEntry {
  readonly record: number;
  readonly affected: Affected;
}

interface EntryRow {
  readonly place: number;
  readonly record: number;
  readonly kind: number;
  readonly state: number;
  readonly fixed: string | null;
  readonly extra: string | null;
}

/** What a look-up asks for, the namespace by number and by name. */
export interface EntryKey {
  readonly namespaceId: number;
  readonly namespace: string;
  readonly package: string;
}

/** All entries under some keys: `result[i]` answers `keys[i]`. */
export async function readEntries(
  sql: SqlReader,
  keys: readonly EntryKey[],
): Promise<readonly (readonly StoredEntry[])[]> {
  const found: StoredEntry[][] = keys.map(() => []);
  if (keys.length === 0) return found;
  const asked = sql.dialect.tuples('$1', 'k', { place: 'integer', namespace_id: 'integer', package: 'text' });
  const rows = await sql.all<EntryRow>(
    `SELECT k.place, e.advisory_id AS record, e.kind, e.state, e.fixed, e.extra FROM ${asked}
    CROSS JOIN advisory_entry e WHERE e.namespace_id = k.namespace_id AND e.package = k.package`,
    [JSON.stringify(keys.map((key, place) => [place, key.namespaceId, key.package]))],
  );
  for (const { place, record, kind, state, fixed, extra } of rows) {
    const { namespace, package: name } = keys[place]!;
    found[place]!.push({ record, affected: decodeAffected({ namespace, package: name, kind, state, fixed, extra }) });
  }
  return found;
}

/** Records by number. */
export async function readRecords(sql: SqlReader, ids: Iterable<number>): Promise<ReadonlyMap<number, StoredRecord>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const rows = await sql.all<{
    readonly id: number;
    readonly feed: string;
    readonly key: string;
    readonly name: string;
    readonly severity: number;
    readonly detail: string | null;
  }>(
    `SELECT d.id, d.feed, d.key, d.name, d.severity, d.detail FROM ${sql.dialect.list('$1', 'i', 'integer')}
    CROSS JOIN advisory d WHERE d.id = i.value`,
    [JSON.stringify(asked)],
  );
  return new Map(
    rows.map(({ id, feed, key, name, severity, detail }) => [
      id,
      { feed, advisory: decodeAdvisory(key, name, severity, detail) },
    ]),
  );
}

/** An entry with its record. */
export function hitOf(entry: StoredEntry, records: ReadonlyMap<number, StoredRecord>): AdvisoryHit {
  const { feed, advisory } = records.get(entry.record)!;
  return { feed, advisory, affected: entry.affected };
}
