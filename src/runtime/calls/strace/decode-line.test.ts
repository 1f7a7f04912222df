import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../../../model/call.ts';
import { CallArguments } from './call-arguments.ts';
import { decodeCall } from './decode-line.ts';
import { ProcessContext } from './process-context.ts';

const TIME = '1700000000.123456 ';

function decode(line: string, context = new ProcessContext('/data')): CallEvent[] {
  const call = new CallArguments();
  call.line.scan(TIME + line);
  expect(call.line.kind).toBe('call');
  return decodeCall(call, context, 7, 8);
}

const base = { at: 1700000000.123456, pid: 7, tid: 8 };

describe('a line of strace', () => {
  it.each<[string, object]>([
    [
      'openat(AT_FDCWD</srv>, "a/../b", O_RDONLY|O_CLOEXEC) = 3</srv/b>',
      {
        kind: 'open',
        path: '/srv/b',
        given: 'a/../b',
        access: 'read',
        creates: false,
        truncates: false,
        descriptor: 3,
      },
    ],
    [
      'openat(AT_FDCWD</srv>, "../x", O_WRONLY|O_CREAT|O_TRUNC, 0640) = -1 EACCES (Permission denied)',
      {
        ...{ kind: 'open', path: '/x', given: '../x', access: 'write', creates: true, truncates: true, mode: 0o640 },
        error: 'EACCES',
      },
    ],
    [
      'openat(5</var/lib>, "d", O_RDONLY|O_DIRECTORY) = 6</var/lib/d>',
      {
        ...{ kind: 'open', path: '/var/lib/d', given: 'd', access: 'read', creates: false, truncates: false },
        ...{ directory: true, descriptor: 6 },
      },
    ],
    [
      'openat2(AT_FDCWD</>, "etc/passwd", {flags=O_RDWR|O_CREAT, mode=0600, resolve=RESOLVE_BENEATH}, 24) = 3</etc/passwd>',
      {
        ...{ kind: 'open', path: '/etc/passwd', given: 'etc/passwd', access: 'read-write', creates: true },
        ...{ truncates: false, mode: 0o600, descriptor: 3 },
      },
    ],
    ['open("f", O_RDONLY) = -1 ENOENT (No such file or directory)', { kind: 'open', path: '/data/f', error: 'ENOENT' }],
    ['unlinkat(AT_FDCWD</a>, "b", AT_REMOVEDIR) = 0', { kind: 'delete', path: '/a/b', directory: true }],
    ['renameat2(3</a>, "x", AT_FDCWD</b>, "y", RENAME_NOREPLACE) = 0', { kind: 'rename', path: '/a/x', to: '/b/y' }],
    ['linkat(AT_FDCWD</a>, "x", AT_FDCWD</a>, "y", 0) = 0', { kind: 'link', path: '/a/x', to: '/a/y' }],
    ['symlinkat("../t", AT_FDCWD</a>, "y") = 0', { kind: 'symlink', path: '../t', to: '/a/y' }],
    ['fchmodat(AT_FDCWD</a>, "x", 04755) = 0', { kind: 'chmod', path: '/a/x', mode: 0o4755 }],
    ['fchmod(3</a/b>(deleted), 0600) = 0', { kind: 'chmod', path: '/a/b', mode: 0o600 }],
    ['fchownat(AT_FDCWD</a>, "x", 0, -1, AT_SYMLINK_NOFOLLOW) = 0', { kind: 'chown', path: '/a/x', uid: 0 }],
    [
      'setxattr("/f", "security.capability", "\\1\\0", 2, 0) = 0',
      { kind: 'setxattr', path: '/f', name: 'security.capability' },
    ],
    ['mkdirat(AT_FDCWD</a>, "d", 0777) = 0', { kind: 'mkdir', path: '/a/d' }],
    ['newfstatat(3</a/b>, "", {st_mode=S_IFREG|0644, st_size=4}, AT_EMPTY_PATH) = 0', { kind: 'stat', path: '/a/b' }],
    ['statx(AT_FDCWD</a>, NULL, AT_EMPTY_PATH, STATX_ALL, {stx_mask=1}) = 0', { kind: 'stat', path: '/a' }],
    ['faccessat2(AT_FDCWD</a>, "x", R_OK, AT_EACCESS) = 0', { kind: 'access', path: '/a/x' }],
    ['stat64("/x", {st_mode=S_IFREG|0644}) = 0', { kind: 'stat', path: '/x' }],
    [
      'execve("/bin/sh", ["sh", "-c", "echo \\"a, b\\" ) = 0"], ["A=1", "B=\\303\\244"]) = 0',
      { kind: 'exec', path: '/bin/sh', arguments: ['sh', '-c', 'echo "a, b" ) = 0'], environment: ['A=1', 'B=ä'] },
    ],
    [
      'execve("./x", ["x", "long"...], 0x7ffd0 /* 12 vars */) = -1 ENOENT (No such file or directory)',
      { kind: 'exec', path: '/data/x', arguments: ['x', 'long'], cut: true, error: 'ENOENT', undecoded: true },
    ],
    [
      'execveat(11</memfd:evil>(deleted), "", ["x"], [], AT_EMPTY_PATH) = 0',
      { kind: 'exec', path: '/memfd:evil', arguments: ['x'], environment: [], memory: true },
    ],
    [
      'clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f) = 12',
      { kind: 'fork', child: 12, thread: false },
    ],
    [
      'clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} => {parent_tid=[9]}, 88) = 9',
      { kind: 'fork', child: 9, thread: true },
    ],
    ['vfork() = 12', { kind: 'fork', child: 12, thread: false }],
    ['tgkill(1, 2, SIGRT_3) = 0', { kind: 'kill', target: 1, signal: 'SIGRT_3' }],
    ['kill(-5, SIGTERM) = 0', { kind: 'kill', target: -5, signal: 'SIGTERM' }],
    ['pidfd_send_signal(3<pid:12>, SIGKILL, NULL, 0) = 0', { kind: 'kill', target: 12, signal: 'SIGKILL' }],
    [
      'ptrace(PTRACE_TRACEME) = -1 EPERM (Operation not permitted)',
      { kind: 'ptrace', request: 'PTRACE_TRACEME', error: 'EPERM' },
    ],
    [
      'mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED, 3</lib/a.so>, 0x1000) = 0x7f0',
      { kind: 'map', path: '/lib/a.so', executable: true, writable: false },
    ],
    [
      'dup2(4<TCP:[10.0.0.1:5->10.0.0.2:443]>, 0) = 0',
      {
        kind: 'duplicate',
        from: { kind: 'socket', protocol: 'tcp', remote: { family: 'inet', address: '10.0.0.2', port: 443 } },
        descriptor: 0,
      },
    ],
    [
      'socket(AF_PACKET, SOCK_RAW|SOCK_CLOEXEC, htons(ETH_P_ALL)) = 3<PACKET:[12]>',
      { kind: 'socket', family: 'AF_PACKET', type: 'SOCK_RAW', descriptor: 3 },
    ],
    [
      'connect(4<TCPv6:[12]>, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::ffff:10.1.2.3", &sin6_addr), sin6_scope_id=0}, 28) = -1 EINPROGRESS (Operation now in progress)',
      {
        kind: 'connect',
        address: { family: 'inet', address: '10.1.2.3', port: 80 },
        protocol: 'tcp',
        error: 'EINPROGRESS',
      },
    ],
    [
      'connect(4<UNIX-STREAM:[12]>, {sa_family=AF_UNIX, sun_path="/run/sin_port=htons(1)"}, 28) = 0',
      { kind: 'connect', address: { family: 'unix', path: '/run/sin_port=htons(1)' }, protocol: 'unix' },
    ],
    [
      'bind(3<UDP:[9]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("0.0.0.0")}, 16) = 0',
      {
        kind: 'bind',
        address: { family: 'inet', address: '0.0.0.0', port: 53 },
        protocol: 'udp',
      },
    ],
    [
      'bind(3<NETLINK:[ROUTE:9]>, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 0',
      {
        kind: 'bind',
        address: { family: 'other', text: 'AF_NETLINK, nl_pid=0, nl_groups=00000000' },
        protocol: 'netlink',
      },
    ],
    ['bind(3<TCP:[9]>, 0x7ffe0, 16) = 0', { kind: 'bind', protocol: 'tcp', undecoded: true }],
    [
      'listen(3<TCPv6:[[::]:80]>, 511) = 0',
      { kind: 'listen', address: { family: 'inet6', address: '::', port: 80 }, protocol: 'tcp' },
    ],
    [
      'accept4(3<TCP:[0.0.0.0:80]>, NULL, NULL, SOCK_CLOEXEC) = 5<TCP:[10.0.0.1:80->10.0.0.9:4711]>',
      {
        kind: 'accept',
        address: { family: 'inet', address: '10.0.0.9', port: 4711 },
        protocol: 'tcp',
      },
    ],
    [
      'sendmsg(3<UDP:[9]>, {msg_name={sa_family=AF_INET, sin_port=htons(9), sin_addr=inet_addr("1.2.3.4")}, msg_namelen=16, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) = 1',
      { kind: 'send', address: { family: 'inet', address: '1.2.3.4', port: 9 }, protocol: 'udp', bytes: 1 },
    ],
    ['setresuid(-1, 33, -1) = 0', { kind: 'credentials', uid: 33 }],
    ['setgid(33) = 0', { kind: 'credentials', gid: 33 }],
    ['setgroups(1, [0]) = 0', { kind: 'credentials' }],
    [
      'capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_CHOWN|1<<CAP_SYSLOG, permitted=0, inheritable=0}) = 0',
      { kind: 'capabilities', effective: ['CAP_CHOWN', 'CAP_SYSLOG'] },
    ],
    ['unshare(CLONE_NEWNS|CLONE_NEWUSER) = 0', { kind: 'namespace', flags: ['CLONE_NEWNS', 'CLONE_NEWUSER'] }],
    [
      'mount("none", "d", "tmpfs", MS_NOSUID, NULL) = 0',
      { kind: 'mount', from: 'none', path: '/data/d', type: 'tmpfs' },
    ],
    ['umount2("/d", MNT_DETACH) = 0', { kind: 'umount', path: '/d' }],
    ['pivot_root(".", ".") = 0', { kind: 'pivot-root', path: '/data' }],
    [
      'finit_module(3</x.ko>, "", 0) = -1 EPERM (Operation not permitted)',
      { kind: 'module', path: '/x.ko', error: 'EPERM' },
    ],
    ['io_uring_setup(8, {flags=0}) = 4<anon_inode:[io_uring]>', { kind: 'io-uring', argument: '8, {flags=0}' }],
    ['exit_group(0) = ?', { kind: 'other', text: '0', error: 'unfinished' }],
    [
      'read(3</f>, "x", 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
      { kind: 'other', error: 'ERESTARTSYS' },
    ],
    ['personality(0xffffffff) = 0 (PER_LINUX)', { kind: 'other', text: '0xffffffff' }],
    [
      'syscall_0x3e7(0x1, 0x2) = -1 ENOSYS (Function not implemented)',
      { kind: 'other', text: '0x1, 0x2', error: 'ENOSYS' },
    ],
    ['gettid()              = 2926', { kind: 'other', text: '' }],
  ])('says what the call was about: %s', (line, expected) => {
    const [event, ...more] = decode(line);

    expect(more).toEqual([]);
    expect(event).toMatchObject({ ...base, ...expected });
    for (const name of ['error', 'undecoded', 'given', 'mode', 'cut']) {
      expect(name in event!, name).toBe(name in expected || (name === 'given' && event!.call === 'open'));
    }
  });

  it.each([
    ['a>b<c', 'a\\76b\\74c'],
    ['x (deleted)', 'x (deleted)'],
    ['->[', '-\\76['],
    ['a, b) = 3', 'a, b) = 3'],
    ['q"uo\\te', 'q\\"uo\\\\te'],
    ['nl\nx', 'nl\\nx'],
    ['ü', '\\303\\274'],
    ['\\xff', '\\377'],
    ['ends-', 'ends-'],
  ])('is not fooled by the name of a file: %j', (name, written) => {
    const [event] = decode(`fchmod(3</d/${written}>(deleted), 0600) = 0`);

    expect(event).toMatchObject({ path: `/d/${name}`, mode: 0o600 });
  });

  it('tells devices from their names', () => {
    expect(decode('fchmod(0</dev/pts/0<char 136:0>>, 0600) = 0')[0]).toMatchObject({ path: '/dev/pts/0', mode: 0o600 });
  });

  it('follows the root and the directory of a process', () => {
    const context = new ProcessContext('/data');

    const paths = [
      'chdir("../srv") = 0',
      'stat("f", {}) = 0',
      'chroot("jail") = 0',
      'stat("/etc/x", {}) = 0',
      'openat(AT_FDCWD</srv/jail>, "/../y", O_RDONLY) = -1 ENOENT (No such file or directory)',
    ].map((line) => (decode(line, context)[0] as { path?: string }).path);

    expect(paths).toEqual(['/srv', '/srv/f', '/srv/jail', '/srv/jail/etc/x', '/srv/jail/y']);
  });

  it('says nothing of a path where nobody knows the directory', () => {
    expect(decode('stat("f", {}) = 0', new ProcessContext())[0]).not.toHaveProperty('path');
    expect(decode('unlinkat(3, "f", 0) = 0')[0]).not.toHaveProperty('path');
  });

  it('knows of sockets without a name what calls said of them', () => {
    const context = new ProcessContext('/');
    const tell = (line: string): Partial<CallEvent> => decode(line, context)[0]!;
    const local = 'sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("0.0.0.0")';
    const peer = 'sa_family=AF_INET, sin_port=htons(4000), sin_addr=inet_addr("10.0.0.2")';

    tell('socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3<socket:[7]>');
    expect(tell(`bind(3<socket:[7]>, {${local}}, 16) = 0`)).toMatchObject({ kind: 'bind', protocol: 'tcp' });
    expect(tell('listen(3<socket:[7]>, 9) = 0')).toMatchObject({
      ...{ kind: 'listen', protocol: 'tcp', address: { family: 'inet', address: '0.0.0.0', port: 80 } },
    });
    expect(tell(`accept(3<socket:[7]>, {${peer}}, [16]) = 4<socket:[8]>`)).toMatchObject({ protocol: 'tcp' });
    expect(tell('recvfrom(4<socket:[8]>, "x", 8, 0, NULL, NULL) = 1')).toMatchObject({
      ...{ kind: 'receive', protocol: 'tcp', address: { address: '10.0.0.2', port: 4000 } },
    });
    tell('socket(AF_INET6, SOCK_DGRAM, IPPROTO_IP) = 3<socket:[9]>');
    expect(tell(`bind(3<socket:[9]>, {${local}}, 16) = 0`)).toMatchObject({ protocol: 'udp' });
    // Nobody saw it made.
    expect(tell('listen(5<socket:[10]>, 9) = 0')).toMatchObject({ kind: 'listen', protocol: 'socket' });
    expect(tell(`bind(3<TCP:[9]>, {${local}}, 16) = 0`)).toMatchObject({ protocol: 'tcp' });
  });

  it('starts what is in memory alone, also by its descriptor', () => {
    const context = new ProcessContext('/');

    decode('memfd_create("m", 0) = 5</memfd:m>(deleted)', context);
    decode('dup(5</memfd:m>(deleted)) = 6</memfd:m>(deleted)', context);

    expect(decode('execve("/proc/self/fd/6", ["m"], []) = 0', context)[0]).toMatchObject({
      path: '/memfd:m',
      memory: true,
    });
  });

  it('makes no sense where it does not', () => {
    const call = new CallArguments();
    for (const line of [
      '',
      'x',
      '1700000000.123456',
      '1700000000.123456 ',
      '1700000000.12 a() = 0',
      `${TIME}a(`,
      `${TIME}a("x`,
      `${TIME}a() 0`,
      `${TIME}A() = 0`,
      `${TIME}${'a'.repeat(50)}() = 0`,
      `${TIME}a(${'['.repeat(100)}`,
      `${TIME}<... read`,
      `${TIME}+++ dead +++`,
      'strace: Process 12 attached',
      '99999999999999999999.000000 a() = 0',
    ]) {
      call.line.scan(line);
      expect(call.line.kind, line).toBe('nonsense');
    }
  });

  it('never throws, and takes time in proportion to its length, whatever it is', () => {
    const parts = fc.constantFrom(
      ...'"\\<>()[]{}=,-+? 0139ax'.split(''),
      ' = ',
      '"...',
      '<unfinished ...>',
      ' <pid changed to 1 ...>',
      'AT_FDCWD</a>',
      '3<TCP:[',
      '->',
      '{sa_family=AF_UNIX, sun_path=',
      'iov_base=',
      'msg_name={',
      '\\3',
      '\\x',
      'effective=',
      'flags=',
      '1<<CAP_',
      '-1 E',
      'NULL',
      '0x',
    );
    const names = fc.constantFrom(
      'openat',
      'execve',
      'connect',
      'sendmmsg',
      'recvfrom',
      'clone',
      'capset',
      'mmap',
      'mount',
      'zzz',
    );
    fc.assert(
      fc.property(names, fc.array(parts, { maxLength: 200 }), fc.boolean(), (name, texts, cut) => {
        const call = new CallArguments();
        call.line.scan(`${TIME}${name}(${texts.join('')}`, cut);
        if (call.line.kind === 'call' || call.line.kind === 'moved') {
          for (const event of decodeCall(call, new ProcessContext(), 1, 1, ' = 3')) expect(event.call).toBe(name);
        }
      }),
      { numRuns: 3000 },
    );
    for (const text of ['"', '\\"', '<', '3<', '[', '3<TCP:[', 'AT_FDCWD<', '\\', '3</-', 'iov_base="']) {
      const call = new CallArguments();
      call.line.scan(`${TIME}sendmsg(3, ${text.repeat(65536 / text.length)}`, true);
      if (call.line.kind === 'call') decodeCall(call, new ProcessContext(), 1, 1);
    }
  });
});
