import { compareCodePoints } from '../../model/order.ts';
import type { LayerPackage, LayerPackagesOptions } from '../layer-shelf.ts';
import type { PackageVersion, PackageVulnerability } from '../package-version.ts';
import type { SqlReader } from './connection.ts';
import { KnownRows, textBytes } from './known-rows.ts';
import { NO_BUILD, readBuilds } from './package-builds.ts';
import { severityOf } from './severities.ts';

/** Values of `layer_package.modification`. */
export const REMOVED = 0;
export const ADDED = 1;

/** A layer and all that it stands on, with their depth below it. */
const CHAIN = `
  WITH RECURSIVE chain (id, parent_id, name, depth) AS (
    SELECT id, parent_id, name, 0 FROM layer WHERE name = $1
    UNION ALL
    SELECT l.id, l.parent_id, l.name, c.depth + 1 FROM chain c JOIN layer l ON l.id = c.parent_id
  )`;

/** What a layer of the chain adds or removes: `ids` is JSON text, `[null]` for a layer without a difference. */
type DifferenceRow = readonly [table: string, layer: string, modification: number | null, ids: string];

type PackageRow = readonly [
  id: number,
  namespace: string,
  versionFormat: string,
  name: string,
  version: string,
  sourceName: string,
  sourceVersion: string,
  build: number,
];

type VulnerabilityRow = readonly [
  id: number,
  namespace: string,
  name: string,
  description: string,
  link: string,
  severity: number,
  metadata: string,
];

/** Lists of the same length, as JSON text; null where there are no pairs. */
type PairsRow = readonly [table: string, packageVersions: string | null, ids: string | null, fixedBy: string | null];

/** A package version without its build, and the number of that. */
interface KnownVersion {
  readonly version: PackageVersion & Pick<LayerPackage, 'versionFormat'>;
  readonly build: number;
}

/** A vulnerability, and the same in packages that a version fixes: nearly all have the same one. */
interface KnownVulnerability {
  readonly unfixed: PackageVulnerability;
  fixed?: PackageVulnerability;
}

/** What a process knows of what it showed in layers. */
export interface KnownOfLayers {
  readonly versions: KnownRows<KnownVersion>;
  readonly vulnerabilities: KnownRows<KnownVulnerability>;
}

/** Bytes that rows take beside their texts, measured. */
const VERSION_BYTES = 200;
const VULNERABILITY_BYTES = 400;

/**
 * Neither kind of row ever becomes wrong. A package version is not changed. A changed vulnerability is a new row with a
 * new id, and the old one stays; only whether it is in use changes, which is asked every time.
 * @param bytes of memory, about
 */
export function knownOfLayers(bytes: number): KnownOfLayers {
  return {
    versions: new KnownRows(bytes / 2, ({ version: { name, version, source, versionFormat } }) => {
      // A format that nobody knows yet is filled in one day: too large to be kept.
      if (versionFormat === '') return Number.POSITIVE_INFINITY;
      return VERSION_BYTES + textBytes(name, version, source?.name ?? '', source?.version ?? '');
    }),
    // Twice: what was written of one in an answer lives as long as it does.
    vulnerabilities: new KnownRows(
      bytes / 2,
      ({ unfixed: { name, description, link, metadata } }) =>
        VULNERABILITY_BYTES + 2 * textBytes(name, description, link, metadata),
    ),
  };
}

/** Ids of the package versions that are installed in a layer. Undefined: no such layer. */
export async function installedIds(sql: SqlReader, layer: string): Promise<ReadonlySet<number> | undefined> {
  const installed = await installedIn(sql, layer);
  return installed === undefined ? undefined : new Set(installed.layers.keys());
}

interface Installed {
  /** The identity of the table of package versions. */
  readonly table: string;
  /** Package versions, each with the name of the layer that brought it. */
  readonly layers: Map<number, string>;
}

