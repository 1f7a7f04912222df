import {
  mayHoldSettings,
  type SettingKind,
  settingDirectories,
  settingFiles,
  settingKind,
  settingsOfHome,
} from './settings.ts';

/**
 * What kind of place a file is that runs, or decides about what runs, without anybody starting it. Each is read in its own
 * way: `readPlace`.
 */
export type PlaceKind =
  /** Lines of cron with a user, and those of one user. */
  | 'crontab'
  | 'user-crontab'
  /** A script that cron starts: `/etc/cron.daily/x`. */
  | 'cron-script'
  /** What is started with the system or a container by an init system. */
  | 'init-script'
  | 'unit'
  | 'unit-generator'
  /** What is started when something happens: a network comes up, a machine goes to sleep. */
  | 'event-script'
  /** A configuration with commands in it. */
  | SettingKind
  /** What shells read when they begin: of everybody, and of one user. */
  | 'shell-startup'
  | 'user-shell-startup'
  | 'preload'
  | 'linker-path'
  | 'pam'
  | 'keys'
  | 'sudoers'
  | 'hosts-access'
  | 'inetd'
  | 'xinetd'
  | 'udev'
  | 'motd'
  | 'apt-hook'
  | 'dpkg-hook'
  | 'package-hook'
  | 'environment'
  | 'python-path'
  | 'git-hook'
  | 'sshd'
  | 'sshd-config'
  /** A plain file below `/dev`. */
  | 'device';

/** Files of known paths. */
const files: Readonly<Record<string, PlaceKind>> = {
  ...settingFiles,
  'etc/ppp/ip-up': 'event-script',
  'etc/ppp/ip-down': 'event-script',
  'etc/fish/config.fish': 'user-shell-startup',
  'etc/security/pam_env.conf': 'environment',
  'etc/crontab': 'crontab',
  'etc/anacrontab': 'crontab',
  'etc/rc.local': 'init-script',
  'etc/rc.d/rc.local': 'init-script',
  'etc/inittab': 'init-script',
  'etc/profile': 'shell-startup',
  'etc/bash.bashrc': 'shell-startup',
  'etc/bashrc': 'shell-startup',
  'etc/zshrc': 'shell-startup',
  'etc/zsh/zshrc': 'shell-startup',
  'etc/zsh/zshenv': 'shell-startup',
  'etc/zshenv': 'shell-startup',
  'etc/csh.cshrc': 'shell-startup',
  'etc/csh.login': 'shell-startup',
  'etc/ssh/sshrc': 'shell-startup',
  'etc/ld.so.preload': 'preload',
  'etc/ld.so.conf': 'linker-path',
  'etc/pam.conf': 'pam',
  'etc/sudoers': 'sudoers',
  'etc/hosts.allow': 'hosts-access',
  'etc/hosts.deny': 'hosts-access',
  'etc/inetd.conf': 'inetd',
  'etc/xinetd.conf': 'xinetd',
  'etc/environment': 'environment',
  'etc/apt/apt.conf': 'apt-hook',
  'etc/dpkg/dpkg.cfg': 'dpkg-hook',
  'etc/ssh/sshd_config': 'sshd-config',
  'usr/sbin/sshd': 'sshd',
  'sbin/sshd': 'sshd',
};

