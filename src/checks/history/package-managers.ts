import { hasFlag, plainWords, type RanCommand } from './commands.ts';

/** A call of a package manager of a distribution. */
export interface PackageCall {
  readonly manager: 'apt' | 'apk' | 'yum' | 'dnf' | 'microdnf' | 'zypper';
  /** As it is called: `apt` and `apt-get` are one manager. */
  readonly program: string;
  /** `install`, `update` ...; '' where there is none. */
  readonly verb: string;
  readonly packages: readonly string[];
  readonly words: readonly string[];
}

const managers: ReadonlyMap<string, PackageCall['manager']> = new Map([
  ['apt', 'apt'],
  ['apt-get', 'apt'],
  ['aptitude', 'apt'],
  ['apk', 'apk'],
  ['yum', 'yum'],
  ['dnf', 'dnf'],
  ['dnf5', 'dnf'],
  ['tdnf', 'dnf'],
  ['microdnf', 'microdnf'],
  ['zypper', 'zypper'],
]);

/** Flags whose value is the next word. */
const withValue: Readonly<Record<PackageCall['manager'], ReadonlySet<string>>> = {
  apt: new Set(['-o', '--option', '-c', '--config-file', '-t', '--target-release', '--default-release', '-a']),
  apk: new Set([
    '-t',
    '--virtual',
    '-p',
    '--root',
    '-X',
    '--repository',
    '--repositories-file',
    '--keys-dir',
    '--cache-dir',
    '--arch',
    '--wait',
  ]),
  yum: new Set(['-c', '--config', '-d', '-e', '-x', '-R']),
  dnf: new Set(['-c', '--config', '-d', '-e', '-x', '--repo', '--repoid', '--setopt', '--releasever', '--installroot']),
  microdnf: new Set(['-c', '--config', '--setopt', '--enablerepo', '--disablerepo', '--releasever', '--installroot']),
  zypper: new Set([
    '-R',
    '--root',
    '-p',
    '--plus-repo',
    '-r',
    '--repo',
    '--from',
    '-t',
    '--type',
    '-D',
    '-C',
    '-c',
    '--config',
  ]),
};

/** The call that a command is, if it is one. */
export function packageCall({ program, words }: RanCommand): PackageCall | undefined {
  const manager = managers.get(program);
  if (manager === undefined) return undefined;
  const [verb = '', ...rest] = plainWords(words, withValue[manager]);
  // `dnf module install NAME:STREAM`: what is done to the module stands behind it.
  const packages = verb === 'module' ? rest.slice(1) : rest;
  return { manager, program, verb: verb === 'module' ? (rest[0] ?? verb) : verb, packages, words };
}

const installs = new Set([
  'install',
  'in',
  'add',
  'reinstall',
  'rei',
  'localinstall',
  'groupinstall',
  'install-n',
  'install-na',
  'install-nevra',
]);
const updates = new Set(['update', 'refresh', 'ref', 'makecache', 'check-update']);
const upgrades = new Set([
  'upgrade',
  'dist-upgrade',
  'full-upgrade',
  'dup',
  'distro-sync',
  'safe-upgrade',
  'upgrade-minimal',
  'update-minimal',
  'up',
  'up-min',
  'patch',
]);

export function isInstall({ verb }: PackageCall): boolean {
  return installs.has(verb);
}

/** Fetches the index alone: `yum update` and `dnf update` install. */
export function isIndexUpdate({ manager, verb }: PackageCall): boolean {
  if (manager === 'yum' || manager === 'dnf' || manager === 'microdnf')
    return verb === 'makecache' || verb === 'check-update';
  if (manager === 'zypper') return verb === 'refresh' || verb === 'ref';
  return updates.has(verb);
}

export function isUpgrade({ manager, verb }: PackageCall): boolean {
  return upgrades.has(verb) || (verb === 'update' && ['yum', 'dnf', 'microdnf', 'zypper'].includes(manager));
}

/** Goes to another release, or may: what the build file cannot tell. */
export function isReleaseUpgrade({ verb }: PackageCall): boolean {
  return ['dist-upgrade', 'full-upgrade', 'dup', 'dist-upgrade-simulate', 'distro-sync', 'system-upgrade'].includes(
    verb,
  );
}

/** Whether it asks nobody. */
export function isUnattended({ manager, words }: PackageCall): boolean {
  switch (manager) {
    case 'apt':
      return (
        hasFlag(words, '-y', '--yes', '--assume-yes', '--force-yes') ||
        quietness(words) > 1 ||
        words.some((word) => /^APT::Get::Assume-Yes=/i.test(word))
      );
    case 'zypper':
      return hasFlag(words, '-n', '--non-interactive', '-y', '--no-confirm');
    case 'apk':
      return true;
    default:
      return (
        hasFlag(words, '-y', '--assumeyes', '--assume-yes') ||
        words.some((word) => /^--setopt=assumeyes=(?:1|true)/i.test(word))
      );
  }
}

/** How quiet apt is told to be: at level 2 it also asks nothing (apt-get(8), `--quiet`). */
function quietness(words: readonly string[]): number {
  let level = 0;
  for (const word of words) {
    const set = /^(?:-q|--quiet)=(\d)$/.exec(word)?.[1];
    if (set !== undefined) level = Number(set);
    else if (word === '--quiet') level++;
    else if (/^-[A-Za-z]+$/.test(word)) level += word.split('q').length - 1;
  }
  return level;
}

/** A package that is asked for in any version: no file, no address, nothing that a variable decides. */
export function isUnpinned({ manager }: PackageCall, word: string): boolean {
  if (
    /[$`]/.test(word) ||
    word.startsWith('@') ||
    word.startsWith('.') ||
    word.includes('/') ||
    /\.(?:deb|rpm|apk)$/.test(word)
  )
    return false;
  switch (manager) {
    case 'apt':
      return !word.includes('=') && !/[-+]$/.test(word);
    case 'apk':
      return !/[=<>~]/.test(word);
    case 'zypper':
      return !/[=<>]/.test(word) && !/-\d[\w.]*-\w/.test(word);
    default:
      // A stream of a module is as good as a version: `nodejs:20`.
      return !/-\d/.test(word) && !/[=<>*:]/.test(word);
  }
}
