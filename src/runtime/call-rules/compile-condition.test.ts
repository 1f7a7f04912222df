import { describe, expect, it } from 'vitest';
import { CallTrace, internet } from '../../../test/support/call-trace.ts';
import type { CallEvent } from '../../model/call.ts';
import type { CallSource } from './call-source.ts';
import { callType, includesCall } from './call-types.ts';
import { type CompiledCondition, ConditionCompiler } from './compile-condition.ts';
import { ConditionError } from './condition-error.ts';
import { Evaluation } from './evaluation.ts';
import { parseCondition } from './parse-condition.ts';

const source: CallSource = {
  container: { id: '0123456789abcdef', imageId: 'sha256:00112233445566' },
  users: new Map([
    [0, 'root'],
    [33, 'www-data'],
  ]),
  groups: new Map([[33, 'web']]),
  image: { has: (path) => path.startsWith('/usr/') || path.startsWith('/bin/') },
};

const definitions = {
  macros: new Map(
    Object.entries({
      opens: 'evt.type in (open, openat)',
      writes: 'opens and evt.is_open_write=true',
      endless: 'endless',
      one: 'two',
      two: 'one',
    }).map(([name, text]) => [name, parseCondition(text)]),
  ),
  lists: new Map<string, readonly string[]>([
    ['shells', ['sh', 'bash', 'more_shells']],
    ['more_shells', ['"the (other) one"', 'zsh']],
    ['round', ['round']],
    ['private', ['"10.0.0.0/8"', '"192.168.0.0/16"']],
  ]),
};

function compile(text: string): CompiledCondition {
  return new ConditionCompiler(definitions).compile(parseCondition(text));
}

/** Whether the last call of a trace fits. */
function holds(text: string, write: (trace: CallTrace) => unknown): boolean {
  let last: CallEvent | undefined;
  const events: CallEvent[] = [];
  let evaluation: Evaluation | undefined;
  const trace: CallTrace = new CallTrace((event) => {
    evaluation ??= new Evaluation(source, trace);
    evaluation.begin(event);
    events.push(event);
    last = event;
  });
  write(trace);
  const condition = compile(text);
  const result = condition.test(evaluation!);
  // What a rule is not asked about must not be what it holds of.
  if (result) {
    expect(includesCall(condition.calls, callType(last!.call))).toBe(true);
    expect(includesCall(condition.kinds, last!.kind)).toBe(true);
  }
  return result;
}

/** nginx (1) starts a shell (7) as www-data, which opens a file. */
const opens = (trace: CallTrace): CallTrace =>
  trace
    .process(1, '/usr/sbin/nginx', { arguments: ['nginx', '-g', 'daemon off;'] })
    .process(5, '/usr/sbin/nginx', { arguments: ['nginx: worker'], parent: 1, uid: 33, gid: 33 })
    .process(7, '/bin/sh', { arguments: ['sh', '-c', 'cat x'], parent: 5, uid: 33, gid: 33, directory: '/srv' })
    .open(7, '/etc/shadow', 'read-write', { given: '../etc/shadow', creates: true, mode: 0o755 });

