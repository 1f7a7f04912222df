import { vulnerabilityNames } from '../../match/group.ts';
import type { AdvisoryHit, AdvisoryKey } from '../../model/advisory.ts';
import type { Severity } from '../../model/severity.ts';
import { type AdvisoryAnswer, USERS_FEED } from '../advisory-shelf.ts';
import type { StoredSeverity } from '../package-version.ts';
import { type EntryKey, hitOf, readEntries, readRecords } from './advisories-hits.ts';
import type { SqlReader } from './connection.ts';
import { USER } from './origins.ts';
import { severityOf } from './severities.ts';
import { storable } from './storable.ts';
import { scoresOf } from './user-scores.ts';

interface Namespace {
  readonly id: number;
  readonly name: string;
  readonly versionFormat: string;
  /** Whether feeds speak of it, and not users alone. */
  readonly isFed: number | boolean;
}

/** What judging packages takes, as `AdvisoryShelf.lookUp` promises it. */
export async function lookUpAdvisories(sql: SqlReader, keys: readonly AdvisoryKey[]): Promise<AdvisoryAnswer> {
  const namespaces = await readNamespaces(sql, [...new Set(keys.map(({ namespace }) => namespace))]);
  const asked: (EntryKey & { readonly place: number })[] = keys.flatMap((key, place) => {
    const namespace = namespaces.get(key.namespace);
    if (namespace === undefined) return [];
    return [{ namespace: key.namespace, package: storable(key.package), namespaceId: namespace.id, place }];
  });
  const hits: AdvisoryHit[][] = keys.map(() => []);
  const entries = await readEntries(sql, asked);
  const records = await readRecords(
    sql,
    entries.flatMap((own) => own.map(({ record }) => record)),
  );
  const found = asked.flatMap(({ place }, index) =>
    entries[index]!.map((entry) => ({ place, hit: hitOf(entry, records) })),
  );
  const overruled = await readOverruled(
    sql,
    found.map(({ hit }) => hit),
    namespaces,
  );
  const removed = new Set<string>();
  for (const { place, hit } of found) {
    const own = overruled.get(hit.affected.namespace);
    const left = withoutOverruled(hit, own);
    for (const name of vulnerabilityNames(hit.advisory)) {
      if (own?.get(name) === 'removed') removed.add(`${name} (${hit.affected.namespace})`);
    }
    if (left !== undefined) hits[place]!.push(left);
  }
  for (const { place, hit } of await readOfUsers(sql, asked, namespaces)) hits[place]!.push(hit);
  const generation = await sql.get<{ readonly value: string }>(
    `SELECT value FROM key_value WHERE key = 'advisories/generation'`,
  );
  const fed = [...namespaces.values()].filter(({ isFed }) => Boolean(isFed));
  return {
    generation: Number(generation?.value ?? 0),
    hits,
    namespaces: new Set(fed.map(({ name }) => name)),
    removed,
  };
}