async function installedIn(sql: SqlReader, layer: string): Promise<Installed | undefined> {
  const { collected, identity } = sql.dialect;
  const rows = await sql.arrays<DifferenceRow>(
    `${CHAIN} SELECT ${identity('package_version')}, c.name, d.modification, ${collected('d.package_version_id')}
    FROM chain c LEFT JOIN layer_package d ON d.layer_id = c.id
    GROUP BY c.depth, c.name, d.modification ORDER BY c.depth DESC`,
    [layer],
  );
  return rows.length === 0 ? undefined : { table: rows[0]![0], layers: fold(rows) };
}

/**
 * What is installed in a layer. Undefined: no such layer. What packages are is asked for by their ids, once these are
 * known: PostgreSQL cannot foresee how few the chain leaves, and would read all package versions there are.
 */
export async function packagesOf(
  sql: SqlReader,
  layer: string,
  known: KnownOfLayers,
  { vulnerabilities: withVulnerabilities = false, builds: withBuilds = false }: LayerPackagesOptions,
): Promise<LayerPackage[] | undefined> {
  const installed = await installedIn(sql, layer);
  if (installed === undefined) return undefined;
  const { table, layers } = installed;
  const ids = [...layers.keys()];
  const versions = await known.versions.find(table, ids, async (missing) => await readVersions(sql, missing));
  const vulnerabilities = withVulnerabilities
    ? await vulnerabilitiesOf(sql, ids, known)
    : new Map<number, PackageVulnerability[]>();
  const builds = withBuilds
    ? await readBuilds(
        sql,
        [...versions.values()].map(({ build }) => build),
      )
    : undefined;
  // Those of lower layers first, as `layers` has them.
  const packages = ids.flatMap((id): LayerPackage[] | LayerPackage => {
    const found = versions.get(id);
    if (found === undefined) return [];
    const { version, build } = found;
    return {
      ...version,
      ...builds?.get(build),
      addedBy: layers.get(id)!,
      vulnerabilities: vulnerabilities.get(id) ?? [],
    };
  });
  const hasBuilds = [...versions.values()].some(({ build }) => build !== NO_BUILD);
  return (withBuilds || !hasBuilds ? packages : withoutBuilds(packages)).sort(
    (a, b) =>
      compareCodePoints(a.name, b.name) ||
      compareCodePoints(a.namespace, b.namespace) ||
      compareCodePoints(a.version, b.version) ||
      compareCodePoints(a.source?.name ?? '', b.source?.name ?? '') ||
      compareCodePoints(a.source?.version ?? '', b.source?.version ?? ''),
  );
}

async function readVersions(sql: SqlReader, ids: readonly number[]): Promise<[number, KnownVersion][]> {
  const rows = await sql.arrays<PackageRow>(
    `SELECT p.id, n.name, n.version_format, p.name, p.version, p.source_name, p.source_version, p.build_id
    FROM ${sql.dialect.list('$1', 'i', 'integer')}
    JOIN package_version p ON p.id = i.value
    JOIN namespace n ON n.id = p.namespace_id`,
    [JSON.stringify(ids)],
  );
  return rows.map(([id, namespace, versionFormat, name, version, sourceName, sourceVersion, build]) => {
    const source = sourceName === '' ? {} : { source: { name: sourceName, version: sourceVersion } };
    return [id, { version: { namespace, versionFormat, name, version, ...source }, build }];
  });
}

/** Makes one package of those that differ in their builds alone. */
function withoutBuilds(packages: readonly LayerPackage[]): LayerPackage[] {
  const found = new Map<string, LayerPackage>();
  for (const one of packages) {
    const { namespace, name, version, source } = one;
    const key = [namespace, name, version, source?.name ?? '', source?.version ?? ''].join('\0');
    const other = found.get(key);
    if (other === undefined) found.set(key, one);
    else if (one.vulnerabilities.length > 0) {
      found.set(key, { ...other, vulnerabilities: union(other.vulnerabilities, one.vulnerabilities) });
    }
  }
  return [...found.values()];
}

