import { buildOf } from '../../../match/versions.ts';
import type { DatabaseSlot, Fact, PackageRecord } from '../../../model/fact.ts';
import { compareText } from '../../../model/order.ts';
import type { PackageVersion } from '../../../store/package-version.ts';
import type { VersionFormat } from '../version-format.ts';
import { hasVersionForm } from './version-form.ts';

/** A package as a layer's database lists it, before it belongs to a namespace. */
export type ListedPackage = Omit<PackageVersion, 'namespace'>;

/** What the package databases of one layer list. */
export interface PackageList {
  /** Each name, version and build once, by name, then version. */
  readonly packages: readonly ListedPackage[];
  /** Those that were left out, as no version of the v1 API has that form. */
  readonly dropped: readonly ListedPackage[];
}

/** How the versions of each database are written. */
const slotFormats: Readonly<Record<DatabaseSlot, VersionFormat>> = { dpkg: 'dpkg', apk: 'dpkg', rpm: 'rpm' };

/**
 * Packages of the v1 API: of dpkg the source packages, of rpm and apk what is installed. Files that stand for a single
 * package (`status.d`) are none, as in Clair.
 */
export function listPackages(facts: readonly Fact[]): PackageList {
  const packages = new Map<string, ListedPackage>();
  const dropped: ListedPackage[] = [];
  const named = repositoriesIn(facts);
  for (const fact of facts) {
    if (fact.kind !== 'package-database') continue;
    const format = slotFormats[fact.slot];
    for (const record of fact.packages) {
      const own = fact.slot === 'dpkg' ? sourceOf(record) : installedOf(record);
      const repositories = named.get(record.type);
      const listed = repositories === undefined ? own : { ...own, repositories };
      if (!hasVersionForm(format, listed.version)) dropped.push(listed);
      // The first one of several binaries of one source.
      else if (!packages.has(buildKeyOf(listed))) packages.set(buildKeyOf(listed), listed);
    }
  }
  const sorted = [...packages.values()].sort(
    (a, b) => compareText(a.name, b.name) || compareText(a.version, b.version),
  );
  return { packages: sorted, dropped };
}

/** What a layer says of where the packages of each type come from. */
function repositoriesIn(facts: readonly Fact[]): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, Set<string>>();
  for (const fact of facts) {
    if (fact.kind === 'repositories') named.set(fact.type, new Set([...(named.get(fact.type) ?? []), ...fact.names]));
  }
  return new Map([...named].map(([type, names]) => [type, [...names].sort()]));
}

/** What tells builds of packages of a layer apart, as far as their database tells. */
export function buildKeyOf(listed: ListedPackage): string {
  const { arch = '', vendor = '', modularity = '' } = listed;
  return [keyOf(listed), arch, vendor, modularity].join('\0');
}

/** What tells packages of a layer apart, as the v1 API shows them. */
export function keyOf({ name, version }: Pick<PackageVersion, 'name' | 'version'>): string {
  return `${name}\0${version}`;
}

/** A version that the source field states wrongly is that of the package itself. */
function sourceOf({ name, version, source }: PackageRecord): ListedPackage {
  if (source === undefined) return { name, version };
  return { name: source.name, version: hasVersionForm('dpkg', source.version) ? source.version : version };
}

function installedOf({ name, version, source, type, arch, vendor, modularityLabel }: PackageRecord): ListedPackage {
  const build = buildOf({
    type,
    ...(arch !== undefined && { arch }),
    ...(vendor !== undefined && { vendor }),
    ...(modularityLabel !== undefined && { modularity: modularityLabel }),
  });
  return { name, version, ...(source !== undefined && { source }), ...build };
}
