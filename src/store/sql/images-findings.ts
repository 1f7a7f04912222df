import type { PackageBuild } from '../../match/versions.ts';
import type { AffectedImage, FindingFilter, ImageFinding } from '../image-shelf.ts';
import type { PackageVersion } from '../package-version.ts';
import type { SqlReader, SqlValue } from './connection.ts';
import { noPage, readCursor, readImages, writeCursor } from './images-rows.ts';
import { readBuilds } from './package-builds.ts';
import { isSeverityNumber, severityNumber, severityOf } from './severities.ts';

/** A package version as the statements here select it. */
interface PackageColumns {
  readonly packageNamespace: string;
  readonly packageName: string;
  readonly version: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
  readonly build: number;
  readonly fixedBy: string | null;
}

const PACKAGE = `pn.name AS "packageNamespace", p.name AS "packageName", p.version, p.source_name AS "sourceName",
  p.source_version AS "sourceVersion", p.build_id AS build, a.fixed_by AS "fixedBy"`;

/** So few affected images are found set by set; more of them, by walking through the images. */
const FEW = 5000;

interface FindingRow extends PackageColumns {
  readonly packageId: number;
  readonly id: number;
  readonly namespace: string;
  readonly name: string;
  readonly description: string;
  readonly link: string;
  readonly severity: number;
  readonly metadata: string;
}

/** The vulnerabilities of the packages of an image. */
export async function readFindings(
  sql: SqlReader,
  image: string,
  filter: FindingFilter,
): Promise<{ readonly findings: readonly ImageFinding[]; readonly next?: string }> {
  const parameters: SqlValue[] = [image, filter.limit + 1];
  const place = (value: SqlValue): string => `$${parameters.push(value)}`;
  const conditions: string[] = [];
  if (filter.severities !== undefined) {
    conditions.push(`v.severity IN (${[...filter.severities.map(severityNumber), -1].join(', ')})`);
  }
  if (filter.fixable !== undefined) conditions.push(`a.fixed_by IS ${filter.fixable ? 'NOT NULL' : 'NULL'}`);
  if (filter.package !== undefined) {
    const name = place(filter.package);
    conditions.push(`(p.name = ${name} OR p.source_name = ${name})`);
  }
  if (filter.vulnerability !== undefined) conditions.push(`v.name = ${place(filter.vulnerability)}`);
  if (filter.after !== undefined) {
    const [severity, name, pkg, packageId, id] = readCursor(filter.after, [0, '', '', 0, 0] as const);
    // Another number does not fit into the column, which PostgreSQL calls an error.
    if (!isSeverityNumber(severity)) throw noPage(filter.after);
    const grade = place(severity);
    conditions.push(`(v.severity < ${grade} OR (v.severity = ${grade} AND (v.name, p.name, p.id, v.id)
      > (${[name, pkg, packageId, id].map(place).join(', ')})))`);
  }
  const rows = await sql.all<FindingRow>(
    `SELECT ${PACKAGE}, p.id AS "packageId", v.id, n.name AS namespace, v.name, v.description, v.link, v.severity,
      v.metadata
    FROM image g
    CROSS JOIN package_set_member m
    CROSS JOIN affected a
    CROSS JOIN vulnerability v
    CROSS JOIN package_version p
    CROSS JOIN namespace pn
    CROSS JOIN namespace n
    WHERE g.uuid = $1 AND m.set_id = g.set_id AND a.package_version_id = m.package_version_id
      AND v.id = a.vulnerability_id AND v.deleted_at IS NULL AND p.id = a.package_version_id
      AND pn.id = p.namespace_id AND n.id = v.namespace_id
      ${conditions.map((condition) => `AND ${condition}`).join(' ')}
    ORDER BY v.severity DESC, v.name, p.name, p.id, v.id LIMIT $2`,
    parameters,
  );
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const builds = await buildsOf(sql, page);
  return {
    findings: page.map((row) => toFinding(row, builds)),
    ...(rows.length > filter.limit &&
      last !== undefined && {
        next: writeCursor([last.severity, last.name, last.packageName, last.packageId, last.id]),
      }),
  };
}

