import { severities } from '../../../../src/model/severity.ts';
import type { Finding, Package, Report } from '../../api/schema.ts';

/** A package with what is known of it elsewhere in the report. */
export interface PackageRow {
  readonly pkg: Package;
  /** What is searched, in small letters. */
  readonly text: string;
  /** Findings on it that nobody accepts. */
  readonly findings: number;
  readonly bySeverity: Readonly<Partial<Record<Finding['severity'], number>>>;
  /** Place of the gravest in the order of severities; -1 without findings. */
  readonly worst: number;
  /** How a watched run used it; absent: no run, or not seen. */
  readonly use: string | undefined;
}

export const packageOrders = ['name', 'type', 'layer', 'findings'] as const;

export type PackageOrder = (typeof packageOrders)[number];

export interface PackageQuery {
  readonly text: string;
  /** Absent: all. */
  readonly type?: string;
  readonly layer?: string;
}

export function packageRows({ packages, findings, observation }: Report): readonly PackageRow[] {
  const counts = new Map<
    string,
    { findings: number; bySeverity: Partial<Record<Finding['severity'], number>>; worst: number }
  >();
  for (const { package: pkg, severity, suppressed } of findings) {
    if (pkg === undefined || suppressed !== undefined) continue;
    const count = counts.get(pkg.purl) ?? { findings: 0, bySeverity: {}, worst: -1 };
    count.findings++;
    count.bySeverity[severity] = (count.bySeverity[severity] ?? 0) + 1;
    count.worst = Math.max(count.worst, severities.indexOf(severity));
    counts.set(pkg.purl, count);
  }
  const uses = new Map(observation?.packagesInUse.map(({ purl, use }) => [purl, use]));
  return packages.map((pkg) => ({
    pkg,
    text: [pkg.name, pkg.version, pkg.source?.name, pkg.ownedBy, ...pkg.locations.slice(0, 5), ...pkg.licences]
      .join('\n')
      .slice(0, 2000)
      .toLowerCase(),
    findings: 0,
    bySeverity: {},
    worst: -1,
    ...counts.get(pkg.purl),
    use: uses.get(pkg.purl),
  }));
}

/** Those that answer the query, in the order; equals as the report has them. */
export function listPackages(
  rows: readonly PackageRow[],
  { text, type, layer }: PackageQuery,
  order: PackageOrder = 'name',
): readonly PackageRow[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = rows.filter(
    ({ pkg, text: searched }) =>
      (type === undefined || type === '' || pkg.type === type) &&
      (layer === undefined || layer === '' || String(pkg.layer.index) === layer) &&
      words.every((word) => searched.includes(word)),
  );
  return order === 'name' ? found : found.sort(compare[order]);
}

const compare: Readonly<Record<Exclude<PackageOrder, 'name'>, (a: PackageRow, b: PackageRow) => number>> = {
  type: (a, b) => (a.pkg.type < b.pkg.type ? -1 : a.pkg.type > b.pkg.type ? 1 : 0),
  layer: (a, b) => a.pkg.layer.index - b.pkg.layer.index,
  findings: (a, b) => b.worst - a.worst || b.findings - a.findings,
};
