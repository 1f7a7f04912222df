import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busyboxArchive, whyNoBusybox } from '../../../test/support/busybox-image.ts';
import { type RealEngine, startDocker, startPodman, whyNoEngine } from '../../../test/support/real-engines.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import type { CallEvent, CallProcess } from '../../model/call.ts';
import { getArchive, putArchive } from '../../net/container-engine/archives.ts';
import {
  createContainer,
  removeContainer,
  startContainer,
  waitForExit,
} from '../../net/container-engine/containers.ts';
import { connectEngine, type Engine } from '../../net/container-engine/engine.ts';
import { writeTar } from '../inside/tar-writer.ts';
import { readTrace, type TraceReading } from './read-trace.ts';
import { traceSet } from './trace-sets.ts';
import { OUTPUT, TRACES, traceCoverage, tracedCalls, tracerCommand } from './tracer-command.ts';
import { TOOLS, type TracerTools, tracerTools } from './tracer-tools.ts';

const program = {
  entrypoint: ['/bin/sh', '-c'],
  command: [
    'cat /etc/passwd >/dev/null; echo x >"/tmp/a b"; rm "/tmp/a b"; (exec /bin/nslookup name.example 127.0.0.1); exit 5',
  ],
  environment: [],
};
const options = { purpose: 'behaviour', engine: 'docker' } as const;
const tools = tracerTools();
const hasStrace = !('reason' in tools);

