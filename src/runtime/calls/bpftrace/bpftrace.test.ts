import { spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { CallEvent } from '../../../model/call.ts';
import { TraceDecoder } from '../trace-decoder.ts';
import { AsStrace, readBpfLine } from './as-strace.ts';
import { askBpftrace, Bpftrace } from './bpftrace.ts';
import { bpftraceProgram } from './program.ts';

const SEPARATOR = 'xSEPx';
/** What stands before the values of each line: namespace, time, thread, process, user. */
const who = '7 1000000000 20 20 0';

/** Events of lines of bpftrace of one process, the first of which starts in /work. */
function decode(...lines: readonly string[]): CallEvent[] {
  const events: CallEvent[] = [];
  const form = new AsStrace('amd64', 1_700_000_000, new Set([22]));
  const decoder = new TraceDecoder({ call: (event) => void events.push(event) }, { first: { directory: '/data' } });
  for (const text of lines) {
    const line = readBpfLine(text.replaceAll('|', SEPARATOR), SEPARATOR);
    const told = line && form.line(line);
    if (line !== undefined && told !== undefined) decoder.line(told, line.tid);
  }
  decoder.finish();
  return events;
}

describe('lines of bpftrace', () => {
  it.each<[string, readonly string[], object]>([
    [
      'an open',
      [`S ${who} 257 3 -100 5 577 420 0 0|a/../b\n`],
      { kind: 'open', path: '/data/b', access: 'write', mode: 0o644 },
    ],
    ['one that failed', [`S ${who} 257 -2 -100 5 0 0 0 0|/gone\n`], { kind: 'open', path: '/gone', error: 'ENOENT' }],
    ['a text that could not be read', [`S ${who} 257 3 -100 5 0 0 0 0|\n`], { kind: 'open', undecoded: true }],
    [
      'a name like the end of one',
      [`S ${who} 87 0 5 0 0 0 0 0|/x") = -1 EPERM\\x\n\n`],
      { path: '/x") = -1 EPERM\\x\n' },
    ],
    [
      'a folder that was opened',
      [`S ${who} 257 4 -100 5 65536 0 0 0|/etc\n`, `S ${who} 263 0 4 5 0 0 0 0|cron\n`],
      { kind: 'delete', path: '/etc/cron' },
    ],
    ['a new name', [`S ${who} 82 0 1 2 0 0 0 0|/a|b\n`], { kind: 'rename', path: '/a', to: '/data/b' }],
    [
      'a program',
      [`C ${who}|/bin/sh\n`, `E ${who}|sh\\x00-c\\x00a "b"\\x00\n`],
      { kind: 'exec', path: '/bin/sh', arguments: ['sh', '-c', 'a "b"'] },
    ],
    ['a program whose name is not known', [`E ${who}|sh\\x00\n`], { kind: 'exec', arguments: ['sh'], undecoded: true }],
    ['a child', [`F ${who} 21\n`], { kind: 'fork', child: 21, thread: false }],
    ['a thread', [`F ${who} 22\n`], { kind: 'fork', child: 22, thread: true }],
    ['an end', [`X ${who} 256\n`], { kind: 'exit', code: 1 }],
    ['an end by a signal', [`X ${who} 9\n`], { kind: 'exit', signal: 'SIGKILL' }],
    [
      'a connection',
      [`S ${who} 41 3 2 1 0 0 0 0\n`, `S ${who} 42 0 3 5 16 0 0 0|\\x02\\x00\\x1f\\x90\\x7f\\x00\\x00\\x01\n`],
      { kind: 'connect', protocol: 'tcp', address: { family: 'inet', address: '127.0.0.1', port: 8080 } },
    ],
    [
      'a connection over IPv6',
      [
        `S ${who} 42 -111 3 5 28 0 0 0|\\x0a\\x00\\x00P${'\\x00'.repeat(4)}${'\\x00'.repeat(15)}\\x01\\x00\\x00\\x00\\x00\n`,
      ],
      { kind: 'connect', error: 'ECONNREFUSED', address: { family: 'inet6', address: '::1', port: 80 } },
    ],
    [
      'a socket of this machine',
      [`S ${who} 42 0 3 5 110 0 0 0|\\x01\\x00/run/docker.sock\\x00\n`],
      { kind: 'connect', address: { family: 'unix', path: '/run/docker.sock' } },
    ],
    [
      'a library',
      [`S ${who} 257 3 -100 5 0 0 0 0|/lib/x.so\n`, `S ${who} 9 4096 0 99 5 2 3 0\n`],
      { kind: 'map', path: '/lib/x.so', executable: true },
    ],
    ['a file in memory', [`S ${who} 319 3 5 0 0 0 0 0|x\n`], { kind: 'memfd', name: 'x' }],
    ['another user', [`S ${who} 117 0 0 33 0 0 0 0\n`], { kind: 'credentials', uid: 33 }],
    [
      'an attempt to trace',
      [`S ${who} 101 -1 16 5 0 0 0 0\n`],
      { kind: 'ptrace', request: 'PTRACE_ATTACH', target: 5, error: 'EPERM' },
    ],
    ['a namespace', [`S ${who} 272 -1 268435456 0 0 0 0 0\n`], { kind: 'namespace', flags: ['CLONE_NEWUSER'] }],
    ['a mount', [`S ${who} 165 -1 1 2 3 0 0 0|proc|/mnt\n`], { kind: 'mount', from: 'proc', path: '/mnt' }],
  ])('tell %s', (_, lines, event) => {
    expect(decode(...lines).at(-1)).toMatchObject(event);
  });

  it('are nothing, or an event, whatever they are', () => {
    const part = fc.oneof(
      fc.constantFrom('S', 'C', 'E', 'F', 'X', ' ', '-', '7', '257', '42', '|', '\\x0', '\n'),
      fc.string(),
    );
    fc.assert(fc.property(fc.array(part), (parts) => void decode(parts.join(''))));
    const values = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }), { maxLength: 8 });
    fc.assert(
      fc.property(
        values,
        fc.string(),
        (numbers, text) => void decode(`S ${who} ${numbers.join(' ')}|${text}|${text}\n`),
      ),
    );
  });
});

