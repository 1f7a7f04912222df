import type { AdvisoryState, Affected } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';

/** A command that brings `name` to `version`. */
type Upgrade = (name: string, version: string, distribution: string) => string;

/** How packages of a purl type are upgraded. A type that is not listed gets a plain sentence. */
const upgrades: ReadonlyMap<string, Upgrade> = new Map<string, Upgrade>([
  // Parts of a system that rolls on are not upgraded alone.
  ['alpm', () => 'pacman -Syu'],
  ['apk', (name, version) => shell`apk add --upgrade ${`${name}>=${version}`}`],
  ['cargo', (name, version) => shell`cargo update --package ${name} --precise ${version}`],
  ['composer', (name, version) => shell`composer require ${`${name}:${version}`}`],
  ['deb', (name, version) => shell`apt-get install --only-upgrade ${`${name}=${version}`}`],
  ['gem', (name, version) => shell`gem install ${name} --version ${version}`],
  ['golang', (name, version) => shell`go get ${`${name}@${/^\d/.test(version) ? 'v' : ''}${version}`}`],
  ['npm', (name, version) => shell`npm install ${`${name}@${version}`}`],
  ['nuget', (name, version) => shell`dotnet add package ${name} --version ${version}`],
  ['pypi', (name, version) => shell`pip install --upgrade ${`${name}>=${version}`}`],
  ['rpm', (name, version, distribution) => `${rpmManager(distribution)} ${shell`${`${name}-${version}`}`}`],
]);

const rpmManagers: ReadonlyMap<string, string> = new Map([
  ['azurelinux', 'tdnf update'],
  ['mariner', 'tdnf update'],
  ['photon', 'tdnf update'],
  ['opensuse-leap', 'zypper update'],
  ['opensuse-tumbleweed', 'zypper update'],
  ['sled', 'zypper update'],
  ['sles', 'zypper update'],
]);

function rpmManager(distribution: string): string {
  return rpmManagers.get(distribution.split(':', 1)[0]!) ?? 'dnf upgrade';
}

/**
 * What helps against a vulnerability of a package: the upgrade to `version`, where there is one, else what its publisher
 * says of it.
 * A version of the source package is named in a command only if the package has the same version as its source:
 * rebuilds, and packages with versions of their own, would not be found under it.
 */
export function remediationFor(
  pkg: Package,
  affected: Pick<Affected, 'state' | 'note'>,
  version: string | undefined,
  kind: 'source' | 'binary',
): string | undefined {
  if (version === undefined) return withoutFix(pkg, affected);
  const { name, source } = pkg;
  if (kind === 'source' && source !== undefined && source.version !== pkg.version) {
    return `Upgrade ${name} to a build of ${source.name} ${version} or later.`;
  }
  const built = builtWith(pkg, version);
  if (built !== undefined) return built;
  const upgrade = upgrades.get(pkg.type);
  // A name that begins with a hyphen would be read as an option.
  if (upgrade === undefined || name.startsWith('-')) return `Upgrade ${name} to ${version} or later.`;
  return upgrade(name, version, pkg.distribution ?? '');
}

/** What helps against a package that is itself the attack. */
export function removalOf({ name, version }: Package): string {
  return `Remove ${name} ${version}, and treat whatever it could read or change as compromised.`;
}

/** Types whose packages are compiled into programs. */
const compiled: ReadonlySet<string> = new Set(['golang', 'cargo']);

/** What is a part of a program or of an archive is not upgraded alone. */
function builtWith({ type, name, evidence, locations: [place] }: Package, version: string): string | undefined {
  if (evidence !== undefined || place === undefined) return undefined;
  const end = place.indexOf('!/');
  if (end > 0) return `Replace ${place.slice(0, end)} by a build with ${name} ${version} or later.`;
  if (!compiled.has(type)) return undefined;
  const what = type === 'golang' && name === 'stdlib' ? 'Go' : name;
  return `Replace ${place} by a build with ${what} ${version} or later.`;
}

function withoutFix(pkg: Package, { state, note }: Pick<Affected, 'state' | 'note'>): string | undefined {
  const advice = adviceFor(pkg, state);
  if (note === undefined) return advice;
  const said = `The publisher says: ${/[.!?]$/.test(note) ? note : `${note}.`}`;
  return advice === undefined ? said : `${advice} ${said}`;
}

function adviceFor(pkg: Package, state: AdvisoryState): string | undefined {
  switch (state) {
    case 'end-of-life':
      return `No fix will come for this release: move to a supported one, or remove ${pkg.name}.`;
    case 'will-not-fix':
      return `The publisher will not fix it: remove or replace ${pkg.name}, or accept it in a policy.`;
    default:
      return undefined;
  }
}

/** A command in which every inserted word is taken literally: the image chose it, and people paste commands. */
function shell(strings: TemplateStringsArray, ...words: readonly string[]): string {
  return String.raw({ raw: strings }, ...words.map(quoted));
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_.+:~@%=/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
