import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { releaseName } from './release-name.ts';

/** Releases of a distribution from a table of versions and, where they are known, ends of life. */
export function releasesOf(
  id: string,
  name: string,
  table: readonly (readonly [version: string, endOfLife?: string])[],
): readonly Distribution[] {
  return table.map(([version, endOfLife]) => ({
    id,
    version,
    name: `${name} ${version}`,
    ...(endOfLife !== undefined && { endOfLife }),
  }));
}

/**
 * The row of a table of releases, or what can be said of a release that is newer than the table.
 *
 * @param name For people, without the version: `Debian GNU/Linux`.
 */
export function knownRelease(
  releases: readonly Distribution[],
  id: string,
  version: string,
  name: string,
): Distribution {
  const known = releases.find((release) => release.id === id && release.version === version);
  return known ?? { id, version, name: `${name} ${version}` };
}

/** Two numbers of a version that are the release; what follows is not. */
export const twoNumbers = /^\d{1,3}\.\d{1,3}(?=\.|$)/;

/**
 * Recognises distributions by os-release alone.
 *
 * @param names For people, by `ID`.
 * @param version The part of a `VERSION_ID` that is the release.
 */
export function detectNamed(
  names: ReadonlyMap<string, string>,
  version: RegExp,
  releases: readonly Distribution[] = [],
): (file: ReleaseFile) => Distribution | undefined {
  return (file) => {
    const { id = '', version: told = '' } = releaseName(file) ?? {};
    const name = names.get(id);
    const release = version.exec(told)?.[0];
    return name === undefined || release === undefined ? undefined : knownRelease(releases, id, release, name);
  };
}
