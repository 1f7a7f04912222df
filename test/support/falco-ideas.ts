import { type CallTrace, internet } from './call-trace.ts';

/** An idea of a rule of Falco: its name there, a rule of our own for the same, and traces that it must and must not tell. */
export interface FalcoIdea {
  readonly name: string;
  /** In the words of Falco's language, written for this table. */
  readonly condition: string;
  readonly fires: (trace: CallTrace) => unknown;
  readonly silent: (trace: CallTrace) => unknown;
}

const socket = { kind: 'socket', protocol: 'tcp', remote: internet('203.0.113.7', 4444) } as const;

/** What these rules share. */
export const falcoIdeaMacros = `
- macro: reads
  condition: (evt.type in (open, openat, openat2) and evt.is_open_read=true and fd.typechar=f and fd.num >= 0)
- macro: writes
  condition: (evt.type in (open, openat, openat2) and evt.is_open_write=true and fd.typechar='f' and fd.num>=0)
- macro: starts
  condition: (evt.type in (execve, execveat))
- macro: contained
  condition: (container.id != host)
- list: some_shells
  items: [sh, bash, dash]
- list: secret_files
  items: [/etc/shadow, /etc/sudoers]
- list: near_networks
  items: ['"10.0.0.0/8"', '"172.16.0.0/12"', '"192.168.0.0/16"']
- macro: calls_out
  condition: >
    (evt.type=connect and fd.typechar in (4, 6) and fd.net != "127.0.0.0/8" and not fd.snet in (near_networks)
     and (evt.rawres >= 0 or evt.res = EINPROGRESS))
`;

