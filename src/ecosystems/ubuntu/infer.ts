import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import type { PackageRecord } from '../../model/fact.ts';
import type { Package } from '../../model/package.ts';
import { isBuildOfParent, type ParentRule } from '../../packages/dpkg/parent.ts';
import { readDerivative } from '../../packages/release/derivative.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { isNamedOtherwise } from '../../packages/release/release-name.ts';
import { ubuntuReleases } from './releases.ts';

const versions: ReadonlyMap<string, string> = new Map(
  ubuntuReleases.map(({ codename = '', version }) => [codename, version]),
);

/** Launchpad puts Ubuntu's own people into every package that it builds for Ubuntu. */
const rule: ParentRule = {
  words: new Set(['ubuntu', 'build', 'deb', 'u', 'b', 'nmu', 'dfsg', 'ds', 'really', 'esm']),
  maintainer: /@(?:lists\.)?(?:ubuntu|canonical)\.com>?$/,
};

/** Versions of `base-files` up to Ubuntu's own mark, by release (packages.ubuntu.com). */
const baseFiles: ReadonlyMap<string, string> = new Map([
  ['7.2ubuntu5', '14.04'],
  ['9.4ubuntu4', '16.04'],
  ['10.1ubuntu2', '18.04'],
  ['11ubuntu5', '20.04'],
  ['12ubuntu4', '22.04'],
  ['13ubuntu10', '24.04'],
]);

/**
 * Recognises what release files do not name: an image without them (chiselled), by its package `base-files`, and
 * distributions that were made from a release of Ubuntu.
 */
export function inferUbuntu(
  files: readonly ReleaseFile[],
  installed: readonly PackageRecord[],
): Distribution | undefined {
  if (!isNamedOtherwise(files, ['ubuntu'])) {
    const base = installed.find(({ type, name }) => type === 'deb' && name === 'base-files')?.version ?? '';
    const version = baseFiles.get(/^[\d.]+ubuntu\d+/.exec(base)?.[0] ?? '');
    return version === undefined ? undefined : knownRelease(ubuntuReleases, 'ubuntu', version, 'Ubuntu');
  }
  const derivative = readDerivative(files);
  if (derivative === undefined) return undefined;
  const named = derivative.codenameOf('ubuntu');
  if (named === undefined && !derivative.like.includes('ubuntu')) return undefined;
  const parent = versions.get(named ?? derivative.codename);
  if (parent === undefined) return undefined;
  const { id, version, name } = derivative;
  return { id, version, name, parent: `ubuntu:${parent}` };
}

/** The release of Ubuntu that a package of a derivative is of, if it is Ubuntu's at all. */
export function releaseOfParent(pkg: Package, { id, parent }: Distribution): Distribution | undefined {
  if (parent?.startsWith('ubuntu:') !== true || !isBuildOfParent(pkg, id, rule)) return undefined;
  return knownRelease(ubuntuReleases, 'ubuntu', parent.slice('ubuntu:'.length), 'Ubuntu');
}