/** Every file that stands directly in one of these. */
const directories: Readonly<Record<string, PlaceKind>> = {
  ...settingDirectories,
  'etc/cron.d': 'crontab',
  'etc/cron.hourly': 'cron-script',
  'etc/cron.daily': 'cron-script',
  'etc/cron.weekly': 'cron-script',
  'etc/cron.monthly': 'cron-script',
  'etc/periodic/15min': 'cron-script',
  'etc/periodic/hourly': 'cron-script',
  'etc/periodic/daily': 'cron-script',
  'etc/periodic/weekly': 'cron-script',
  'etc/periodic/monthly': 'cron-script',
  'var/spool/cron': 'user-crontab',
  'var/spool/cron/crontabs': 'user-crontab',
  'var/cron/tabs': 'user-crontab',
  'etc/crontabs': 'user-crontab',
  'etc/init.d': 'init-script',
  'etc/rc.d/init.d': 'init-script',
  'etc/local.d': 'init-script',
  'etc/cont-init.d': 'init-script',
  'etc/systemd/system': 'unit',
  'etc/systemd/user': 'unit',
  'usr/lib/systemd/system': 'unit',
  'usr/lib/systemd/user': 'unit',
  'lib/systemd/system': 'unit',
  'usr/local/lib/systemd/system': 'unit',
  'etc/systemd/system-generators': 'unit-generator',
  'usr/local/lib/systemd/system-generators': 'unit-generator',
  'usr/lib/systemd/system-generators': 'unit-generator',
  'lib/systemd/system-generators': 'unit-generator',
  'etc/profile.d': 'shell-startup',
  'etc/bash_completion.d': 'shell-startup',
  'usr/share/bash-completion/completions': 'user-shell-startup',
  'etc/fish/conf.d': 'user-shell-startup',
  'usr/share/fish/vendor_conf.d': 'user-shell-startup',
  'docker-entrypoint.d': 'user-shell-startup',
  'docker-entrypoint-initdb.d': 'user-shell-startup',
  'etc/network/if-pre-up.d': 'event-script',
  'etc/network/if-up.d': 'event-script',
  'etc/network/if-down.d': 'event-script',
  'etc/network/if-post-down.d': 'event-script',
  'etc/ppp/ip-up.d': 'event-script',
  'etc/ppp/ip-down.d': 'event-script',
  'etc/ppp/ipv6-up.d': 'event-script',
  'etc/ppp/ipv6-down.d': 'event-script',
  'etc/dhcp/dhclient-enter-hooks.d': 'event-script',
  'etc/dhcp/dhclient-exit-hooks.d': 'event-script',
  'etc/NetworkManager/dispatcher.d': 'event-script',
  'usr/lib/NetworkManager/dispatcher.d': 'event-script',
  'etc/systemd/system-sleep': 'event-script',
  'usr/lib/systemd/system-sleep': 'event-script',
  'lib/systemd/system-sleep': 'event-script',
  'usr/lib/systemd/system-shutdown': 'event-script',
  'lib/systemd/system-shutdown': 'event-script',
  'etc/kernel/postinst.d': 'event-script',
  'etc/resolvconf/update.d': 'event-script',
  'etc/ld.so.conf.d': 'linker-path',
  'etc/pam.d': 'pam',
  'usr/lib/pam.d': 'pam',
  'etc/sudoers.d': 'sudoers',
  'etc/xinetd.d': 'xinetd',
  'etc/udev/rules.d': 'udev',
  'usr/lib/udev/rules.d': 'udev',
  'lib/udev/rules.d': 'udev',
  'etc/update-motd.d': 'motd',
  'etc/apt/apt.conf.d': 'apt-hook',
  'etc/dpkg/dpkg.cfg.d': 'dpkg-hook',
  'etc/apk/commit_hooks.d': 'package-hook',
  'etc/pacman.d/hooks': 'package-hook',
  'usr/lib/yum-plugins': 'package-hook',
  'etc/ssh/sshd_config.d': 'sshd-config',
};

/** Files in the home of a user. */
const ofHome: Readonly<Record<string, PlaceKind>> = {
  ...settingsOfHome,
  '.bashrc': 'user-shell-startup',
  '.bash_profile': 'user-shell-startup',
  '.bash_login': 'user-shell-startup',
  '.bash_logout': 'user-shell-startup',
  '.bash_aliases': 'user-shell-startup',
  '.profile': 'user-shell-startup',
  '.zshrc': 'user-shell-startup',
  '.zshenv': 'user-shell-startup',
  '.zprofile': 'user-shell-startup',
  '.zlogin': 'user-shell-startup',
  '.cshrc': 'user-shell-startup',
  '.tcshrc': 'user-shell-startup',
  '.xinitrc': 'user-shell-startup',
  '.pam_environment': 'environment',
};

