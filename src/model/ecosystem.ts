import type { Advisory, Affected, Namespace } from './advisory.ts';
import type { Analyzer } from './analyzer.ts';
import type { Distribution, ReleaseFile } from './distribution.ts';
import type { PackageRecord } from './fact.ts';
import type { Feed } from './feed.ts';
import type { Package } from './package.ts';
import type { VersionScheme } from './version-scheme.ts';

/** What an ecosystem says of an advisory beyond names and versions. */
export type Verdict = { readonly applies: true } | { readonly applies: false; readonly reason: string };

/**
 * A distribution or a language: how its packages are found, who publishes advisories on them, and how its versions
 * compare. One folder and one line in ecosystems/index.ts.
 */
export interface Ecosystem {
  /**
   * Name of its folder. For a distribution the `ID` of os-release, or a name of its own where that is shared by several
   * IDs or better known (`redhat`: `rhel` and `centos`): then `releases` tells which IDs are its own.
   */
  readonly id: string;
  readonly displayName: string;
  /** purl types it answers for. */
  readonly types: readonly string[];
  /** Readers of its package databases; an analyzer that several ecosystems list runs once. */
  readonly analyzers: readonly Analyzer[];
  readonly feeds: readonly Feed[];
  /**
   * Asked of all ecosystems file by file, in the fixed order of the release files.
   * `others` are all release files of the image, for files that say only half.
   */
  detect?(file: ReleaseFile, others: readonly ReleaseFile[]): Distribution | undefined;
  /**
   * Asked where no release file names a distribution that is known: for one that was made from this one and says so, or
   * whose release only its packages tell.
   */
  infer?(files: readonly ReleaseFile[], installed: readonly PackageRecord[]): Distribution | undefined;
  /**
   * What it may recognise, with all it knows of each: for documentation and `drydock ecosystems`. The name of a release
   * contains its version.
   */
  readonly releases?: readonly Distribution[];
  /**
   * Where advisories on a package stand; none: nobody watches it, and the report says so. Empty for packages of other
   * distributions, and for all packages while there is no feed.
   */
  namespaces(pkg: Package, distribution?: Distribution): readonly Namespace[];
  /** The name under which advisories on a package stand, where that differs from the package's own (`Flask_Cors`). */
  advisoryName?(name: string): string;
  versions(namespace: Namespace): VersionScheme;
  /**
   * Whether advisories on a package depend on where it comes from, and that is not known: the report then says so.
   * Absent: they do not depend on it, or no image tells it, and nothing in one counts as such.
   */
  lacksRepository?(pkg: Package): boolean;
  /** The product that a package is of, as the image says, where fixes of the distribution then count no longer. */
  insteadOfDistribution?(pkg: Package): string | undefined;
  /** Decides what names and versions cannot: modules, architectures, pockets. Absent: the advisory applies. */
  applies?(pkg: Package, advisory: Omit<Advisory, 'affected'>, affected: Affected): Verdict;
}

/** The ecosystem that a distribution belongs to: the one of its name, or the one that lists its releases. */
export function ecosystemOf(distributionId: string, ecosystems: readonly Ecosystem[]): Ecosystem | undefined {
  return (
    ecosystems.find((ecosystem) => ecosystem.id === distributionId) ??
    ecosystems.find((ecosystem) => ecosystem.releases?.some((release) => release.id === distributionId))
  );
}

/** The language whose packages have a purl type. */
export function languageOf(type: string, ecosystems: readonly Ecosystem[]): Ecosystem | undefined {
  return ecosystems.find(({ types, detect }) => detect === undefined && types.includes(type));
}

/** purl types of packages that distributions are made of. */
export function distributionTypes(ecosystems: readonly Ecosystem[]): ReadonlySet<string> {
  return new Set(ecosystems.flatMap(({ types, detect }) => (detect === undefined ? [] : types)));
}

/** The ecosystem that a distribution belongs to, or the one that it was made from. */
export function homeOf(distribution: Distribution, ecosystems: readonly Ecosystem[]): Ecosystem | undefined {
  const own = ecosystemOf(distribution.id, ecosystems);
  if (own !== undefined || distribution.parent === undefined) return own;
  return ecosystemOf(distribution.parent.slice(0, distribution.parent.indexOf(':')), ecosystems);
}
