import type { AdvisoryState } from '../model/advisory.ts';
import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import { packageUses } from '../model/package-use.ts';
import type { Report, ReportLayer } from '../model/report.ts';
import { compareSeverity, type Severity } from '../model/severity.ts';
import { comparePriority, hasPriorities, type SortOrder } from './priority.ts';

/** One vulnerability of a group, with the packages of the group that have it. */
export interface GroupRow {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly related: readonly string[];
  readonly state: AdvisoryState | undefined;
  readonly fixedVersion: string | undefined;
  /** Probability of exploitation, and whether there is any already. */
  readonly score: { readonly epss?: number; readonly kev?: boolean };
  readonly packages: readonly string[];
  /** What a baseline does not have as it is. */
  readonly since: 'new' | 'graver' | undefined;
  /** The heaviest use that a watched run made of the packages. */
  readonly use: Finding['use'] | undefined;
}

/** The vulnerabilities of all packages that one source package made and one layer brought: one upgrade fixes them. */
export interface VulnerableGroup {
  /** Name and version of the source package. */
  readonly name: string;
  readonly version: string;
  readonly upgradeTo: string | undefined;
  readonly layer: number | undefined;
  readonly instruction: string | undefined;
  readonly packages: readonly string[];
  /** Where the packages stand, where that is not the database of a distribution. */
  readonly paths: readonly string[];
  readonly recovered: boolean;
  readonly use: Finding['use'] | undefined;
  /** What comes first in the order that was asked for. */
  readonly rows: readonly GroupRow[];
}

type CompareRows = (a: GroupRow, b: GroupRow) => number;

/** Groups findings of vulnerabilities, the group with what comes first in the order at the top. */
export function groupVulnerabilities(
  report: Report,
  findings: readonly Finding[],
  sort: SortOrder = 'priority',
): readonly VulnerableGroup[] {
  const byPriority = sort === 'priority' && hasPriorities(findings);
  const compare: CompareRows = byPriority ? comparePriority : (a, b) => compareSeverity(b.severity, a.severity);
  const packages = new Map(report.packages.map((pkg) => [pkg.purl, pkg]));
  const upgrades = upgradesOf(findings);
  const groups = Map.groupBy(findings, (finding) => {
    const source = sourceOf(finding, packages);
    const upgrade = upgrades.get(finding.package?.purl ?? '')?.join(' / ');
    return JSON.stringify([source.name, source.version, source.type, finding.layer?.index, upgrade]);
  });
  const { layers } = report.image;
  return [...groups.values()]
    .map((group) => makeGroup(group, packages, upgrades, layers, compare))
    .sort(groupsBy(compare));
}

/** Versions that the packages are to be upgraded to: one each, unless its advisories count in different versions. */
function upgradesOf(findings: readonly Finding[]): ReadonlyMap<string, readonly string[]> {
  const upgrades = new Map<string, Set<string>>();
  for (const { package: pkg, upgradeTo } of findings) {
    if (pkg === undefined || upgradeTo === undefined) continue;
    upgrades.set(pkg.purl, (upgrades.get(pkg.purl) ?? new Set()).add(upgradeTo));
  }
  return new Map([...upgrades].map(([purl, versions]) => [purl, [...versions].sort()]));
}

function sourceOf(finding: Finding, packages: ReadonlyMap<string, Package>) {
  const pkg = packages.get(finding.package?.purl ?? '');
  const { name, version } = pkg?.source ?? finding.package ?? { name: finding.id, version: '' };
  return { name, version, type: pkg?.type ?? '' };
}

function makeGroup(
  findings: readonly Finding[],
  packages: ReadonlyMap<string, Package>,
  upgrades: ReadonlyMap<string, readonly string[]>,
  layers: readonly ReportLayer[],
  compare: CompareRows,
): VulnerableGroup {
  const first = findings[0]!;
  const layer = first.layer?.index;
  const members = findings.flatMap(({ package: own }) => packages.get(own?.purl ?? '') ?? []);
  const { name, version } = sourceOf(first, packages);
  const rows = [...Map.groupBy(findings, ({ id }) => id).values()]
    .map(makeRow)
    .sort((a, b) => compare(a, b) || (a.id < b.id ? -1 : 1));
  const paths = members.some(({ distribution }) => distribution === undefined)
    ? findings.flatMap(({ location, locations }) => locations?.map(({ path }) => path) ?? location?.path ?? [])
    : [];
  return {
    name,
    version,
    upgradeTo: upgrades.get(first.package?.purl ?? '')?.join(' / '),
    // A bill of materials may tell of no layers: there is none to name.
    layer: layers[layer ?? -1] === undefined ? undefined : layer,
    instruction: layers[layer ?? -1]?.instruction,
    packages: distinct(findings.flatMap(({ package: own }) => own?.name ?? [])),
    paths: distinct(paths),
    recovered: members.some(({ presence }) => presence === 'recovered'),
    use: heaviestUse(findings),
    rows,
  };
}

function makeRow(findings: readonly Finding[]): GroupRow {
  const [first] = findings.toSorted((a, b) => compareSeverity(b.severity, a.severity));
  const { id, severity, title, related = [], state, fixedVersion, score: { epss, kev } = {} } = first!;
  const packages = distinct(findings.flatMap(({ package: own }) => own?.name ?? []));
  const score = { ...(epss !== undefined && { epss }), ...(kev === true && { kev }) };
  const since = (['new', 'graver'] as const).find((mark) => findings.some(({ baseline }) => baseline === mark));
  return { id, severity, title, related, state, fixedVersion, score, packages, since, use: heaviestUse(findings) };
}

function heaviestUse(findings: readonly Finding[]): Finding['use'] {
  return [...packageUses, 'not-seen' as const].find((use) => findings.some((finding) => finding.use === use));
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** By their vulnerabilities one by one, then by name. */
function groupsBy(compare: CompareRows): (a: VulnerableGroup, b: VulnerableGroup) => number {
  return (a, b) => {
    for (let index = 0; index < Math.min(a.rows.length, b.rows.length); index++) {
      const order = compare(a.rows[index]!, b.rows[index]!);
      if (order !== 0) return order;
    }
    return b.rows.length - a.rows.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
  };
}
