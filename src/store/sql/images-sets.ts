import { hash } from 'node:crypto';
import type { PackageVersion } from '../package-version.ts';
import type { StoredNamespace } from '../stored-namespace.ts';
import type { SqlWriter } from './connection.ts';
import type { Judging } from './judging.ts';
import { ensureNamespaces } from './namespaces.ts';
import { buildText, LONGEST_BUILD } from './package-builds.ts';
import { ensurePackageVersions } from './package-versions.ts';
import { countSet } from './set-vulnerabilities.ts';
import { storable } from './storable.ts';

/** Characters of a name or version, at most, as in layers of the v1 API. */
const LONGEST = 128;

/** Packages that can be kept, and how many cannot. */
export interface KeepablePackages {
  readonly packages: readonly PackageVersion[];
  readonly leftOut: number;
}

/** An image chose its names: what is too long must not make the whole of it unreadable, and must not go unseen. */
export function keepable(packages: readonly PackageVersion[]): KeepablePackages {
  const kept = packages.flatMap((one): PackageVersion[] | PackageVersion => {
    const { namespace, name, version, source, ...build } = one;
    const texts = [namespace, name, version];
    if (texts.includes('') || [...texts, source?.name ?? '', source?.version ?? ''].some(isLong)) return [];
    if (buildText(one).length > LONGEST_BUILD) return [];
    return {
      namespace: storable(namespace),
      name: storable(name),
      version: storable(version),
      ...(source !== undefined && { source: { name: storable(source.name), version: storable(source.version) } }),
      ...build,
    };
  });
  return { packages: kept, leftOut: packages.length - kept.length };
}

function isLong(text: string): boolean {
  return text.length > LONGEST && [...text.slice(0, 2 * LONGEST + 1)].length > LONGEST;
}

/** Finds the set of some packages, and makes it where it is new; package versions that are new are judged. */
export async function ensurePackageSet(
  sql: SqlWriter,
  packages: readonly PackageVersion[],
  namespaces: readonly StoredNamespace[],
  judging: Judging,
): Promise<number> {
  const names = packages.map(({ namespace }) => ({ name: namespace, versionFormat: '' }));
  const rows = await ensureNamespaces(sql, [...namespaces, ...names], 0);
  const { ids, fresh } = await ensurePackageVersions(sql, packages, rows);
  const members = [...ids].sort((a, b) => a - b);
  const digest = hash('sha256', members.join(' '));
  // A set that nobody uses any more is removed: not in this moment.
  await sql.lockName('package-set', digest);
  const known = await sql.get<{ readonly id: number }>('SELECT id FROM package_set WHERE digest = $1', [digest]);
  let id = known?.id;
  if (id === undefined) {
    const made = await sql.get<{ readonly id: number }>('INSERT INTO package_set (digest) VALUES ($1) RETURNING id', [
      digest,
    ]);
    id = made!.id;
    await sql.run(
      `INSERT INTO package_set_member (set_id, package_version_id)
      SELECT $1, i.value FROM ${sql.dialect.list('$2', 'i', 'integer')}`,
      [id, JSON.stringify(members)],
    );
  }
  await judging.judgeNew(sql, fresh);
  if (known === undefined) {
    await sql.lock('new-packages');
    await countSet(sql, id);
  }
  return id;
}

/** Whoever wants to use it waits, or uses it already. Before the locks on images: those who use it take them after this one. */
export async function lockSet(sql: SqlWriter, id: number): Promise<void> {
  const row = await sql.get<{ readonly digest: string }>('SELECT digest FROM package_set WHERE id = $1', [id]);
  if (row !== undefined) await sql.lockName('package-set', row.digest);
}

/** Removes a set if no image has it. The lock on it is the caller's. */
export async function dropUnusedSet(sql: SqlWriter, id: number): Promise<void> {
  await sql.run('DELETE FROM package_set WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM image WHERE set_id = $1)', [id]);
}