/** Of a vulnerability that both have the first one's fix counts. */
function union(
  first: readonly PackageVulnerability[],
  second: readonly PackageVulnerability[],
): readonly PackageVulnerability[] {
  const known = new Set(first.map(({ namespace, name }) => `${namespace}\0${name}`));
  const more = second.filter(({ namespace, name }) => !known.has(`${namespace}\0${name}`));
  return more.length === 0 ? first : [...first, ...more].sort(compareVulnerabilities);
}

function compareVulnerabilities(a: PackageVulnerability, b: PackageVulnerability): number {
  return compareCodePoints(a.name, b.name) || compareCodePoints(a.namespace, b.namespace);
}

/** Applies differences one after the other, those of the root first. Package versions, and the layers that brought them. */
function fold(rows: readonly DifferenceRow[]): Map<number, string> {
  const installed = new Map<number, string>();
  for (const [, layer, modification, ids] of rows) {
    if (modification === null) continue;
    for (const id of JSON.parse(ids) as readonly number[]) {
      if (modification === REMOVED) installed.delete(id);
      else installed.set(id, layer);
    }
  }
  return installed;
}

/**
 * Vulnerabilities in use, by package version; those of one by name, then namespace. One that several packages have is one
 * object where the same version fixes it, as a rule also in another answer.
 *
 * Whether a row is superseded is a subquery of each pair, not a join: of a join PostgreSQL reads all superseded rows for
 * each pair while it believes that there are none, which took a second with 5,000 that had come since its last ANALYZE.
 */
async function vulnerabilitiesOf(
  sql: SqlReader,
  packageVersions: readonly number[],
  known: Pick<KnownOfLayers, 'vulnerabilities'>,
): Promise<Map<number, PackageVulnerability[]>> {
  const { collected, identity, list } = sql.dialect;
  const [pairs] = await sql.arrays<PairsRow>(
    `SELECT ${identity('vulnerability')}, ${collected('a.package_version_id')}, ${collected('a.vulnerability_id')},
      ${collected('a.fixed_by')}
    FROM ${list('$1', 'i', 'integer')}
    JOIN affected a ON a.package_version_id = i.value
    WHERE (SELECT 1 FROM vulnerability v WHERE v.id = a.vulnerability_id AND v.deleted_at IS NOT NULL) IS NULL`,
    [JSON.stringify(packageVersions)],
  );
  const [table, ...lists] = pairs!;
  const [owners, ids, fixes] = lists.map((text) => JSON.parse(text ?? '[]') as unknown[]) as [
    number[],
    number[],
    (string | null)[],
  ];
  const rows = await known.vulnerabilities.find(table, ids, async (missing) => await readVulnerabilities(sql, missing));
  const found = new Map<number, PackageVulnerability[]>();
  for (const [index, id] of ids.entries()) {
    const row = rows.get(id);
    // Pairs are kept with their rows: there is no such one.
    if (row === undefined) continue;
    const vulnerability = fixedIn(row, fixes[index] ?? undefined);
    const own = found.get(owners[index]!);
    if (own === undefined) found.set(owners[index]!, [vulnerability]);
    else own.push(vulnerability);
  }
  for (const own of found.values()) own.sort(compareVulnerabilities);
  return found;
}

/** The same object as the last time where the version is the same one. */
function fixedIn(known: KnownVulnerability, fixedBy: string | undefined): PackageVulnerability {
  if (fixedBy === undefined) return known.unfixed;
  if (known.fixed?.fixedBy !== fixedBy) known.fixed = { ...known.unfixed, fixedBy };
  return known.fixed;
}

async function readVulnerabilities(sql: SqlReader, ids: readonly number[]): Promise<[number, KnownVulnerability][]> {
  const rows = await sql.arrays<VulnerabilityRow>(
    `SELECT v.id, n.name, v.name, v.description, v.link, v.severity, v.metadata
    FROM ${sql.dialect.list('$1', 'i', 'integer')}
    JOIN vulnerability v ON v.id = i.value
    JOIN namespace n ON n.id = v.namespace_id`,
    [JSON.stringify(ids)],
  );
  return rows.map(([id, namespace, name, description, link, number, metadata]) => [
    id,
    { unfixed: { namespace, name, description, link, severity: severityOf(number), metadata } },
  ]);
}
