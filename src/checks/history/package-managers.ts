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
  const [verb = '', ...packages] = plainWords(words, withValue[manager]);
  return { manager, program, verb, packages, words };
}

const installs = new Set(['install', 'in', 'add', 'reinstall', 'localinstall', 'groupinstall', 'module']);
const updates = new Set(['update', 'refresh', 'ref', 'makecache', 'check-update']);
const upgrades = new Set([
  'upgrade',
  'dist-upgrade',
  'full-upgrade',
  'dup',
  'distro-sync',
  'safe-upgrade',
  'up',
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
        hasFlag(words, '-y', '--yes', '--assume-yes', '--force-yes', '-qq') ||
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
      return !/-\d/.test(word) && !/[=<>*]/.test(word);
  }
}
