import type { Distribution } from '../../model/distribution.ts';

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
