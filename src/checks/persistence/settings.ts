/** A configuration whose lines start programs, or have programs load code. */
export interface Setting {
  /** Finds what a line starts or loads: the first group that took part. Linear. */
  readonly line: RegExp;
  /** The rule under which every such line is told; absent: only what is suspicious of what it starts. */
  readonly rule?: 'event-command' | 'setting-loads-code';
  /** How details tell it, before and behind the command. */
  readonly words?: readonly [string, string];
  /** Values that systems have by themselves. */
  readonly except?: RegExp;
  /** Lines between two others are a script, which is read as a whole: `postrotate` ... `endscript`. */
  readonly script?: readonly [begin: RegExp, end: RegExp];
}

/** Behind a quote, up to the end of the line. */
const rest = `["']?(.+)$`;

/** Services of nsswitch that distributions and directories bring. */
const services = String.raw`(?:files|compat|db|dns|systemd|sss|ldap|winbind|wins|mymachines|myhostname|resolve|mdns\w*|nis|nisplus|hesiod|cache|altfiles|extrausers|libvirt|libvirt_guest|usrfiles|oslogin|cache_oslogin|nss_wrapper)(?!\w)`;

/** By kind how each is read. What line means what is from the manual that is named. */
export const settings = {
  /** interfaces(5) of ifupdown. */
  interfaces: {
    line: /^(?:pre-up|up|post-up|pre-down|down|post-down)\s+(.+)$/,
    rule: 'event-command',
    words: ['runs', 'with the network'],
  },
  /** modprobe.d(5): commands in place of loading a module; those that do nothing are how modules are kept out. */
  modprobe: {
    line: /^(?:install|remove)\s+\S+\s+(.+)$/,
    except: /^(?:\/usr)?\/bin\/(?:true|false)\s*$/,
    rule: 'event-command',
    words: ['runs', 'when a module is loaded'],
  },
  /** supervisord.conf: images have it to start their programs. */
  supervisor: { line: /^command\s*=\s*(.+)$/ },
  /** logrotate(8). */
  logrotate: {
    line: /^(?:compresscmd|uncompresscmd)\s+(.+)$/,
    script: [/^(?:postrotate|prerotate|firstaction|lastaction|preremove)$/, /^endscript$/],
  },
  /** D-Bus specification, "Message Bus Starting Services". */
  'dbus-service': {
    line: /^Exec\s*=\s*(.+)$/,
    except: /^(?:\/usr)?\/bin\/false\s*$/,
    rule: 'event-command',
    words: ['has D-Bus start', ''],
  },
  /** Desktop Application Autostart Specification. */
  autostart: { line: /^Exec\s*=\s*(.+)$/, rule: 'event-command', words: ['runs', 'when a desktop begins'] },
  /** core(5), "Piping core dumps to a program"; kernel.modprobe and kernel.hotplug of the kernel's documentation. */
  sysctl: {
    line: /^-?kernel[./](?:core_pattern\s*=\s*\||(?:modprobe|hotplug|poweroff_cmd)\s*=\s*)(.+)$/,
    except:
      /^(?:\/usr)?(?:\/lib\/systemd\/systemd-coredump|\/share\/apport\/apport|\/libexec\/abrt-hook-ccpp|\/s?bin\/modprobe)\b|^\/bin\/false/,
    rule: 'event-command',
    words: ['has the kernel run', ''],
  },
  /** binfmt.d(5): the interpreter is the seventh field. */
  binfmt: {
    line: /^:[^:]*:[EM]:[^:]*:[^:]*:[^:]*:([^:]+):/,
    rule: 'event-command',
    words: ['runs programs of a form by', ''],
  },
  /** tmpfiles.d(5): what is written to places where things start by themselves. */
  tmpfiles: {
    line: /^[fFwLC][-+!=~^$]*\s+["']?(\/(?:etc\/(?:cron|anacron|crontabs|profile|bash\.bashrc|ld\.so\.preload|sudoers|pam\.d|passwd|shadow|systemd\/system|init\.d|rc\.local|update-motd\.d)|var\/spool\/cron|root\/\.(?:ssh|bashrc|profile)|usr\/lib\/systemd\/system\/)\S*)/,
    rule: 'event-command',
    words: ['has', 'written when the system starts'],
  },
  /** OpenSSL config(5): engines and providers. */
  openssl: {
    line: /^(?:dynamic_path|module)\s*=\s*(\S+)/,
    rule: 'setting-loads-code',
    words: ['has programs that use OpenSSL load', ''],
  },
  /** php.ini: code before and after every page, and modules from where others may write. */
  php: {
    line: /^(?:(?:auto_prepend_file|auto_append_file)\s*=\s*["']?([^"'\s;]+)|(?:zend_)?extension\s*=\s*["']?(\/(?:tmp|var\/tmp|dev\/shm|home)\/[^"'\s;]+))/,
    except: /^none$/i,
    rule: 'setting-loads-code',
    words: ['has PHP run', 'with every page'],
  },
  /** nsswitch.conf(5): each service is a library that every program loads. Those that distributions have are known. */
  nsswitch: {
    line: new RegExp(
      String.raw`^(?:passwd|group|shadow|gshadow|hosts|initgroups|networks|services|protocols|netgroup)\s*:(?:\s+(?:${services}|\[[^\]]*\]))*\s+(?!${services})([a-z]\w*)`,
    ),
    rule: 'setting-loads-code',
    words: ['has programs that ask for users and hosts load libnss_', ''],
  },
  /** npm-config(7). */
  npm: {
    line: /^(?:node-options|script-shell)\s*=\s*(.*(?:--require|-r\b|--import|--loader|--experimental-loader|\/tmp\/|\/dev\/shm\/).*)$/,
    rule: 'setting-loads-code',
    words: ['has npm run Node.js with', ''],
  },
  /** polkit(8): rules are JavaScript. */
  polkit: {
    line: /^.*\bpolkit\.spawn\s*\(\s*\[?\s*["']([^"']+)/,
    rule: 'event-command',
    words: ['runs', 'when polkit is asked'],
  },
  /** git-config(1): values that are commands. */
  git: {
    line: new RegExp(
      `^(?:fsmonitor|sshCommand|pager|editor|askPass|hooksPath|textconv|clean|smudge|process|external|command|cmd|program|(?:helper|[\\w-]{1,60})\\s*=\\s*["']?!)\\s*=?\\s*${rest}`,
      'i',
    ),
  },
  /** tmux(1). */
  tmux: {
    line: new RegExp(`^(?:set(?:-option)?\\s.*#\\(|(?:.*\\s)?(?:run-shell|run|if-shell|if)\\s+(?:-\\w\\s+)*)${rest}`),
  },
  /** screen(1). */
  screen: { line: new RegExp(`^(?:exec|screen|eval|backtick\\s+\\d+\\s+\\d+\\s+\\d+)\\s+${rest}`) },
  /** readline(3): a key that types a command, and the end of its line. */
  readline: { line: /^(?:"[^"]{0,100}"|[\w-]{1,60})\s*:\s*"(.{1,4000}?)(?:\\C-[jm]|\\n|\\r)"$/i },
  /** Vim, `:help :!` and `:help system()`. */
  vim: {
    line: /^:?(?:sil(?:ent)?!?\s+|au(?:tocmd)?!?\s+\S+\s+\S+\s+:?)*(?:!(.+)|(?:call\s+|let\s.{1,80}=\s*)system\(\s*["'](.+?)["']\s*\))/,
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingKind = keyof typeof settings;

/** By path. */
export const settingFiles: Readonly<Record<string, SettingKind>> = {
  'etc/network/interfaces': 'interfaces',
  'etc/supervisord.conf': 'supervisor',
  'etc/supervisor/supervisord.conf': 'supervisor',
  'etc/logrotate.conf': 'logrotate',
  'etc/sysctl.conf': 'sysctl',
  'etc/ssl/openssl.cnf': 'openssl',
  'usr/lib/ssl/openssl.cnf': 'openssl',
  'etc/pki/tls/openssl.cnf': 'openssl',
  'etc/nsswitch.conf': 'nsswitch',
  'etc/php.ini': 'php',
  'etc/npmrc': 'npm',
  'usr/etc/npmrc': 'npm',
  'usr/local/etc/npmrc': 'npm',
  'etc/gitconfig': 'git',
  'etc/tmux.conf': 'tmux',
  'etc/screenrc': 'screen',
  'etc/inputrc': 'readline',
  'etc/vimrc': 'vim',
  'etc/vim/vimrc': 'vim',
  'etc/vim/vimrc.local': 'vim',
};

/** By directory. */
export const settingDirectories: Readonly<Record<string, SettingKind>> = {
  'etc/network/interfaces.d': 'interfaces',
  'etc/modprobe.d': 'modprobe',
  'usr/lib/modprobe.d': 'modprobe',
  'lib/modprobe.d': 'modprobe',
  'run/modprobe.d': 'modprobe',
  'etc/supervisor/conf.d': 'supervisor',
  'etc/supervisor.d': 'supervisor',
  'etc/supervisord.d': 'supervisor',
  'etc/logrotate.d': 'logrotate',
  'usr/share/dbus-1/system-services': 'dbus-service',
  'usr/share/dbus-1/services': 'dbus-service',
  'usr/local/share/dbus-1/system-services': 'dbus-service',
  'usr/local/share/dbus-1/services': 'dbus-service',
  'etc/dbus-1/system-services': 'dbus-service',
  'etc/xdg/autostart': 'autostart',
  'etc/sysctl.d': 'sysctl',
  'usr/lib/sysctl.d': 'sysctl',
  'etc/binfmt.d': 'binfmt',
  'usr/lib/binfmt.d': 'binfmt',
  'etc/tmpfiles.d': 'tmpfiles',
  'usr/lib/tmpfiles.d': 'tmpfiles',
  'etc/polkit-1/rules.d': 'polkit',
  'usr/share/polkit-1/rules.d': 'polkit',
  'usr/local/etc/php': 'php',
  'usr/local/etc/php/conf.d': 'php',
  'etc/php.d': 'php',
};

/** In the home of a user. */
export const settingsOfHome: Readonly<Record<string, SettingKind>> = {
  '.npmrc': 'npm',
  '.gitconfig': 'git',
  '.tmux.conf': 'tmux',
  '.screenrc': 'screen',
  '.inputrc': 'readline',
  '.vimrc': 'vim',
};

const isConfig = /\/\.config\/(git|tmux|autostart)$/;
const isPhp = /^etc\/php\d*(?:\/[\d.]+)?(?:\/\w+)?(?:\/conf\.d)?$/;

/** Whether files of a directory may be settings by its name alone. */
export function mayHoldSettings(directory: string): boolean {
  return isConfig.test(directory) || isPhp.test(directory);
}

/** What a file of such a directory is. */
export function settingKind(directory: string, name: string): SettingKind | undefined {
  const of = isConfig.exec(directory)?.[1];
  if (of === 'git') return name === 'config' ? 'git' : undefined;
  if (of === 'tmux') return name === 'tmux.conf' ? 'tmux' : undefined;
  if (of === 'autostart') return name.endsWith('.desktop') ? 'autostart' : undefined;
  return name.endsWith('.ini') && isPhp.test(directory) ? 'php' : undefined;
}