describe('the command line around a program', () => {
  it('keeps entrypoint and command behind the options of the tracer', () => {
    const made = tracerCommand(program, { command: ['/.s/strace'] }, options);

    expect(made).toMatchObject({ filtered: true, capabilities: ['SYS_PTRACE'], environment: ['TZ=:'] });
    if ('reason' in made) return;
    const at = made.words.indexOf('--');
    expect(made.words.slice(at + 1)).toEqual(['/bin/sh', '-c', ...program.command]);
    expect(made.words.slice(0, at)).toEqual(
      expect.arrayContaining(['-ff', '-A', '-DDD', '--seccomp-bpf', '-o', '/.o/w/t']),
    );
  });

  it.each([
    ['6.13', true],
    ['6.3', true],
    ['6.2', false],
    ['5.10-something', false],
    [undefined, false],
  ])('ends with the tracer, where strace %s can do that: %s', (version, ends) => {
    const made = tracerCommand(program, { command: [], ...(version !== undefined && { version }) }, options);

    expect('words' in made && made.words.includes('--kill-on-exit')).toBe(ends);
  });

  it('has no filter in gVisor, which would not stop at what it traces', () => {
    const made = tracerCommand(program, { command: [] }, { ...options, runtime: 'runsc' });

    expect('words' in made && made.words).not.toContain('--seccomp-bpf');
    expect(made).toMatchObject({
      filtered: false,
      blindSpots: expect.arrayContaining([expect.stringMatching(/gVisor/)]),
    });
  });

  it('keeps variables of the dynamic linker from the tracer, and for the program', () => {
    const environment = ['LD_PRELOAD=/x.so', 'A=1', 'GLIBC_TUNABLES=a=b', 'LD_TRACE_LOADED_OBJECTS=1'];

    const made = tracerCommand({ ...program, environment }, { command: [] }, options);

    if ('reason' in made) throw new Error(made.reason);
    expect(made.environment).toEqual(['LD_PRELOAD', 'GLIBC_TUNABLES', 'LD_TRACE_LOADED_OBJECTS', 'TZ=:']);
    expect(made.words.filter((_, index) => made.words[index - 1] === '-E')).toEqual([
      ...environment.filter((one) => one !== 'A=1'),
      'TZ',
    ]);
  });

  it.each([
    [1, ['/.s/taskset', '-c'], ['/.s/taskset', '-c', '1', '/.s/strace', '-ff']],
    [0, undefined, ['/.s/strace', '-ff', '-A']],
    [undefined, ['/.s/taskset', '-c'], ['/.s/strace', '-ff', '-A']],
  ])('is kept on processor %s, by %j', (processor, onProcessor, words) => {
    const given = { command: ['/.s/strace'], ...(onProcessor !== undefined && { onProcessor }) };

    const made = tracerCommand(program, given, { ...options, ...(processor !== undefined && { processor }) });

    const isKept = words[0] === '/.s/taskset';
    expect(made).toMatchObject({ isKept });
    expect('blindSpots' in made && made.blindSpots.join().includes('kept on one processor')).toBe(isKept);
    expect('words' in made && made.words.slice(0, words.length)).toEqual(words);
  });

  it('leaves the time zone of an image as it is', () => {
    const made = tracerCommand({ ...program, environment: ['TZ=Europe/Berlin'] }, { command: [] }, options);

    expect(made).toMatchObject({ environment: [] });
    expect('words' in made && made.words.includes('-E')).toBe(false);
  });

  it.each([
    ['6.13', '-e decode-fds=!dev'],
    ['5.6', '-e decode-fds=!dev'],
    ['5.5', '-yy'],
    [undefined, '-yy'],
  ])('says what descriptors are, with strace %s: %s', (version, words) => {
    expect(tracedCalls({ ...(version !== undefined && { version }) }, 'behaviour').join(' ')).toContain(words);
  });

  it('traces more calls of amd64, which has a filter to gain by it, and all that others know', () => {
    const [plain, amd64] = [undefined, 'amd64'].map((one) => traceSet('behaviour', one).split(','));

    expect(amd64!.slice(0, plain!.length)).toEqual(plain);
    expect(amd64).toEqual(expect.arrayContaining(['?getgroups', '?uname@32', 'all@x32']));
    expect(amd64!.join()).not.toMatch(/\?(?:read|write|close|futex|getppid|epoll_wait)(?:,|$)/);
  });

  it.skipIf(!hasStrace || process.arch !== 'x64')('has a filter that the kernel need not run for other calls', () => {
    const words = ['-d', '-f', '--seccomp-bpf', '-o', '/dev/null', ...tracedCalls(tools as TracerTools, 'behaviour')];
    const { stderr } = spawnSync('strace', [...words, 'true'], { encoding: 'utf8' });

    const kinds = new Set(stderr.match(/(?<=strace: (?:STMT|JUMP)\()BPF_\w+/g));
    // Those that the kernel can follow (kernel/seccomp.c, seccomp_is_const_allow); RSH, LSH, TAX and TXA it cannot.
    expect([...kinds].sort()).toEqual(['BPF_JA', 'BPF_JEQ', 'BPF_JGE', 'BPF_LDWABS', 'BPF_RET']);
  });

  it('is none where Podman would leave a variable that keeps the tracer from starting', () => {
    const environment = ['LD_TRACE_LOADED_OBJECTS=1'];

    const made = tracerCommand({ ...program, environment }, { command: [] }, { ...options, engine: 'podman' });

    expect(made).toEqual({ reason: expect.stringContaining('Podman cannot take it away') });
  });

  it('is none for an image without a program', () => {
    const made = tracerCommand({ entrypoint: [], command: [], environment: [] }, { command: [] }, options);

    expect(made).toEqual({ reason: expect.stringContaining('nothing to run') });
  });
});

describe('the tools', () => {
  it.each([
    ['a folder without strace', { folder: temporaryFolder() }, /there is no strace in/],
    ['a folder with something else', { folder: path.dirname(writeTemporary('strace', 'x')) }, /is no program/],
  ])('are none, with a reason: %s', (_, given, reason) => {
    expect(tracerTools(given)).toEqual({ reason: expect.stringMatching(reason) });
  });

  it.skipIf(!hasStrace)('are none for another architecture', () => {
    expect(tracerTools({ architecture: 'riscv64' })).toEqual({
      reason: expect.stringContaining('the image for riscv64'),
    });
  });

  it.skipIf(!hasStrace)('say the version that strace says', () => {
    const said = spawnSync('strace', ['--version'], { encoding: 'utf8' }).stdout;

    expect(said).toContain(`version ${(tools as TracerTools).version}`);
  });
});

interface Traced {
  readonly code: number;
  readonly reading: TraceReading;
  readonly calls: { readonly event: CallEvent; readonly process: CallProcess }[];
}

describe.each(['docker', 'podman'] as const)('in a container of %s', (kind) => {
  const reason =
    whyNoEngine(kind === 'docker' ? 'dockerd' : kind) ??
    whyNoBusybox() ??
    (hasStrace ? undefined : 'strace is not installed') ??
    noCompiler();
  let running: RealEngine | undefined;
  let engine: Engine;

  beforeAll(async () => {
    if (reason !== undefined) return;
    running = kind === 'docker' ? await startDocker('overlay') : await startPodman();
    engine = await connectEngine(kind, { environment: running.environment, offline: true });
    const preloaded = { path: 'evil.so', content: evil(), mode: 0o755 };
    const list = { path: 'etc/ld.so.preload', content: '/evil.so\n' };
    const config = { WorkingDir: '/srv', Env: ['PATH=/bin', 'LD_PRELOAD=/evil.so', 'LD_BIND_NOW=1'] };
    running.load(
      writeTemporary(
        'image.tar',
        busyboxArchive(
          {
            tag: 'localhost/traced:1',
            config: { WorkingDir: '/srv', Env: ['PATH=/bin'] },
            entries: [{ path: 'processors', content: processors(), mode: 0o755 }],
          },
          { tag: 'localhost/hostile:1', config, entries: [preloaded, list] },
        ),
      ),
    );
  });

  afterAll(async () => {
    await running?.stop();
  });

  async function trace(
    image: string,
    user: string,
    environment: readonly string[],
    script: string = program.command[0]!,
  ): Promise<Traced> {
    const made = tracerCommand({ ...program, command: [script], environment }, tools as TracerTools, {
      ...options,
      engine: kind,
      processor: 0,
    });
    if ('reason' in made) throw new Error(made.reason);
    const { id } = await createContainer(engine, {
      image: `localhost/${image}:1`,
      entrypoint: made.words,
      command: [],
      user,
      environment: made.environment,
      network: 'none',
      capabilitiesDropped: ['ALL'],
      capabilitiesAdded: made.capabilities,
      securityOptions: ['no-new-privileges'],
    });
    try {
      const folders = [
        { path: TOOLS.slice(1), type: 'directory', mode: 0o755 },
        { path: TRACES.slice(1), type: 'directory', mode: 0o1777 },
      ] as const;
      await putArchive(engine, id, '/', writeTar(folders));
      await putArchive(engine, id, TOOLS, (tools as TracerTools).contents());
      await startContainer(engine, id);
      const code = await waitForExit(engine, id);
      const calls: Traced['calls'] = [];
      const archive = (await getArchive(engine, id, TRACES)).bytes;
      const reading = await readTrace(
        { archive, temporary: temporaryFolder() },
        { call: (event, process) => calls.push({ event, process }) },
        { first: { directory: '/srv' }, firstThread: 1, output: OUTPUT },
      );
      return { code, reading, calls };
    } finally {
      await removeContainer(engine, id);
    }
  }

  it.skipIf(reason !== undefined).for([
    ['traced', '', []],
    ['traced', '65534:65534', []],
    ['hostile', '', ['LD_PRELOAD=/evil.so', 'LD_BIND_NOW=1']],
  ] as const)(
    'sees everything from the first instruction on, whoever it runs as: %s as "%s"',
    async ([image, user, environment]) => {
      const { code, reading, calls } = await trace(image, user, environment);

      expect(code).toBe(5);
      expect(reading).toMatchObject({ undecoded: 0, cut: 0, touched: [], incomplete: false, problems: [] });
      const events = calls.map(({ event }) => event);
      expect(events[0]).toMatchObject({
        kind: 'exec',
        path: '/bin/sh',
        pid: 1,
        arguments: ['/bin/sh', '-c', program.command[0]],
      });
      expect(events[0]).toHaveProperty('environment', expect.arrayContaining([...environment]));
      expect(events[0]).not.toHaveProperty('environment', expect.arrayContaining(['TZ=:']));
      const opened = events.filter((event) => event.kind === 'open' && event.error === undefined);
      expect(opened).toContainEqual(expect.objectContaining({ path: '/etc/passwd', access: 'read' }));
      expect(opened).toContainEqual(expect.objectContaining({ path: '/tmp/a b', creates: true, access: 'write' }));
      expect(events).toContainEqual(expect.objectContaining({ kind: 'delete', path: '/tmp/a b' }));
      // What it asks there it writes to the socket, which is no call that is traced.
      const server = { family: 'inet', address: '127.0.0.1', port: 53 };
      expect(events).toContainEqual(expect.objectContaining({ kind: 'connect', address: server }));
      const asked = calls.find(({ event }) => event.kind === 'connect')!.process;
      expect(asked).toMatchObject({ name: 'nslookup', parent: 1, path: '/bin/nslookup', directory: '/srv' });
      expect(traceCoverage(tools as TracerTools, { blindSpots: [] }, reading)).toMatchObject({
        lost: 0,
        blindSpots: [],
      });
    },
  );

  it.skipIf(reason !== undefined).each([
    ['its own file', "sh -c 'echo x >/tmp/x; exec rm /.o/w/t.$$'; sleep 1; exit 7"],
    [
      'the file of another, by another name',
      "ln -s /.o/w /tmp/l; sh -c 'echo $$ >/tmp/n; echo x >/tmp/x'; rm /tmp/l/t.$(cat /tmp/n); sleep 1; exit 7",
    ],
    ['the first file', 'echo x >/tmp/x; rm /.o/w/t.1; (sleep 1); exit 7'],
  ])('tells that what one did is missing, when it takes away %s', async (_, script) => {
    const { code, reading } = await trace('traced', '', [], script);

    expect(code).toBe(7);
    expect(reading.lost).toBeGreaterThan(0);
    expect(traceCoverage(tools as TracerTools, { blindSpots: [] }, reading).blindSpots.join()).toContain('is missing');
  });

  it.skipIf(reason !== undefined)('keeps it on one processor', async () => {
    // A program of ours that ends with the number of processors that it may use.
    const { code, reading } = await trace('traced', '65534:65534', [], '/processors');

    expect([code, reading.calls > 0]).toEqual([1, true]);
  });

  it.skipIf(reason !== undefined)('does not outlive its tracer', async () => {
    const script = 'for p in /proc/[0-9]*; do p=${p#/proc/}; [ $p = 1 ] || kill -9 $p; done; sleep 30; exit 7';

    expect((await trace('traced', '', [], script)).code).toBe(137);
  });
});

function noCompiler(): string | undefined {
  return spawnSync('cc', ['--version']).status === 0 ? undefined : 'there is no C compiler';
}

function processors(): Buffer {
  const folder = temporaryFolder();
  const [source, program] = [path.join(folder, 'processors.c'), path.join(folder, 'processors')];
  writeFileSync(
    source,
    `#define _GNU_SOURCE
#include <sched.h>
int main(void) { cpu_set_t set; return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 99; }`,
  );
  execFileSync('cc', ['-static', '-o', program, source]);
  return readFileSync(program);
}

/** A library that ends every program which loads it. */
function evil(): Buffer {
  const folder = temporaryFolder();
  const [source, library] = [path.join(folder, 'evil.c'), path.join(folder, 'evil.so')];
  writeFileSync(source, '__attribute__((constructor)) static void x(void) { __builtin_trap(); }');
  execFileSync('cc', ['-shared', '-fPIC', '-nostdlib', '-o', library, source]);
  return readFileSync(library);
}