/** Those of which anything is known. */
async function readNamespaces(sql: SqlReader, names: readonly string[]): Promise<ReadonlyMap<string, Namespace>> {
  const rows = await sql.all<Namespace>(
    `SELECT n.id, n.name, n.version_format AS "versionFormat",
      EXISTS (SELECT 1 FROM advisory_entry e WHERE e.namespace_id = n.id) AS "isFed"
    FROM ${sql.dialect.list('$1', 'i', 'text')} JOIN namespace n ON n.name = i.value
    WHERE EXISTS (SELECT 1 FROM advisory_entry e WHERE e.namespace_id = n.id)
      OR EXISTS (SELECT 1 FROM fix f WHERE f.namespace_id = n.id AND f.origin = ${USER})`,
    [JSON.stringify(names.map(storable))],
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** By name, whether a user wrote another one in its place or removed it. */
type Overruled = ReadonlyMap<string, 'replaced' | 'removed'>;

/** Vulnerabilities, by namespace, of which a user said something, and be it that there are none. */
async function readOverruled(
  sql: SqlReader,
  hits: readonly AdvisoryHit[],
  namespaces: ReadonlyMap<string, Namespace>,
): Promise<ReadonlyMap<string, Overruled>> {
  const any = await sql.get(`SELECT 1 AS one FROM vulnerability WHERE origin = ${USER} LIMIT 1`);
  if (any === undefined) return new Map();
  const asked = new Map<string, readonly [number, string]>();
  for (const { advisory, affected } of hits) {
    const { id } = namespaces.get(affected.namespace)!;
    for (const name of vulnerabilityNames(advisory)) asked.set(`${id} ${name}`, [id, name]);
  }
  const rows = await sql.all<{ readonly namespace: string; readonly name: string; readonly current: number }>(
    `SELECT n.name AS namespace, v.name, max(CASE WHEN v.deleted_at IS NULL THEN 1 ELSE 0 END) AS current
    FROM ${sql.dialect.tuples('$1', 'i', { namespace_id: 'integer', name: 'text' })}
    CROSS JOIN vulnerability v CROSS JOIN namespace n
    WHERE v.namespace_id = i.namespace_id AND v.name = i.name AND v.origin = ${USER} AND n.id = v.namespace_id
    GROUP BY n.name, v.name`,
    [JSON.stringify([...asked.values()])],
  );
  const overruled = new Map<string, Map<string, 'replaced' | 'removed'>>();
  for (const { namespace, name, current } of rows) {
    const own = overruled.get(namespace) ?? new Map<string, 'replaced' | 'removed'>();
    overruled.set(namespace, own.set(name, current === 1 ? 'replaced' : 'removed'));
  }
  return overruled;
}

/** A notice that deals with several vulnerabilities still speaks of the others. */
function withoutOverruled(hit: AdvisoryHit, overruled: Overruled | undefined): AdvisoryHit | undefined {
  if (overruled === undefined) return hit;
  const names = vulnerabilityNames(hit.advisory);
  const left = names.filter((name) => !overruled.has(name));
  if (left.length === names.length) return hit;
  if (left.length === 0) return undefined;
  const aliases = hit.advisory.aliases.filter((alias) => !overruled.has(alias));
  return { ...hit, advisory: { ...hit.advisory, aliases } };
}

const severityNames: Readonly<Record<StoredSeverity, Severity>> = {
  Unknown: 'unknown',
  Negligible: 'negligible',
  Low: 'low',
  Medium: 'medium',
  High: 'high',
  Critical: 'critical',
  Defcon1: 'critical',
};

/** What users wrote under some keys. */
async function readOfUsers(
  sql: SqlReader,
  keys: readonly (EntryKey & { readonly place: number })[],
  namespaces: ReadonlyMap<string, Namespace>,
): Promise<readonly { readonly place: number; readonly hit: AdvisoryHit }[]> {
  const rows = await sql.all<{
    readonly place: number;
    readonly version: string | null;
    readonly id: number;
    readonly name: string;
    readonly description: string;
    readonly link: string;
    readonly severity: number;
    readonly metadata: string;
  }>(
    `SELECT k.place, f.version, v.id, v.name, v.description, v.link, v.severity, v.metadata
    FROM ${sql.dialect.tuples('$1', 'k', { place: 'integer', namespace_id: 'integer', package: 'text' })}
    CROSS JOIN fix f CROSS JOIN vulnerability v
    WHERE f.namespace_id = k.namespace_id AND f.package = k.package AND f.origin = ${USER}
      AND v.id = f.vulnerability_id AND v.deleted_at IS NULL
    ORDER BY k.place, v.id`,
    [JSON.stringify(keys.map(({ namespaceId, package: name }, index) => [index, namespaceId, name]))],
  );
  return rows.map(({ place: index, version, id, name, description, link, severity, metadata }) => {
    const key = keys[index]!;
    const { versionFormat } = namespaces.get(key.namespace)!;
    // As judging takes them: in namespaces of dpkg a fix names the source package, except with apk.
    const nameKind = versionFormat === 'dpkg' && !key.namespace.startsWith('alpine:') ? 'source' : 'binary';
    const hit: AdvisoryHit = {
      feed: USERS_FEED,
      advisory: {
        key: String(id),
        id: name,
        aliases: [],
        severity: severityNames[severityOf(severity)],
        ...(description !== '' && { description }),
        cvss: scoresOf(metadata),
        urls: link === '' ? [] : [link],
      },
      affected: {
        namespace: key.namespace,
        package: key.package,
        nameKind,
        state: version === null ? 'affected' : 'fixed',
        ranges: version === null ? [] : [{ fixed: version }],
      },
    };
    return { place: key.place, hit };
  });
}

/** The records that speak of a vulnerability, in whatever namespace. */
export async function readRecordsOf(sql: SqlReader, name: string): Promise<readonly AdvisoryHit[]> {
  const rows = await sql.all<{
    readonly record: number;
    readonly namespaceId: number;
    readonly namespace: string;
    readonly package: string;
  }>(
    `SELECT DISTINCT e.advisory_id AS record, e.namespace_id AS "namespaceId", n.name AS namespace, e.package
    FROM feed_vulnerability f CROSS JOIN advisory_subject s CROSS JOIN advisory_entry e CROSS JOIN namespace n
    WHERE f.name = $1 AND f.namespace_id IN (SELECT id FROM namespace)
      AND s.namespace_id = f.namespace_id AND s.name = f.name
      AND e.advisory_id = s.advisory_id AND e.namespace_id = s.namespace_id AND n.id = e.namespace_id`,
    [name],
  );
  const keys = [...new Map(rows.map((row) => [`${row.namespaceId} ${row.package}`, row])).values()];
  const entries = await readEntries(sql, keys);
  const wanted = new Set(rows.map(({ record }) => record));
  const records = await readRecords(sql, wanted);
  return entries.flatMap((own) => own.filter(({ record }) => wanted.has(record)).map((entry) => hitOf(entry, records)));
}
