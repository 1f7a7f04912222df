import { decodeAffected } from '../../advisories/encoding.ts';
import { isCve } from '../../match/group.ts';
import type { AdvisoryHit } from '../../model/advisory.ts';
import type { EnrichmentHit } from '../../model/enrichment.ts';
import { VersionError } from '../../model/version-scheme.ts';
import { type DerivedVulnerability, deriveVulnerability } from './advisories-derived.ts';
import { hitOf, readRecords } from './advisories-hits.ts';
import type { NamesByNamespace } from './advisories-records.ts';
import type { SqlRow, SqlWriter } from './connection.ts';
import { readEnrichments } from './enrichments.ts';
import { newIds } from './new-ids.ts';
import { leaveNotifications } from './notification-rows.ts';
import { FEED, USER } from './origins.ts';
import { severityNumber } from './severities.ts';
import type { VersionOrders } from './version-orders.ts';

/** Vulnerabilities whose rows are made at a time. */
const CHUNK = 500;

interface Namespace {
  readonly id: number;
  readonly name: string;
  readonly versionFormat: string;
}

/** What was derived last time, and the row that was made of it. */
interface KnownVulnerability {
  readonly name: string;
  readonly digest: string;
  readonly id: number | null;
  readonly deleted: number | null;
}

interface Change {
  readonly name: string;
  readonly old?: number;
  readonly derived?: DerivedVulnerability;
}

