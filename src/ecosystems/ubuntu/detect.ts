import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { aptSuites } from '../../packages/release/apt-suites.ts';
import { isCarriedAlong } from '../../packages/release/derivative.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { isNamedOtherwise, releaseName } from '../../packages/release/release-name.ts';
import { ubuntuReleases } from './releases.ts';

const versions: ReadonlyMap<string, string> = new Map(
  ubuntuReleases.map(({ codename = '', version }) => [codename, version]),
);

/** Recognises Ubuntu by os-release or lsb-release, or by apt sources where none of those is there. */
export function detectUbuntu(file: ReleaseFile, others: readonly ReleaseFile[]): Distribution | undefined {
  const version = versionOf(file, others);
  return version === undefined ? undefined : knownRelease(ubuntuReleases, 'ubuntu', version, 'Ubuntu');
}

function versionOf(file: ReleaseFile, others: readonly ReleaseFile[]): string | undefined {
  const name = releaseName(file);
  if (name !== undefined) {
    if (name.id !== 'ubuntu' || isCarriedAlong(file, others, 'ubuntu')) return undefined;
    return /^\d\d\.\d\d(?=\.|$)/.exec(name.version)?.[0] ?? versions.get(name.codename);
  }
  if (isNamedOtherwise(others, ['ubuntu'])) return undefined;
  const suite = aptSuites([file]).find((one) => versions.has(one));
  return suite === undefined ? undefined : versions.get(suite);
}