/** Images that a vulnerability affects, in whatever namespace. */
export async function readAffected(
  sql: SqlReader,
  vulnerability: string,
  page: { readonly after?: string; readonly limit: number },
): Promise<{ readonly count: number; readonly images: readonly AffectedImage[]; readonly next?: string }> {
  const before = page.after === undefined ? Number.MAX_SAFE_INTEGER : readCursor(page.after, [0] as const)[0];
  // Many images share few sets: those are found first, and what comes after them walks one index.
  const found = await sql.all<{ readonly id: number }>(
    `SELECT DISTINCT m.set_id AS id FROM vulnerability v CROSS JOIN affected a CROSS JOIN package_set_member m
    WHERE v.name = $1 AND v.deleted_at IS NULL AND a.vulnerability_id = v.id
      AND m.package_version_id = a.package_version_id`,
    [vulnerability],
  );
  if (found.length === 0) return { count: 0, images: [] };
  const sets = JSON.stringify(found.map(({ id }) => id));
  const list = sql.dialect.list('$1', 'i', 'integer');
  const row = await sql.get<{ readonly count: number }>(
    `SELECT CAST(sum((SELECT count(*) FROM image g WHERE g.set_id = i.value)) AS ${sql.dialect.define.integer}) AS count
    FROM ${list}`,
    [sets],
  );
  const { count } = row!;
  const images = await readImages(
    sql,
    `WHERE g.id IN (${count > FEW ? amongAll(list) : setBySet(sql.dialect.name, list)}) ORDER BY g.id DESC`,
    [sets, before, page.limit + 1],
  );
  const shown = images.slice(0, page.limit);
  const packages = await packagesOfSets(
    sql,
    'v.name = $1 AND v.deleted_at IS NULL',
    vulnerability,
    shown.map(({ set }) => set!),
  );
  return {
    count,
    images: shown.map(({ image, set }) => ({ image, packages: packages.get(set!) ?? [] })),
    ...(images.length > page.limit && shown.length > 0 && { next: writeCursor([shown.at(-1)!.number]) }),
  };
}

/** Walks from the newest image until there are enough. In parentheses the condition stays one; PostgreSQL then hashes it. */
function amongAll(list: string): string {
  return `SELECT o.id FROM image o WHERE (o.set_id IN (SELECT value FROM ${list})) IS TRUE AND o.id < $2
    ORDER BY o.id DESC LIMIT $3`;
}

/** Looks at the images of each set. PostgreSQL cannot know how few they are, and would read all images, if it might. */
function setBySet(dialect: 'sqlite' | 'postgres', list: string): string {
  const inSets =
    dialect === 'postgres'
      ? 'CROSS JOIN LATERAL (SELECT f.id FROM image f WHERE f.set_id = i.value OFFSET 0) o WHERE o.id < $2'
      : 'CROSS JOIN image o WHERE o.set_id = i.value AND o.id < $2';
  return `SELECT o.id FROM ${list} ${inSets} ORDER BY o.id DESC LIMIT $3`;
}

/**
 * The packages of some sets that have a vulnerability.
 * @param which condition on the row `v` of it, in which `$1` is the vulnerability
 */
export async function packagesOfSets(
  sql: SqlReader,
  which: string,
  vulnerability: string | number,
  sets: readonly number[],
): Promise<ReadonlyMap<number, AffectedImage['packages']>> {
  const rows = await sql.all<PackageColumns & { readonly set: number }>(
    `SELECT m.set_id AS "set", ${PACKAGE}
    FROM vulnerability v CROSS JOIN affected a CROSS JOIN ${sql.dialect.list('$2', 'i', 'integer')}
    CROSS JOIN package_set_member m
    CROSS JOIN package_version p
    CROSS JOIN namespace pn
    WHERE ${which} AND a.vulnerability_id = v.id
      AND m.set_id = i.value AND m.package_version_id = a.package_version_id
      AND p.id = a.package_version_id AND pn.id = p.namespace_id
    ORDER BY p.name, p.version, p.id`,
    [vulnerability, JSON.stringify([...new Set(sets)])],
  );
  const builds = await buildsOf(sql, rows);
  const packages = new Map<number, AffectedImage['packages'][number][]>();
  for (const row of rows) {
    const pkg = { ...toPackage(row, builds), ...(row.fixedBy !== null && { fixedBy: row.fixedBy }) };
    const own = packages.get(row.set);
    if (own === undefined) packages.set(row.set, [pkg]);
    else own.push(pkg);
  }
  return packages;
}

async function buildsOf(sql: SqlReader, rows: readonly PackageColumns[]): Promise<ReadonlyMap<number, PackageBuild>> {
  return await readBuilds(
    sql,
    rows.map(({ build }) => build),
  );
}

function toPackage(row: PackageColumns, builds: ReadonlyMap<number, PackageBuild>): PackageVersion {
  const { packageNamespace, packageName, version, sourceName, sourceVersion, build } = row;
  const source = sourceName === '' ? undefined : { name: sourceName, version: sourceVersion };
  return {
    namespace: packageNamespace,
    name: packageName,
    version,
    ...(source !== undefined && { source }),
    ...builds.get(build),
  };
}

function toFinding(row: FindingRow, builds: ReadonlyMap<number, PackageBuild>): ImageFinding {
  const { namespace, name, description, link, severity, metadata, fixedBy } = row;
  return {
    ...toPackage(row, builds),
    vulnerability: {
      namespace,
      name,
      description,
      link,
      severity: severityOf(severity),
      metadata,
      ...(fixedBy !== null && { fixedBy }),
    },
  };
}
