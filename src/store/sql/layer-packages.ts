import { compareCodePoints } from '../../model/order.ts';
import type { LayerPackage } from '../layer-shelf.ts';
import type { PackageVulnerability } from '../package-version.ts';
import type { SqlReader } from './connection.ts';
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

/** `id` is null for a layer without a difference. */
type DifferenceRow = readonly [layer: string, id: number | null, modification: number | null];

type PackageRow = readonly [
  id: number,
  namespace: string,
  versionFormat: string,
  name: string,
  version: string,
  sourceName: string,
  sourceVersion: string,
];

type VulnerabilityRow = readonly [
  packageVersion: number,
  id: number,
  namespace: string,
  name: string,
  description: string,
  link: string,
  severity: number,
  metadata: string,
  fixedBy: string | null,
];

/** Ids of the package versions that are installed in a layer. Undefined: no such layer. */
export async function installedIds(sql: SqlReader, layer: string): Promise<ReadonlySet<number> | undefined> {
  const installed = await installedIn(sql, layer);
  return installed === undefined ? undefined : new Set(installed.keys());
}

/** The same, each with the name of the layer that brought it. */
async function installedIn(sql: SqlReader, layer: string): Promise<Map<number, string> | undefined> {
  const rows = await sql.arrays<DifferenceRow>(
    `${CHAIN} SELECT c.name, d.package_version_id, d.modification
    FROM chain c LEFT JOIN layer_package d ON d.layer_id = c.id ORDER BY c.depth DESC`,
    [layer],
  );
  return rows.length === 0 ? undefined : fold(rows);
}

/**
 * What is installed in a layer. Undefined: no such layer. What packages are is asked for by their ids, once these are
 * known: PostgreSQL cannot foresee how few the chain leaves, and would read all package versions there are.
 */
export async function packagesOf(
  sql: SqlReader,
  layer: string,
  withVulnerabilities: boolean,
): Promise<LayerPackage[] | undefined> {
  const installed = await installedIn(sql, layer);
  if (installed === undefined) return undefined;
  const ids = [...installed.keys()];
  const rows = await sql.arrays<PackageRow>(
    `SELECT p.id, n.name, n.version_format, p.name, p.version, p.source_name, p.source_version
    FROM ${sql.dialect.list('$1', 'i', 'integer')}
    JOIN package_version p ON p.id = i.value
    JOIN namespace n ON n.id = p.namespace_id`,
    [JSON.stringify(ids)],
  );
  const vulnerabilities = withVulnerabilities
    ? await vulnerabilitiesOf(sql, ids)
    : new Map<number, PackageVulnerability[]>();
  const packages = rows.map(
    ([id, namespace, versionFormat, name, version, sourceName, sourceVersion]): LayerPackage => {
      const source = sourceName === '' ? {} : { source: { name: sourceName, version: sourceVersion } };
      return {
        namespace,
        versionFormat,
        name,
        version,
        ...source,
        addedBy: installed.get(id)!,
        vulnerabilities: vulnerabilities.get(id) ?? [],
      };
    },
  );
  return packages.sort(
    (a, b) =>
      compareCodePoints(a.name, b.name) ||
      compareCodePoints(a.namespace, b.namespace) ||
      compareCodePoints(a.version, b.version) ||
      compareCodePoints(a.source?.name ?? '', b.source?.name ?? '') ||
      compareCodePoints(a.source?.version ?? '', b.source?.version ?? ''),
  );
}

/** Applies differences one after the other, those of the root first. Package versions, and the layers that brought them. */
function fold(rows: readonly DifferenceRow[]): Map<number, string> {
  const installed = new Map<number, string>();
  for (const [layer, id, modification] of rows) {
    if (id === null) continue;
    if (modification === REMOVED) installed.delete(id);
    else installed.set(id, layer);
  }
  return installed;
}

/**
 * Vulnerabilities in use, by package version; those of one by name, then namespace. One that several packages have is one
 * object where the same version fixes it.
 */
async function vulnerabilitiesOf(
  sql: SqlReader,
  packageVersions: readonly number[],
): Promise<Map<number, PackageVulnerability[]>> {
  const rows = await sql.arrays<VulnerabilityRow>(
    `SELECT a.package_version_id, v.id, n.name, v.name, v.description, v.link, v.severity, v.metadata, a.fixed_by
    FROM ${sql.dialect.list('$1', 'i', 'integer')}
    JOIN affected a ON a.package_version_id = i.value
    JOIN vulnerability v ON v.id = a.vulnerability_id AND v.deleted_at IS NULL
    JOIN namespace n ON n.id = v.namespace_id`,
    [JSON.stringify(packageVersions)],
  );
  const found = new Map<number, PackageVulnerability[]>();
  const known = new Map<number, PackageVulnerability>();
  for (const [packageVersion, id, namespace, name, description, link, number, metadata, fixedBy] of rows) {
    let vulnerability = known.get(id);
    if (vulnerability === undefined || vulnerability.fixedBy !== (fixedBy ?? undefined)) {
      const told = { namespace, name, description, link, severity: severityOf(number), metadata };
      vulnerability = fixedBy === null ? told : { ...told, fixedBy };
      known.set(id, vulnerability);
    }
    const list = found.get(packageVersion);
    if (list === undefined) found.set(packageVersion, [vulnerability]);
    else list.push(vulnerability);
  }
  for (const list of found.values()) {
    list.sort((a, b) => compareCodePoints(a.name, b.name) || compareCodePoints(a.namespace, b.namespace));
  }
  return found;
}
