import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import type { PackageRecord } from '../../model/fact.ts';
import type { Package } from '../../model/package.ts';
import { isBuildOfParent, type ParentRule } from '../../packages/dpkg/parent.ts';
import { type Derivative, readDerivative } from '../../packages/release/derivative.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { isNamedOtherwise } from '../../packages/release/release-name.ts';
import { debianReleases } from './releases.ts';

const released: ReadonlyMap<string, string> = new Map(
  debianReleases
    .filter(({ endOfLife }) => endOfLife !== undefined)
    .map(({ codename = '', version }) => [codename, version]),
);

/** Words of Debian's revisions: updates, rebuilds, uploads of others, and upstream parts that were left out. */
const rule: ParentRule = { words: new Set(['deb', 'u', 'b', 'nmu', 'dfsg', 'ds', 'really']) };

/**
 * Recognises what release files do not name: an image without a version (distroless), whose release the package
 * `base-files` tells, and distributions that were made from a release of Debian.
 */
export function inferDebian(
  files: readonly ReleaseFile[],
  installed: readonly PackageRecord[],
): Distribution | undefined {
  if (!isNamedOtherwise(files, ['debian'])) return byBaseFiles(installed);
  const derivative = readDerivative(files);
  if (derivative === undefined || !derivative.like.includes('debian') || isUbuntuLike(derivative)) return undefined;
  const parent = parentOf(derivative, files);
  if (parent === undefined) return undefined;
  const { id, version, name } = derivative;
  return { id, version, name, parent: `debian:${parent}` };
}

/** Namespaces of a package of a derivative: Debian's if the package is. */
export function namespacesOfDerivative(pkg: Package, { id, parent }: Distribution): readonly string[] {
  if (parent?.startsWith('debian:') !== true) return [];
  return isBuildOfParent(pkg, id, rule) ? [parent] : [];
}

/** The version of `base-files` is the release: `12.4+deb12u8`. Ubuntu's is not (`12ubuntu4.6`). */
function byBaseFiles(installed: readonly PackageRecord[]): Distribution | undefined {
  const base = installed.find(({ type, name }) => type === 'deb' && name === 'base-files');
  const version = /^(\d{1,3})(?:\.\d+)*(?:\+deb\d+u\d+)?$/.exec(base?.version ?? '')?.[1];
  return version === undefined ? undefined : knownRelease(debianReleases, 'debian', version, 'Debian GNU/Linux');
}

function isUbuntuLike({ id, like, codenameOf }: Derivative): boolean {
  return id === 'ubuntu' || like.includes('ubuntu') || codenameOf('ubuntu') !== undefined;
}

/**
 * By the codename of Debian that it names, else by `debian_version`. One that follows testing names no release: what is
 * in it is somewhere between two of them.
 */
function parentOf(derivative: Derivative, files: readonly ReleaseFile[]): string | undefined {
  const named = derivative.codenameOf('debian');
  if (named !== undefined) return released.get(named);
  const version = files.find(({ path }) => path === 'etc/debian_version')?.text.trim() ?? '';
  return released.get(derivative.codename) ?? /^\d{1,3}(?=(?:\.\d{1,3})*$)/.exec(version)?.[0];
}
