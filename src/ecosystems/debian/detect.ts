import type { Distribution, ReleaseFile } from '../../model/distribution.ts';
import { aptSuites } from '../../packages/release/apt-suites.ts';
import { isCarriedAlong } from '../../packages/release/derivative.ts';
import { knownRelease } from '../../packages/release/known-release.ts';
import { isNamedOtherwise, releaseName } from '../../packages/release/release-name.ts';
import { debianReleases } from './releases.ts';

const versions: ReadonlyMap<string, string> = new Map([
  ...debianReleases.map(({ codename = '', version }) => [codename, version] as const),
  ['unstable', 'unstable'],
]);

/** Recognises Debian by os-release or lsb-release; by apt sources or `debian_version` where none of those is there. */
export function detectDebian(file: ReleaseFile, others: readonly ReleaseFile[]): Distribution | undefined {
  const version = versionOf(file, others);
  return version === undefined ? undefined : knownRelease(debianReleases, 'debian', version, 'Debian GNU/Linux');
}

function versionOf(file: ReleaseFile, others: readonly ReleaseFile[]): string | undefined {
  const name = releaseName(file);
  if (name !== undefined) {
    if (name.id !== 'debian' || isCarriedAlong(file, others, 'debian')) return undefined;
    const codename = codenameOf(file);
    // Nothing but the name, as in some distroless images: its packages tell more.
    if (name.version === '' && codename === '' && suiteVersion(others) === undefined) return undefined;
    return majorOf(name.version) ?? developmentVersion(codename, others);
  }
  if (isNamedOtherwise(others, ['debian'])) return undefined;
  if (file.path === 'etc/debian_version') {
    const text = file.text.trim();
    if (/^[a-z]+(?:\/sid)?$/.test(text)) return developmentVersion(text.split('/', 1)[0] as string, others);
    return majorOf(text);
  }
  return suiteVersion([file]);
}

function majorOf(version: string): string | undefined {
  return /^\d{1,3}(?=\.|$)/.exec(version)?.[0];
}

/**
 * Testing and unstable have no version, and both call themselves by the codename of the next release. apt's sources
 * tell them apart; without them the codename decides, and a codename that nobody knows is newer than our table.
 */
function developmentVersion(codename: string, others: readonly ReleaseFile[]): string {
  return suiteVersion(others) ?? versions.get(codename) ?? 'unstable';
}

function suiteVersion(files: readonly ReleaseFile[]): string | undefined {
  for (const suite of aptSuites(files)) {
    const version = versions.get(suite);
    if (version !== undefined) return version;
  }
  return undefined;
}

/** Codename of an os-release; old ones write it only into their title: `Debian GNU/Linux stretch/sid`. */
function codenameOf(file: ReleaseFile): string {
  const codename = releaseName(file)?.codename ?? '';
  if (codename !== '') return codename;
  return /([a-z]+)\/sid/.exec(file.fields.get('PRETTY_NAME') ?? '')?.[1] ?? '';
}
