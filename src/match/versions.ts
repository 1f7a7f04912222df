import type { AdvisoryHit, AdvisoryKey, Affected } from '../model/advisory.ts';
import { type Ecosystem, ecosystemOf } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import type { VersionScheme } from '../model/version-scheme.ts';
import { isOpen } from './assess.ts';
import { byAuthority, decide, idOf } from './decision.ts';
import { type Group, vulnerabilityNames } from './group.ts';
import { judgePackage } from './judge.ts';
import type { KnownEnrichments } from './known-enrichments.ts';
import { namesOf, type Watch, watcher } from './watch.ts';

/**
 * What tells builds of one version apart, as far as advisories on them differ; see `Package`. Parts that are absent are
 * not known.
 */
export interface PackageBuild {
  readonly arch?: string;
  readonly vendor?: string;
  readonly modularity?: string;
  readonly repositories?: readonly string[];
}

/** A package in one version, wherever it is installed. */
export interface VersionedPackage extends PackageBuild {
  /** The distribution's release whose package it is, in whatever words: `debian:8`, `centos:7`, `oracle:7`. */
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** Absent: it is its own source. */
  readonly source?: { readonly name: string; readonly version: string };
}

/** A vulnerability: its name, and the namespace of the record that decided. */
export interface NamedVulnerability {
  readonly namespace: string;
  readonly name: string;
}

/** What advisories say of a package version. Both lists are sorted by name. */
export interface VersionVerdict {
  readonly affected: readonly (NamedVulnerability & { readonly fixedVersion?: string })[];
  /** Vulnerabilities that it may or may not have, and what stood in the way. */
  readonly unjudged: readonly (NamedVulnerability & { readonly reason: string })[];
}

/** Judges package versions as `matchPackages` judges the packages of an image. */
export interface VersionJudge {
  /** Where advisories on it stand; empty: nobody watches it. */
  keysOf(version: VersionedPackage): readonly AdvisoryKey[];
  /** Where advisories on packages of a namespace stand, itself or others: those on `centos:7` in `rhel:7`. */
  namespacesOf(namespace: string): readonly string[];
  /** How versions of a namespace compare; undefined: nobody knows. */
  schemeOf(namespace: string): VersionScheme | undefined;
  /** Whether a row of an advisory has to be weighed: a version whose rows are all settled has no vulnerability. */
  isOpen(version: VersionedPackage, affected: Affected): boolean;
  /**
   * @param hits everything that is known under its keys
   * @param known whether ids of theirs were rejected; absent: none was
   */
  judge(version: VersionedPackage, hits: readonly AdvisoryHit[], known?: KnownEnrichments): VersionVerdict;
}

interface Watched {
  readonly pkg: Package;
  readonly watch: Watch;
}

/** Advisories on packages of other kinds are about all architectures: one package version of them is enough. */
const typesOfArchitectures: ReadonlySet<string> = new Set(['rpm']);

/** Which build a package is. */
export function buildOf({
  type,
  arch,
  vendor,
  modularity,
  repositories = [],
}: PackageBuild & Pick<Package, 'type'>): PackageBuild {
  return {
    ...(arch !== undefined && typesOfArchitectures.has(type) && { arch }),
    ...(vendor !== undefined && { vendor }),
    ...(modularity !== undefined && { modularity }),
    ...(repositories.length > 0 && { repositories: [...new Set(repositories)].sort() }),
  };
}

export function versionJudge(ecosystems: readonly Ecosystem[]): VersionJudge {
  const watchOf = watcher({}, ecosystems);
  const homes = new Map<string, Home | undefined>();

  function homeOf(namespace: string): Home | undefined {
    if (!homes.has(namespace)) homes.set(namespace, findHome(namespace, ecosystems));
    return homes.get(namespace);
  }

  function watched(version: VersionedPackage): Watched | undefined {
    const home = homeOf(version.namespace);
    if (home === undefined) return undefined;
    const pkg = standIn(version, home);
    const watch = watchOf(pkg);
    return watch === undefined ? undefined : { pkg, watch };
  }

  return {
    keysOf(version) {
      const found = watched(version);
      if (found === undefined) return [];
      const names = namesOf(found.pkg, found.watch);
      return found.watch.namespaces.flatMap((namespace) => names.map((name) => ({ namespace, package: name })));
    },
    namespacesOf: (namespace) => watched({ namespace, name: '', version: '' })?.watch.namespaces ?? [],
    schemeOf: (namespace) => homeOf(namespace)?.ecosystem.versions(namespace),
    isOpen(version, affected) {
      const found = watched(version);
      return found !== undefined && isOpen(found.pkg, affected, found.watch);
    },
    judge(version, hits, known) {
      const found = watched(version);
      if (found === undefined) return { affected: [], unjudged: [] };
      const { affected, unjudged } = judgePackage(found.pkg, found.watch, hits);
      const stands = (group: Group): boolean => known?.rejection(group) === undefined;
      return {
        affected: affected
          .filter(stands)
          .map((group) => nameAffected(group, known))
          .sort(byName),
        unjudged: unjudged.filter(stands).map(nameUnjudged).sort(byName),
      };
    },
  };
}