describe('a condition', () => {
  it.each([
    ['proc.name = sh', true],
    ['proc.name != sh', false],
    ['proc.name in (shells)', true],
    ['proc.name in shells', true],
    ['proc.name in ("shells")', false],
    ['"a"', undefined],
    ['proc.pname = nginx', true],
    ['proc.aname = nginx', true],
    ['proc.aname[2] = nginx', true],
    ['proc.aname[3] = nginx', false],
    ['proc.aname[3] exists', false],
    ['proc.aname in (nginx, init)', true],
    ['proc.aname != sh', true],
    ['proc.aname != nginx', false],
    ['proc.apid[1] = 5', true],
    ['proc.ppid = 5', true],
    ['proc.pid > 6 and proc.pid <= 0x7', true],
    ['proc.cmdline = "sh -c cat x"', true],
    ['proc.args startswith "-c "', true],
    ['proc.exe = sh and proc.exepath = /bin/sh', true],
    ['proc.pcmdline = nginx', true],
    ['proc.acmdline[2] contains daemon', true],
    ['proc.cwd = /srv/', true],
    ['proc.cmdnargs = 2', true],
    ['proc.is_exe_upper_layer = false', true],
    ['user.name = www-data and user.uid = 33 and group.name = web', true],
    ['thread.ismain = true', true],
    ['fd.name = /etc/shadow', true],
    ['fd.nameraw contains "../"', true],
    ['fd.directory = /etc and fd.filename = shadow', true],
    ['fd.typechar = f and fd.type = file and fd.num >= 0', true],
    ['fd.sport = 80', false],
    ['fd.name pmatch (/etc)', true],
    ['fd.name glob /e*/shad?w', true],
    ['fd.name regex "/etc/[a-z]+"', true],
    ['fd.name endswith ow', true],
    ['fd.name icontains SHADOW', true],
    ['evt.type = openat and evt.res = SUCCESS and evt.rawres >= 0', true],
    ['evt.is_open_read = true and evt.is_open_write = true and evt.is_open_exec = true', true],
    ['evt.arg.flags contains O_CREAT', true],
    ['evt.arg.flags contains O_TRUNC', false],
    ['evt.arg[mode] contains S_IXUSR', true],
    ['evt.num = 0', false],
    ['evt.num = 1', true],
    ['evt.dir = <', true],
    ['container.id != host and container.id = 0123456789ab', true],
    ['container.image.id = 001122334455 and container.image.repository = ""', true],
    ['writes', true],
    ['not opens', false],
    ['tolower(proc.name) = sh and toupper(proc.name) = SH and len(proc.name) = 2', true],
    ['basename(fd.name) = shadow', true],
    ['proc.name = val(proc.pname)', false],
    ['proc.name != val(proc.pname)', true],
    ['drydock.kind = open and drydock.path = /etc/shadow', true],
    ['drydock.kind != open', false],
  ])('%s', (text, expected) => {
    if (expected === undefined) expect(() => compile(text)).toThrow(ConditionError);
    else expect(holds(text, opens)).toBe(expected);
  });

  it('is false of what is not there, and so is its opposite by !=', () => {
    const alone = (trace: CallTrace): unknown => trace.process(1, '/bin/sh').open(1, '/x');
    expect(holds('proc.pname = x', alone)).toBe(false);
    expect(holds('proc.pname != x', alone)).toBe(false);
    expect(holds('not proc.pname = x', alone)).toBe(true);
    expect(holds('proc.pname exists', alone)).toBe(false);
  });

  it('is asked of calls of a process that nobody knows', () => {
    expect(holds('fd.name = /x and not proc.name in ("<NA>")', (trace) => trace.open(99, '/x'))).toBe(true);
  });

  it.each([
    ['fd.ip = 203.0.113.7', true],
    ['fd.ip != 203.0.113.7', false],
    ['fd.net != "127.0.0.0/8"', true],
    ['fd.snet in (private)', false],
    ['fd.rnet in ("203.0.113.0/24")', true],
    ['fd.sip = 203.0.113.7 and fd.rip = 203.0.113.7', true],
    ['fd.cip exists', false],
    ['fd.sport = 4444 and fd.port in (1, 4444)', true],
    ['fd.typechar = 4 and fd.type = ipv4 and fd.sockfamily = ip', true],
    ['fd.l4proto = tcp', true],
    ['fd.is_server = true', false],
    ['fd.name startswith 203.0.113.7', true],
    ['evt.rawres >= 0 or evt.res = EINPROGRESS', true],
    ['fd.sip.name = evil.example', true],
    ['fd.sip.name in (evil.example, other.example)', true],
  ])('of a connection: %s', (text, expected) => {
    const write = (trace: CallTrace): unknown =>
      trace
        .process(1, '/bin/a')
        .ask(1, 'EVIL.example.')
        .connect(1, '::ffff:203.0.113.7', 4444, { error: 'EINPROGRESS' });
    expect(holds(text, write)).toBe(expected);
  });

  it('knows the name of a server by its address where the tracer does', () => {
    const write = (trace: CallTrace): unknown =>
      trace.process(1, '/bin/a').ask(1, 'a.example').connect(1, '203.0.113.7', 1, { name: 'b.example' });
    expect(holds('fd.sip.name = b.example', write)).toBe(true);
    expect(holds('fd.sip.name = a.example', write)).toBe(false);
  });

  it.each([
    [
      'chmod',
      (trace: CallTrace) => trace.chmod(1, '/x', 0o4755),
      'evt.arg.mode contains S_ISUID and evt.arg.filename = /x',
    ],
    [
      'fchmodat2 is fchmodat',
      (trace: CallTrace) => trace.call(1, 'fchmodat2', { kind: 'chmod', path: '/x', mode: 0o1 }),
      'evt.type in (chmod, fchmodat)',
    ],
    [
      'rename',
      (trace: CallTrace) => trace.rename(1, '/a', '/b'),
      'evt.arg.oldpath = /a and evt.arg.newpath = /b and drydock.to = /b',
    ],
    [
      'symlink',
      (trace: CallTrace) => trace.call(1, 'symlinkat', { kind: 'symlink', path: '/etc', to: '/x' }),
      'evt.arg.target in (/etc) and evt.arg.linkpath = /x',
    ],
    ['delete', (trace: CallTrace) => trace.remove(1, '/a'), 'evt.arg.name = /a and evt.arg.path = /a'],
    [
      'setuid',
      (trace: CallTrace) => trace.call(1, 'setuid', { kind: 'credentials', uid: 33 }),
      'evt.arg.uid = www-data and evt.arg.uid = 33',
    ],
    [
      'ptrace',
      (trace: CallTrace) => trace.call(1, 'ptrace', { kind: 'ptrace', request: 'PTRACE_ATTACH', target: 3 }),
      'evt.arg.request contains PTRACE_ATTACH and evt.arg.pid = 3',
    ],
    [
      'bpf',
      (trace: CallTrace) => trace.call(1, 'bpf', { kind: 'bpf', argument: 'BPF_PROG_LOAD, {prog_type=1}' }),
      'evt.arg.cmd = BPF_PROG_LOAD',
    ],
    [
      'socket',
      (trace: CallTrace) => trace.call(1, 'socket', { kind: 'socket', family: 'AF_PACKET', type: 'SOCK_RAW' }),
      'evt.arg.domain contains AF_PACKET',
    ],
    [
      'unshare',
      (trace: CallTrace) => trace.call(1, 'unshare', { kind: 'namespace', flags: ['CLONE_NEWUSER'] }),
      'evt.arg.flags contains CLONE_NEWUSER',
    ],
    [
      'dup2',
      (trace: CallTrace) =>
        trace.duplicate(1, { kind: 'socket', protocol: 'tcp', remote: internet('203.0.113.7', 1) }, 0),
      'evt.rawres in (0, 1, 2) and fd.type in (ipv4, ipv6)',
    ],
    [
      'a failed open',
      (trace: CallTrace) => trace.open(1, '/x', 'read', {}, 'ENOENT'),
      'fd.num = -1 and evt.res startswith E and evt.failed = true and evt.rawres < 0',
    ],
    [
      'a directory',
      (trace: CallTrace) => trace.open(1, '/x', 'read', { directory: true }),
      'fd.typechar = d and fd.type = directory',
    ],
    [
      'an end',
      (trace: CallTrace) => trace.call(1, 'exit', { kind: 'exit', code: 0 }),
      'evt.type = procexit and not syscall.type exists',
    ],
    [
      'memory',
      (trace: CallTrace) => trace.exec(1, '/memfd:x', ['x'], { memory: true }),
      'proc.is_exe_from_memfd = true',
    ],
    [
      'environment',
      (trace: CallTrace) => trace.exec(1, '/bin/x', ['x'], { environment: ['GLIBC_TUNABLES=x'] }),
      'proc.env contains GLIBC_TUNABLES',
    ],
    [
      'what is sent',
      (trace: CallTrace) =>
        trace.call(1, 'sendto', { kind: 'send', protocol: 'udp', address: internet('203.0.113.7', 9) }),
      'fd.l4proto != tcp and fd.connected = false and fd.name_changed = true',
    ],
  ])('knows the arguments of %s', (_, write, text) => {
    expect(holds(text, (trace) => write(trace.process(1, '/bin/x')))).toBe(true);
    expect(holds(`not (${text})`, (trace) => write(trace.process(1, '/bin/x')))).toBe(false);
  });

  it.each([
    ['opens', ['open', 'openat']],
    ['opens and proc.name = sh', ['open', 'openat']],
    ['opens or evt.type = bpf', ['bpf', 'open', 'openat']],
    ['evt.type in (a, b) and not evt.type = b', ['a']],
    ['evt.type = a and evt.type = b', []],
  ])('%s is asked of some calls alone', (text, names) => {
    const { calls } = compile(text);
    expect(calls.all).toBe(false);
    expect([...calls.names].sort()).toEqual(names);
  });

  it.each(['proc.name = sh', 'opens or proc.name = sh', 'not (opens and proc.name = sh)'])(
    '%s is asked of all calls',
    (text) => {
      expect(compile(text).calls.all).toBe(true);
    },
  );

  it.each([
    ['nothing', /the macro nothing is not defined/],
    ['endless', /contains itself/],
    ['one', /contains itself/],
    ['proc.name in (round)', /contains itself/],
    ['proc.nome = x', /there is no such field|not known/],
    ['evt.num = many', /no number/],
    ['thread.ismain = perhaps', /neither true nor false/],
    ['fd.ip = x', /neither an address nor a network/],
    ['fd.net in ("10.0.0.0/33")', /neither an address nor a network/],
    ['proc.name < 3', /needs a field that is a number/],
    ['proc.name regex "("', /missing closing/],
    ['fd.name glob "+(a|b)"', /not supported/],
    ['proc.name[1] = x', /takes nothing in brackets/],
    ['proc.name glob val(proc.pname)', /takes no field/],
  ])('refuses %s', (text, message) => {
    expect(() => compile(text)).toThrow(ConditionError);
    expect(() => compile(text)).toThrow(message);
  });

  describe('asks what is not known', () => {
    const tty = 'proc.tty: terminals of processes are not known';

    it('and cannot hold', () => {
      expect(compile('opens and proc.tty != 0')).toMatchObject({ impossible: true, unknown: [tty] });
      expect(compile('opens and (proc.tty != 0 or k8s.ns.name exists)').impossible).toBe(true);
    });

    it('in a branch, and the others hold', () => {
      const condition = compile('opens or (evt.type=bpf and proc.tty != 0)');
      expect(condition).toMatchObject({ impossible: false, unknown: [tty] });
      expect(holds('opens or proc.tty != 0', opens)).toBe(true);
    });

    it('in an exception, which is not made', () => {
      expect(compile('opens and not (proc.name=sh and proc.tty = 0)')).toMatchObject({
        impossible: false,
        unknown: [tty],
      });
      expect(holds('opens and not (proc.name=sh and proc.tty = 0)', opens)).toBe(true);
    });

    it('through a macro, every time', () => {
      const macros = new Map([['terminal', parseCondition('proc.tty != 0')]]);
      const compiler = new ConditionCompiler({ ...definitions, macros });
      for (const _ of [1, 2]) {
        expect(compiler.compile(parseCondition('terminal'))).toMatchObject({ impossible: true, unknown: [tty] });
      }
    });

    it.each(['thread.cap_effective contains X', 'container.privileged = true', 'container.mount.dest[/x] = /y'])(
      'because no run tells it: %s',
      (text) => {
        expect(compile(text).impossible).toBe(true);
      },
    );
  });
});