/** Process 1 is /usr/bin/entry, root. */
export const falcoIdeas: readonly FalcoIdea[] = [
  {
    name: 'Directory traversal monitored file read',
    condition: "reads and fd.name startswith /etc/ and fd.nameraw glob '*../*../*' and not proc.pname in (some_shells)",
    fires: (t) => t.open(1, '/etc/passwd', 'read', { given: 'a/../../../etc/passwd' }),
    silent: (t) => t.open(1, '/etc/passwd', 'read', { given: '../etc/passwd' }),
  },
  {
    name: 'Read sensitive file trusted after startup',
    condition: 'reads and fd.name in (secret_files) and proc.name in (nginx, mysqld) and proc.duration > 5000000000',
    fires: (t) => {
      t.run(1, 2, '/usr/sbin/nginx');
      t.at += 60;
      t.open(2, '/etc/shadow');
    },
    silent: (t) => t.run(1, 2, '/usr/sbin/nginx').open(2, '/etc/shadow'),
  },
  {
    name: 'Read sensitive file untrusted',
    condition: 'reads and fd.name in (secret_files) and not proc.name in (sshd, login, sudo)',
    fires: (t) => t.run(1, 2, '/usr/bin/tool').open(2, '/etc/shadow'),
    silent: (t) => t.run(1, 2, '/usr/sbin/sshd').open(2, '/etc/passwd'),
  },
  {
    name: 'Run shell untrusted',
    condition: 'starts and proc.name in (some_shells) and proc.pname exists and proc.pname in (nginx, mysqld, java)',
    fires: (t) => t.run(1, 2, '/usr/sbin/nginx').run(2, 3, '/bin/bash', ['bash', '-c', 'id']),
    silent: (t) => t.run(1, 2, '/bin/sh').run(2, 3, '/bin/bash', ['bash', '-c', 'id']),
  },
  {
    name: 'System user interactive',
    condition: 'starts and user.name = www-data and proc.aname = sshd',
    fires: (t) =>
      t.run(1, 2, '/usr/sbin/sshd').process(3, '/usr/sbin/sshd', { parent: 2, uid: 33 }).exec(3, '/bin/bash'),
    silent: (t) => t.run(1, 2, '/usr/sbin/sshd').run(2, 3, '/bin/bash'),
  },
  {
    name: 'Contact K8S API Server From Container',
    condition: 'evt.type=connect and fd.typechar in (4, 6) and fd.sip.name="kubernetes.default.svc.cluster.local"',
    fires: (t) => t.ask(1, 'kubernetes.default.svc.cluster.local').connect(1, '10.96.0.1', 443),
    silent: (t) => t.ask(1, 'db.default.svc.cluster.local').connect(1, '10.96.0.1', 443),
  },
  {
    name: 'Netcat Remote Code Execution in Container',
    condition:
      'starts and contained and proc.name in (nc, ncat) and (proc.args contains "-e " or proc.args contains "--exec")',
    fires: (t) => t.run(1, 2, '/bin/nc', ['nc', '-l', '-p', '4444', '-e', '/bin/sh']),
    silent: (t) => t.run(1, 2, '/bin/nc', ['nc', '-z', 'db', '5432']),
  },
  {
    name: 'Search Private Keys or Passwords',
    condition:
      'starts and ((proc.name=grep and proc.args icontains "BEGIN RSA PRIVATE") or (proc.name=find and proc.args contains id_rsa))',
    fires: (t) => t.run(1, 2, '/usr/bin/find', ['find', '/', '-name', 'id_rsa']),
    silent: (t) => t.run(1, 2, '/usr/bin/find', ['find', '/', '-name', 'x']),
  },
  {
    name: 'Clear Log Activities',
    condition: 'writes and fd.name startswith /var/log/ and evt.arg.flags contains "O_TRUNC"',
    fires: (t) => t.write(1, '/var/log/syslog'),
    silent: (t) => t.open(1, '/var/log/syslog', 'write', { creates: true }),
  },
  {
    name: 'Remove Bulk Data from Disk',
    condition: 'starts and proc.name in (shred, mkfs, mkfs.ext4, fdisk)',
    fires: (t) => t.run(1, 2, '/usr/bin/shred', ['shred', '-u', '/srv/a']),
    silent: (t) => t.run(1, 2, '/bin/rm', ['rm', '/srv/a']),
  },
  {
    name: 'Create Symlink Over Sensitive Files',
    condition: 'evt.type in (symlink, symlinkat) and evt.arg.target in (secret_files)',
    fires: (t) => t.call(1, 'symlinkat', { kind: 'symlink', path: '/etc/shadow', to: '/tmp/x' }),
    silent: (t) => t.call(1, 'symlinkat', { kind: 'symlink', path: '/tmp/y', to: '/tmp/x' }),
  },
  {
    name: 'Create Hardlink Over Sensitive Files',
    condition: 'evt.type in (link, linkat) and evt.arg.oldpath in (secret_files)',
    fires: (t) => t.call(1, 'linkat', { kind: 'link', path: '/etc/shadow', to: '/tmp/x' }),
    silent: (t) => t.call(1, 'linkat', { kind: 'link', path: '/tmp/x', to: '/tmp/y' }),
  },
  {
    name: 'Packet socket created in container',
    condition: 'evt.type=socket and contained and evt.arg.domain contains AF_PACKET',
    fires: (t) => t.call(1, 'socket', { kind: 'socket', family: 'AF_PACKET', type: 'SOCK_RAW' }),
    silent: (t) => t.call(1, 'socket', { kind: 'socket', family: 'AF_INET6', type: 'SOCK_STREAM' }),
  },
  {
    name: 'Redirect STDOUT/STDIN to Network Connection in Container',
    condition: 'evt.type in (dup, dup2, dup3) and evt.rawres in (0, 1, 2) and fd.type in (ipv4, ipv6)',
    fires: (t) => t.duplicate(1, socket, 0),
    silent: (t) => t.duplicate(1, socket, 7).duplicate(1, { kind: 'file', path: '/dev/null' }, 0),
  },
  {
    name: 'PTRACE attached to process',
    condition: 'evt.type=ptrace and evt.arg.request contains PTRACE_ATTACH and not proc.name in ("<NA>")',
    fires: (t) => t.call(1, 'ptrace', { kind: 'ptrace', request: 'PTRACE_ATTACH', target: 4 }),
    silent: (t) => t.call(1, 'ptrace', { kind: 'ptrace', request: 'PTRACE_PEEKDATA', target: 4 }),
  },
  {
    name: 'PTRACE anti-debug attempt',
    condition: 'evt.type=ptrace and evt.arg.request contains PTRACE_TRACEME',
    fires: (t) => t.call(1, 'ptrace', { kind: 'ptrace', request: 'PTRACE_TRACEME' }),
    silent: (t) => t.call(1, 'prctl', { kind: 'prctl', argument: 'PR_SET_DUMPABLE, 0' }),
  },
  {
    name: 'Find AWS Credentials',
    condition: 'starts and proc.name=find and proc.args endswith ".aws/credentials"',
    fires: (t) => t.run(1, 2, '/usr/bin/find', ['find', '/', '-path', '*/.aws/credentials']),
    silent: (t) => t.run(1, 2, '/usr/bin/find', ['find', '/', '-path', '*/.aws']),
  },
  {
    name: 'Execution from /dev/shm',
    condition:
      'starts and (proc.exe startswith "/dev/shm/" or (proc.cwd startswith "/dev/shm/" and proc.exe startswith "./"))',
    fires: (t) => t.process(2, '/bin/sh', { parent: 1, directory: '/dev/shm' }).exec(2, '/dev/shm/x', ['./x']),
    silent: (t) => t.process(2, '/bin/sh', { parent: 1, directory: '/srv' }).exec(2, '/srv/x', ['./x']),
  },
  {
    name: 'Drop and execute new binary in container',
    condition: 'starts and contained and proc.is_exe_upper_layer=true',
    fires: (t) => t.write(1, '/opt/dropped').run(1, 2, '/opt/dropped'),
    silent: (t) => t.run(1, 2, '/usr/bin/tool'),
  },
  {
    name: 'Disallowed SSH Connection Non Standard Port',
    condition: 'calls_out and proc.exe endswith ssh and fd.l4proto=tcp and fd.sport in (443, 4444)',
    fires: (t) => t.run(1, 2, '/usr/bin/ssh').connect(2, '203.0.113.7', 443, { error: 'EINPROGRESS' }),
    silent: (t) => t.run(1, 2, '/usr/bin/ssh').connect(2, '10.0.0.1', 443).connect(2, '203.0.113.7', 22),
  },
  {
    name: 'Fileless execution via memfd_create',
    condition: 'starts and proc.is_exe_from_memfd=true and not proc.name=runc',
    fires: (t) => t.exec(1, '/memfd:x', ['x'], { memory: true }),
    silent: (t) => t.call(1, 'memfd_create', { kind: 'memfd', name: 'x' }).exec(1, '/usr/bin/x'),
  },
  {
    name: 'Read environment variable from /proc files',
    condition: 'reads and contained and fd.name glob /proc/*/environ',
    fires: (t) => t.open(1, '/proc/7/environ'),
    silent: (t) => t.open(1, '/proc/7/cmdline'),
  },
  {
    name: 'Contact cloud metadata service from container',
    condition: 'calls_out and contained and fd.sip="169.254.169.254"',
    fires: (t) => t.connect(1, '169.254.169.254', 80, { error: 'EINPROGRESS' }),
    silent: (t) => t.connect(1, '169.254.169.253', 80, { error: 'EINPROGRESS' }),
  },
];
