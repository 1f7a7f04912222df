import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { appArmorProfile } from './apparmor.ts';

const parts = {
  name: 'web 1',
  used: new Map([
    ['/usr/sbin/nginx', 'executed'],
    ['/usr/lib/x86_64-linux-gnu/libc.so.6', 'loaded'],
    ['/etc/nginx/a file.conf', 'opened'],
    ['/etc/odd[name]*', 'opened'],
    ['/proc/12/status', 'opened'],
    ...Array.from({ length: 9 }, (_, index) => [`/srv/www/${index}.html`, 'opened'] as const),
  ] as const),
  written: ['/tmp/abc.123/x', '/run/nginx.pid', '/var/log/nginx/access.log'],
  capabilities: ['NET_BIND_SERVICE', 'CHOWN'],
  families: ['AF_INET', 'AF_UNIX', 'AF_NOVEL'],
};

describe('an AppArmor profile', () => {
  const text = appArmorProfile(parts);

  it.each([
    ['what runs', '  /usr/sbin/nginx rmix,'],
    ['libraries', '  /usr/lib/x86_64-linux-gnu/libc.so.6 rm,'],
    ['blanks', '  "/etc/nginx/a file.conf" r,'],
    ['letters that would be patterns', '  "/etc/odd\\[name\\]\\*" r,'],
    ['processes', '  /proc/@{pid}/status r,'],
    ['temporary names', '  /tmp/** rwk,'],
    ['many files of a folder', '  /srv/www/* r,'],
    ['capabilities', '  capability net_bind_service,'],
    ['the network', '  network inet,'],
  ])('has %s', (_, line) => {
    expect(text.split('\n')).toContain(line);
  });

  it('has nothing that a path could add to it', () => {
    const used = new Map([['/x\n  capability sys_admin,', 'opened'] as const, ['/y" rwx, "/', 'opened'] as const]);
    expect(appArmorProfile({ ...parts, used, written: [], capabilities: [] })).not.toMatch(/sys_admin|rwx/);
  });

  it('is understood by apparmor_parser', (context) => {
    if (spawnSync('apparmor_parser', ['--version']).status !== 0) context.skip('apparmor_parser is not installed');
    const odd = [...'!"#$%&\'()*+,-.:;<=>?@[\\]^_`{|}~ \u00e9\u00a0\u65e5'].flatMap((letter) => [
      `/a${letter}`,
      `/a${letter}b`,
      `/${letter}/c`,
    ]);
    const used = new Map([...parts.used, ...odd.map((path) => [path, 'executed'] as const)]);
    for (const input of [text, appArmorProfile({ ...parts, used, written: odd })]) {
      const { status, stderr } = spawnSync('apparmor_parser', ['-Q', '-K'], { input, encoding: 'utf8' });
      expect([status, stderr.replace(/^Cache.*\n/, '')]).toEqual([0, '']);
    }
  });
});