describe('the program for bpftrace', () => {
  it('watches calls that are known by their numbers, of other mounts than ours', () => {
    const program = bpftraceProgram('amd64', SEPARATOR, '4026531832')!;
    expect(program).toContain('ns.inum != (uint32)4026531832');
    expect(program).toContain('args.id == 257');
    expect(bpftraceProgram('arm64', SEPARATOR, '1')).toContain('args.id == 56');
    expect(bpftraceProgram('s390x', SEPARATOR, '1')).toBeUndefined();
    expect(bpftraceProgram('amd64', '"', '1')).toBeUndefined();
  });

  it('says why it cannot be run', () => {
    const options = { architecture: 'amd64', environment: {}, folder: temporaryFolder() };
    expect(askBpftrace(options)).toEqual({ reason: expect.stringMatching(/is for root|no usr\/bin\/bpftrace/) });
    expect(askBpftrace({ ...options, architecture: 's390x' })).toEqual({ reason: expect.stringMatching(/root|s390x/) });
  });
});

describe('bpftrace itself', () => {
  // Where that of this machine does not run, a root file system with one: mmdebstrap --include=bpftrace.
  const folder = process.env['DRYDOCK_TEST_BPFTRACE'];
  const options = { architecture: 'amd64', environment: process.env, ...(folder !== undefined && { folder }) };

  it('sees what a process with other mounts does', async (context) => {
    const asked = askBpftrace(options);
    if ('reason' in asked) return context.skip(asked.reason);
    const trace = await Bpftrace.start(options, AbortSignal.timeout(40_000));
    try {
      const own = temporaryFolder();
      const script = `sleep 3; cd '${own}'; echo x >'a\n"'; mv 'a\n"' b; rm b; cat /nowhere/x; true`;
      const child = spawn('unshare', ['-m', 'sh', '-c', script], { stdio: 'ignore' });
      const mountsOf = (pid: number | string) => Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/mnt`))![0]);
      await expect.poll(() => mountsOf(child.pid!), { interval: 20 }).not.toBe(mountsOf('self'));
      const mounts = mountsOf(child.pid!);
      await new Promise((resolve) => child.once('exit', resolve));
      await trace.close();

      const events: CallEvent[] = [];
      const reading = trace.read({ call: (event) => void events.push(event) }, mounts, child.pid!, {});

      expect(reading).toMatchObject({ undecoded: 0, startMissed: false });
      const told = (kind: string, path: string) =>
        events.filter((event) => event.kind === kind && 'path' in event && event.path === path);
      expect(told('open', `${own}/a\n"`)).toMatchObject([{ access: 'write', creates: true }]);
      expect(told('rename', `${own}/a\n"`)).toMatchObject([{ to: `${own}/b` }]);
      expect(told('delete', `${own}/b`)).toHaveLength(1);
      expect(told('open', '/nowhere/x')).toMatchObject([{ error: 'ENOENT' }]);
    } finally {
      await trace.close();
    }
  });
});
