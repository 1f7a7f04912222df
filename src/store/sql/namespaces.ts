import { compareCodePoints } from '../../model/order.ts';
import type { StoredNamespace } from '../stored-namespace.ts';
import type { SqlReader, SqlWriter } from './connection.ts';
import { checkName, checkShort } from './texts.ts';
import { formatOfName } from './version-orders.ts';

export interface NamespaceRow extends StoredNamespace {
  readonly id: number;
  /** 1 where layers or vulnerabilities have it; 0: images alone, which the v1 API knows nothing of. */
  readonly listed: number;
}

const COLUMNS = 'id, name, version_format AS "versionFormat", listed';

export async function findNamespace(sql: SqlReader, name: string): Promise<NamespaceRow | undefined> {
  return await sql.get<NamespaceRow>(`SELECT ${COLUMNS} FROM namespace WHERE name = $1`, [name]);
}

export async function listNamespaces(sql: SqlReader): Promise<StoredNamespace[]> {
  const rows = await sql.all<NamespaceRow>(`SELECT ${COLUMNS} FROM namespace WHERE listed = 1 ORDER BY id`);
  return rows.map(({ name, versionFormat }) => ({ name, versionFormat }));
}

/**
 * Finds namespaces by name, and makes those that are new. A format that nobody knew so far is filled in; one that is
 * known stays.
 * @param given names and formats; an empty format is taken from the family of the name
 * @param listed 0: they are of an image
 */
export async function ensureNamespaces(
  sql: SqlWriter,
  given: Iterable<StoredNamespace>,
  listed: 0 | 1 = 1,
): Promise<Map<string, NamespaceRow>> {
  const wanted = new Map<string, string>();
  for (const { name, versionFormat } of given) {
    const checked = checkName('name of the namespace', name);
    if (!wanted.get(checked)) wanted.set(checked, versionFormat || formatOfName(name));
  }
  // In one order everywhere, so that writers wait for each other instead of blocking each other.
  const names = [...wanted.keys()].sort(compareCodePoints);
  const found = await namesOf(sql, names);
  const missing = names.filter((name) => {
    const row = found.get(name);
    return row === undefined || row.listed < listed || (row.versionFormat === '' && wanted.get(name) !== '');
  });
  if (missing.length === 0) return found;
  const tuples = missing.map((name) => [name, checkShort('version format', wanted.get(name) ?? '')]);
  const rows = sql.dialect.tuples('$1', 'i', { name: 'text', version_format: 'text' });
  await sql.run(
    `INSERT INTO namespace (name, version_format, listed) SELECT i.name, i.version_format, ${listed} FROM ${rows} WHERE 1 = 1
    ON CONFLICT (name) DO UPDATE SET
      version_format = CASE WHEN namespace.version_format = '' THEN excluded.version_format ELSE namespace.version_format END,
      listed = CASE WHEN namespace.listed = 1 THEN 1 ELSE excluded.listed END
    WHERE namespace.version_format = '' OR namespace.listed < excluded.listed`,
    [JSON.stringify(tuples)],
  );
  return await namesOf(sql, names);
}

async function namesOf(sql: SqlReader, names: readonly string[]): Promise<Map<string, NamespaceRow>> {
  if (names.length === 0) return new Map();
  const rows = await sql.all<NamespaceRow>(
    `SELECT ${COLUMNS} FROM namespace WHERE name IN (SELECT value FROM ${sql.dialect.list('$1', 'i', 'text')})`,
    [JSON.stringify(names)],
  );
  return new Map(rows.map((row) => [row.name, row]));
}
