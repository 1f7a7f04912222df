import { type PackageUrl, parsePackageUrl } from '../formats/package-url.ts';
import { alpmVersions } from '../formats/versions/alpm.ts';
import { apkVersions } from '../formats/versions/apk.ts';
import { composerNormalVersions } from '../formats/versions/composer-normal.ts';
import { debVersions } from '../formats/versions/deb.ts';
import { gemVersions } from '../formats/versions/gem.ts';
import { goVersions } from '../formats/versions/go.ts';
import { mavenVersions } from '../formats/versions/maven.ts';
import { nugetVersions } from '../formats/versions/nuget.ts';
import { pypiVersions } from '../formats/versions/pypi.ts';
import { rpmVersions } from '../formats/versions/rpm.ts';
import { semverVersions } from '../formats/versions/semver.ts';
import { pypiName } from '../model/purl.ts';
import type { VersionScheme } from '../model/version-scheme.ts';

/** How versions of a purl type compare; a type that is not here has no order, only equality. */
export const versionSchemes: ReadonlyMap<string, VersionScheme> = new Map([
  ['deb', debVersions],
  ['rpm', rpmVersions],
  ['apk', apkVersions],
  ['alpm', alpmVersions],
  ['cargo', semverVersions],
  ['composer', composerNormalVersions],
  ['gem', gemVersions],
  ['golang', goVersions],
  ['maven', mavenVersions],
  ['npm', semverVersions],
  ['nuget', nugetVersions],
  ['pypi', pypiVersions],
]);

/** Types whose names differ by more than case, and by less than the spellings that they come in. */
const nameSpellings: ReadonlyMap<string, (name: string) => string> = new Map([
  ['composer', (name: string) => name.toLowerCase()],
  ['nuget', (name: string) => name.toLowerCase()],
  ['pypi', pypiName],
]);

/** Why a package is not the one that a package URL names: the first part that differs. */
export type PurlDifference = 'name' | 'version' | 'qualifier';

/** Namespaces of rpm by which distributions go besides the ID of their os-release. */
const namespaces: ReadonlyMap<string, string> = new Map([
  ['redhat', 'rhel'],
  ['oracle', 'ol'],
  ['amazon', 'amzn'],
  ['suse', 'sles'],
]);

/** A package URL in the spelling in which it is compared. */
export interface ComparablePurl extends PackageUrl {
  /** The same for all versions of a package. */
  readonly key: string;
}

/**
 * Reads a package URL so that spellings of the same package become one: the epoch of an rpm stands in its version, a Go
 * version has no `v`, names of PyPI have hyphens (purl specification, "Known types"). Undefined for another text.
 */
export function comparablePurl(text: string): ComparablePurl | undefined {
  const purl = parsePackageUrl(text.trim());
  if (purl === undefined) return undefined;
  const { type } = purl;
  const name = nameSpellings.get(type)?.(purl.name) ?? purl.name;
  const qualifiers = new Map(purl.qualifiers);
  let { version } = purl;
  if (type === 'golang') version = version?.replace(/^v(?=\d)/, '');
  const epoch = qualifiers.get('epoch');
  qualifiers.delete('epoch');
  if (type === 'rpm' && version !== undefined && epoch !== undefined && !/^\d+:/.test(version)) {
    version = `${epoch}:${version}`;
  }
  // Source rpms are of the architecture `src`, those of Debian of `source`.
  if (type === 'rpm' && qualifiers.get('arch') === 'src') qualifiers.set('arch', 'source');
  const namespace = purl.namespace?.toLowerCase();
  const isCaseless = type === 'rpm' || type === 'composer';
  // Its author tells no distribution of CPAN from another.
  const own =
    type === 'cpan' ? undefined : isCaseless ? (namespaces.get(namespace ?? '') ?? namespace) : purl.namespace;
  return {
    type,
    name,
    qualifiers,
    ...(own !== undefined && { namespace: own }),
    ...(version !== undefined && { version }),
    key: `${type}\0${own ?? ''}\0${name}`,
  };
}

/**
 * What tells a package from the one that is named. A named purl without version names every version; one without
 * qualifiers every build.
 */
export function purlDifference(named: ComparablePurl, actual: ComparablePurl): PurlDifference | undefined {
  if (named.key !== actual.key) return 'name';
  if (named.version !== undefined && !sameVersion(named.type, named.version, actual.version)) return 'version';
  const module = actual.qualifiers.get('rpmmod');
  // What is said of a package whatever its version is said of the one outside of modules.
  if (module !== undefined && named.version === undefined && !named.qualifiers.has('rpmmod')) return 'qualifier';
  for (const [key, value] of named.qualifiers) {
    const own = actual.qualifiers.get(key);
    if (key === 'rpmmod' && own !== undefined && own.startsWith(`${value}:`)) continue;
    if (own === value || (key === 'distro' && own !== undefined && isSameRelease(own, value))) continue;
    return 'qualifier';
  }
  return undefined;
}

function sameVersion(type: string, named: string, actual: string | undefined): boolean {
  if (actual === undefined || named === actual) return named === actual;
  try {
    return versionSchemes.get(type)?.compare(named, actual) === 0;
  } catch {
    return false;
  }
}

/** `debian-12` and `debian-12.5` are one release. */
function isSameRelease(a: string, b: string): boolean {
  return a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