export interface RowOptions {
  readonly orders: VersionOrders;
  readonly notify: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** How many rows and notifications were written. */
export interface RowCounts {
  vulnerabilities: number;
  notifications: number;
  /** Of the vulnerabilities. */
  readonly names: Set<string>;
}

/**
 * Brings the rows of vulnerabilities up to date with their records: a changed one is a new row, which takes over the
 * pairs of the old one until its package versions are judged again. What a user wrote or deleted stays as it is.
 */
export async function updateRows(sql: SqlWriter, touched: NamesByNamespace, options: RowOptions): Promise<RowCounts> {
  const counts: RowCounts = { vulnerabilities: 0, notifications: 0, names: new Set() };
  const blank = (await sql.get('SELECT 1 AS one FROM feed_vulnerability LIMIT 1')) === undefined;
  const namespaces = await sql.all<Namespace>(
    'SELECT id, name, version_format AS "versionFormat" FROM namespace ORDER BY id',
  );
  for (const namespace of namespaces) {
    const names = [...(touched.get(namespace.id) ?? [])].sort();
    for (let at = 0; at < names.length; at += CHUNK) {
      await updateChunk(sql, namespace, names.slice(at, at + CHUNK), blank, options, counts);
    }
  }
  return counts;
}

async function updateChunk(
  sql: SqlWriter,
  namespace: Namespace,
  names: readonly string[],
  blank: boolean,
  options: RowOptions,
  counts: RowCounts,
): Promise<void> {
  const hits = await readHits(sql, namespace, names);
  const known = blank ? new Map<string, KnownVulnerability>() : await readKnown(sql, namespace, names);
  const written = await readWritten(sql, namespace, names);
  const enrichments = await readEnrichments(sql, names.filter(isCve));
  const isBelow = belowIn(namespace, options.orders);
  const changes: Change[] = [];
  const remembered: SqlRow[] = [];
  const forgotten: string[] = [];
  for (const name of names) {
    const before = known.get(name);
    const hidden = written.has(name) || (before !== undefined && before.id !== null && before.deleted !== null);
    const own = hits.get(name);
    const derived = own === undefined ? undefined : deriveVulnerability(own, isBelow, standing(enrichments.get(name)));
    if (derived?.digest === before?.digest) continue;
    if (hidden) {
      // What is remembered of a row that a user deleted keeps telling so, also when the records went.
      if (derived === undefined) continue;
      if (before !== undefined) forgotten.push(name);
      remembered.push([namespace.id, name, derived.digest, before?.id ?? null]);
      continue;
    }
    if (before !== undefined) forgotten.push(name);
    const old = before?.id ?? undefined;
    changes.push({ name, ...(old !== undefined && { old }), ...(derived !== undefined && { derived }) });
  }
  const made = changes.filter(({ derived }) => derived !== undefined);
  const ids = await newIds(sql, 'vulnerability', made.length);
  const idOf = new Map(made.map((change, index) => [change, ids[index]!]));
  for (const [change, id] of idOf) remembered.push([namespace.id, change.name, change.derived!.digest, id]);
  await forget(sql, namespace, forgotten);
  const retired = changes.flatMap(({ old }) => (old === undefined ? [] : [old]));
  await retire(sql, retired, options.now);
  await insert(sql, namespace, idOf, options.now);
  if (remembered.length > 0) {
    const columns = ['namespace_id', 'name', 'digest', 'vulnerability_id'];
    await sql.load('feed_vulnerability', columns, remembered);
  }
  await handOver(
    sql,
    made.flatMap((change) => (change.old === undefined ? [] : [[change.old, idOf.get(change)!] as const])),
  );
  await dropUnjudged(sql, retired);
  counts.vulnerabilities += changes.length;
  for (const { name } of changes) counts.names.add(name);
  if (!options.notify) return;
  counts.notifications += await leaveNotifications(
    sql,
    changes.map((change) => ({ old: change.old, new: idOf.get(change) })),
    options.now,
  );
}

/** Without those that say that it is no vulnerability. */
function standing(hits: readonly EnrichmentHit[] = []): readonly EnrichmentHit[] {
  return hits.filter(({ enrichment }) => enrichment.rejected === undefined);
}

/** What the records of each name say in the namespace. */
async function readHits(
  sql: SqlWriter,
  namespace: Namespace,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly AdvisoryHit[]>> {
  interface Row {
    readonly subject: string;
    readonly record: number;
    readonly package: string;
    readonly kind: number;
    readonly state: number;
    readonly fixed: string | null;
    readonly extra: string | null;
  }
  const rows = await sql.all<Row>(
    `SELECT s.name AS subject, e.advisory_id AS record, e.package, e.kind, e.state, e.fixed, e.extra
    FROM ${sql.dialect.list('$1', 'i', 'text')}
    CROSS JOIN advisory_subject s
    CROSS JOIN advisory_entry e
    WHERE s.namespace_id = $2 AND s.name = i.value AND e.advisory_id = s.advisory_id AND e.namespace_id = $2
    ORDER BY e.advisory_id, e.position`,
    [JSON.stringify(names), namespace.id],
  );
  const records = await readRecords(
    sql,
    rows.map(({ record }) => record),
  );
  const hits = new Map<string, AdvisoryHit[]>();
  for (const row of rows) {
    const affected = decodeAffected({ ...row, namespace: namespace.name });
    const hit = hitOf({ record: row.record, affected }, records);
    const own = hits.get(row.subject);
    if (own === undefined) hits.set(row.subject, [hit]);
    else own.push(hit);
  }
  return hits;
}

async function readKnown(
  sql: SqlWriter,
  namespace: Namespace,
  names: readonly string[],
): Promise<ReadonlyMap<string, KnownVulnerability>> {
  const rows = await sql.all<KnownVulnerability>(
    `SELECT f.name, f.digest, f.vulnerability_id AS id, v.deleted_at AS deleted
    FROM ${sql.dialect.list('$1', 'i', 'text')}
    CROSS JOIN feed_vulnerability f
    LEFT JOIN vulnerability v ON v.id = f.vulnerability_id
    WHERE f.namespace_id = $2 AND f.name = i.value`,
    [JSON.stringify(names), namespace.id],
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** Names of which a user said something, ever. */
async function readWritten(
  sql: SqlWriter,
  namespace: Namespace,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await sql.all<{ readonly name: string }>(
    `SELECT DISTINCT v.name FROM ${sql.dialect.list('$1', 'i', 'text')}
    CROSS JOIN vulnerability v WHERE v.namespace_id = $2 AND v.name = i.value AND v.origin = ${USER}`,
    [JSON.stringify(names), namespace.id],
  );
  return new Set(rows.map(({ name }) => name));
}

async function forget(sql: SqlWriter, namespace: Namespace, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await sql.run(
    `DELETE FROM feed_vulnerability
    WHERE namespace_id = $2 AND name IN (SELECT value FROM ${sql.dialect.list('$1', 'i', 'text')})`,
    [JSON.stringify(names), namespace.id],
  );
}

async function retire(sql: SqlWriter, ids: readonly number[], now: number): Promise<void> {
  if (ids.length === 0) return;
  await sql.run(
    `UPDATE vulnerability SET deleted_at = $2
    WHERE id IN (SELECT value FROM ${sql.dialect.list('$1', 'i', 'integer')})`,
    [JSON.stringify(ids), now],
  );
}

async function insert(
  sql: SqlWriter,
  namespace: Namespace,
  idOf: ReadonlyMap<Change, number>,
  now: number,
): Promise<void> {
  if (idOf.size === 0) return;
  const rows: SqlRow[] = [];
  const fixes: SqlRow[] = [];
  for (const [{ name, derived }, id] of idOf) {
    const { description, link, severity, metadata } = derived!;
    const grade = severityNumber(severity);
    rows.push([id, namespace.id, name, description, link, grade, metadata, FEED, now]);
    for (const [pkg, version] of derived!.fixes) fixes.push([id, pkg, version, namespace.id, FEED]);
  }
  const columns = ['id', 'namespace_id', 'name', 'description', 'link', 'severity', 'metadata', 'origin', 'created_at'];
  await sql.load('vulnerability', columns, rows);
  if (fixes.length > 0) {
    await sql.load('fix', ['vulnerability_id', 'package', 'version', 'namespace_id', 'origin'], fixes);
  }
}

/** Copies the pairs of old rows, which notifications go on showing, to the new ones. */
async function handOver(sql: SqlWriter, pairs: readonly (readonly [old: number, id: number])[]): Promise<void> {
  if (pairs.length === 0) return;
  const parameters = [JSON.stringify(pairs)];
  const list = sql.dialect.tuples('$1', 'i', { old: 'integer', id: 'integer' });
  await sql.run(
    `INSERT INTO affected (package_version_id, vulnerability_id, fixed_by)
    SELECT a.package_version_id, i.id, a.fixed_by FROM ${list} CROSS JOIN affected a WHERE a.vulnerability_id = i.old`,
    parameters,
  );
  await sql.run(
    `INSERT INTO unjudged (package_version_id, vulnerability_id, reason)
    SELECT u.package_version_id, i.id, u.reason FROM ${list} CROSS JOIN unjudged u WHERE u.vulnerability_id = i.old`,
    parameters,
  );
}

/** What could not be judged matters for rows in use alone. */
async function dropUnjudged(sql: SqlWriter, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.run(
    `DELETE FROM unjudged WHERE vulnerability_id IN (SELECT value FROM ${sql.dialect.list('$1', 'i', 'integer')})`,
    [JSON.stringify(ids)],
  );
}

function belowIn(namespace: Namespace, orders: VersionOrders): (a: string, b: string) => boolean {
  return (a, b) => {
    try {
      return orders.compare(namespace, a, b) < 0;
    } catch (error) {
      if (error instanceof VersionError) return false;
      throw error;
    }
  };
}