/** Homes of service accounts, as packages and build files make them: two parts. */
const homes = /^(?:root|(?:home|var\/lib|var|opt|srv|usr\/src|app)\/[^/]+|app|srv|data|workspace|etc\/skel|tmp|)$/;

const isKeys = /(?:^|\/)\.ssh$/;
const isPython = /\/(?:site|dist)-packages$/;
/** Where Python itself is: Debian has `sitecustomize.py` there. */
const isPythonLibrary = /(?:^|\/)python3?(?:\.\d+)?$/;
const isFish = /\/\.config\/fish(?:\/conf\.d)?$/;
const isHooks = /(?:^|\/)(?:\.git|\.githooks|[^/]+\.git)\/hooks$/;
const isUnits = /^etc\/systemd\/(?:system|user)\/[^/]+\.d$|\/\.config\/systemd\/user$/;
const isService = /^etc\/(?:sv|service|s6-overlay\/s6-rc\.d|services\.d)\/[^/]+$/;

/** Directories of the files of known paths. */
const ofFiles: ReadonlySet<string> = new Set(
  Object.keys(files).map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))),
);

/** Whether any file that stands directly in a directory may be a place. Asked once a directory. */
export function mayHoldPlaces(directory: string): boolean {
  return (
    ofFiles.has(directory) ||
    Object.hasOwn(directories, directory) ||
    isDevices(directory) ||
    homes.test(directory) ||
    isKeys.test(directory) ||
    isPython.test(directory) ||
    isPythonLibrary.test(directory) ||
    isFish.test(directory) ||
    mayHoldSettings(directory) ||
    isHooks.test(directory) ||
    isUnits.test(directory) ||
    isService.test(directory)
  );
}

function isDevices(directory: string): boolean {
  return directory === 'dev' || directory.startsWith('dev/');
}

/** What kind of place a path is. Cheap for those that are none. */
export function placeKind(path: string): PlaceKind | undefined {
  const slash = path.lastIndexOf('/');
  const directory = slash < 0 ? '' : path.slice(0, slash);
  const name = path.slice(slash + 1);
  if (Object.hasOwn(directories, directory)) return name === '.placeholder' ? undefined : directories[directory];
  if (Object.hasOwn(files, path)) return files[path];
  if (isDevices(directory)) return 'device';
  switch (name) {
    case 'authorized_keys':
    case 'authorized_keys2':
      return isKeys.test(directory) ? 'keys' : undefined;
    case 'environment':
      return isKeys.test(directory) ? 'environment' : undefined;
    case 'rc':
      return isKeys.test(directory) ? 'user-shell-startup' : undefined;
    case 'run':
      return isService.test(directory) ? 'init-script' : undefined;
    case 'sitecustomize.py':
    case 'usercustomize.py':
      return isPython.test(directory) || isPythonLibrary.test(directory) ? 'python-path' : undefined;
    default:
  }
  if (Object.hasOwn(ofHome, name)) return homes.test(directory) ? ofHome[name] : undefined;
  if (name.endsWith('.pth')) return isPython.test(directory) ? 'python-path' : undefined;
  if (name.endsWith('.fish')) return isFish.test(directory) ? 'user-shell-startup' : undefined;
  const setting = mayHoldSettings(directory) ? settingKind(directory, name) : undefined;
  if (setting !== undefined) return setting;
  if (directory.endsWith('/hooks'))
    return isHooks.test(directory) && !name.endsWith('.sample') ? 'git-hook' : undefined;
  if (!/\.(?:service|timer|path|socket|conf)$/.test(name)) return undefined;
  return isUnits.test(directory) ? 'unit' : undefined;
}

/** Paths that are followed where they are links. */
export const linkedPaths: readonly string[] = [
  ...Object.keys(files).filter((path) => files[path] !== 'sshd'),
  'root/.ssh/authorized_keys',
  ...Object.keys(ofHome).map((name) => `root/${name}`),
];

/** Directories of which files that are links are followed, and which may be links themselves. */
export const linkedDirectories: readonly string[] = Object.keys(directories).filter(
  (path) => !path.includes('systemd'),
);