/** Whose packages are those of a namespace. */
interface Home {
  readonly ecosystem: Ecosystem;
  readonly type: string;
  readonly distribution?: string;
}

function findHome(namespace: string, ecosystems: readonly Ecosystem[]): Home | undefined {
  const colon = namespace.indexOf(':');
  if (colon < 0) {
    // Languages have no releases: their namespace is called as their packages are.
    const ecosystem = ecosystems.find(({ types, detect }) => detect === undefined && types.includes(namespace));
    return ecosystem === undefined ? undefined : { ecosystem, type: namespace };
  }
  const [id, version] = [namespace.slice(0, colon), namespace.slice(colon + 1)];
  const ecosystem = ecosystemOf(id, ecosystems);
  const type = ecosystem?.types[0];
  if (ecosystem === undefined || type === undefined) return undefined;
  // `oracle:7` names the ecosystem, where images say `ol`.
  const known = ecosystem.releases?.some((release) => release.id === id) ?? true;
  const release = known ? undefined : ecosystem.releases?.find((other) => other.version === version);
  return { ecosystem, type, distribution: release === undefined ? namespace : `${release.id}:${version}` };
}

/** A package as an image would have it, as far as judging looks at it. */
function standIn(version: VersionedPackage, home: Home): Package {
  const { arch, vendor, modularity, repositories } = version;
  return {
    name: version.name,
    version: version.version,
    type: home.type,
    purl: '',
    ...(arch !== undefined && { arch }),
    ...(version.source !== undefined && { source: version.source }),
    licences: [],
    ...(vendor !== undefined && { vendor }),
    ...(modularity !== undefined && { modularity }),
    ...(repositories !== undefined && { repositories }),
    ...(home.distribution !== undefined && { distribution: home.distribution }),
    layer: { index: 0 },
    locations: [],
    presence: 'present',
  };
}

function nameAffected(group: Group, known: KnownEnrichments | undefined): VersionVerdict['affected'][number] {
  const { id: decided, rows, fixedVersion } = decide(group);
  const id = known?.idOf(decided, rows) ?? decided;
  return { ...nameIn(group, id, rows[0]!.hit), ...(fixedVersion !== undefined && { fixedVersion }) };
}

function nameUnjudged(group: Group): VersionVerdict['unjudged'][number] {
  const rows = group.assessments
    .filter(({ verdict, hit }) => verdict.outcome === 'unjudged' && hit.affected.state !== 'not-affected')
    .sort(byAuthority);
  const { hit, verdict } = rows[0]!;
  const reason = verdict.outcome === 'unjudged' ? verdict.error.message : '';
  return { ...nameIn(group, idOf(group, hit), hit), reason };
}

/**
 * The namespace in which a record calls the vulnerability by that name: the deciding one, else the most authoritative
 * one of the group. Aliases of aliases may lead to a name that no record stands under: then the deciding record's own.
 */
function nameIn(group: Group, id: string, hit: AdvisoryHit): NamedVulnerability {
  const own = vulnerabilityNames(hit.advisory);
  if (own.includes(id)) return { namespace: hit.affected.namespace, name: id };
  const other = [...group.assessments]
    .sort(byAuthority)
    .find((row) => vulnerabilityNames(row.hit.advisory).includes(id));
  return other === undefined
    ? { namespace: hit.affected.namespace, name: own[0]! }
    : { namespace: other.hit.affected.namespace, name: id };
}

function byName(a: NamedVulnerability, b: NamedVulnerability): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.namespace < b.namespace ? -1 : 1;
}
