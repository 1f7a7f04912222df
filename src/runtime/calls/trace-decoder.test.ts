import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tar } from '../../../test/support/tar.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { CallEvent, CallProcess } from '../../model/call.ts';
import { readTrace, type TraceReading } from './read-trace.ts';

interface Told {
  readonly reading: TraceReading;
  readonly events: CallEvent[];
  readonly processes: CallProcess[];
}

/** Reads files of a trace; a time is written as its second. */
async function read(files: Readonly<Record<string, readonly string[]>>): Promise<Told> {
  const folder = path.join(temporaryFolder(), 'o');
  mkdirSync(folder);
  for (const [name, lines] of Object.entries(files)) {
    const text = lines.map((line) => `${line.replace(/^@(\d+) /, '17000000$1.000000 ')}\n`).join('');
    writeFileSync(path.join(folder, name), text, 'latin1');
  }
  return readFolder(folder);
}

async function readFolder(folder: string): Promise<Told> {
  const events: CallEvent[] = [];
  const processes: CallProcess[] = [];
  const reading = await readTrace(
    { folder },
    {
      call(event, process) {
        events.push(event);
        processes.push(process);
      },
    },
    { first: { directory: '/', uid: 0 }, output: '/.o' },
  );
  return { reading, events, processes };
}

const short = ({ events }: Told): string[] =>
  events.map(
    (event) =>
      `${event.pid}${event.tid === event.pid ? '' : `/${event.tid}`} ${event.kind}${event.error ? ` ${event.error}` : ''}`,
  );

describe('files of threads', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>, number]>([
    [
      'are all there',
      { 't.1': ['@10 fork() = 2', '@20 +++ exited with 0 +++'], 't.2': ['@11 +++ exited with 0 +++'] },
      0,
    ],
    ['lack one that somebody started', { 't.1': ['@10 fork() = 2', '@20 +++ exited with 0 +++'] }, 1],
    ['lack one that began at the very end', { 't.1': ['@10 fork() = 2'] }, 0],
    [
      'lack the one of who started another',
      { 't.1': ['@10 execve("/a", [], []) = 0'], 't.5': ['@11 unlink("x") = 0'] },
      1,
    ],
    ['lack a thread', { 't.1': ['@10 clone(flags=CLONE_VM|CLONE_THREAD) = 3', '@20 unlink("x") = 0'] }, 1],
  ])('%s', async (_, files, lost) => {
    expect((await read(files)).reading.lost).toBe(lost);
  });

  it('are read though more are open than are kept in memory', async () => {
    const files: Record<string, string[]> = {};
    const long = 'x'.repeat(3000);
    for (let tid = 1; tid <= 700; tid++) files[`t.${tid}`] = ['@10 unlink("/a") = 0', `@20 unlink("/${long}") = 0`];
    const { events } = await read(files);

    expect(events.map((event) => 'path' in event && event.path)).toEqual([
      ...Array<string>(700).fill('/a'),
      ...Array<string>(700).fill(`/${long}`),
    ]);
  });

  it('are told in the order of their times, with who started whom', async () => {
    const told = await read({
      't.1': [
        '@10 execve("/bin/a", ["a"], []) = 0',
        '@11 fork() = 2',
        '@15 clone(flags=CLONE_VM|CLONE_THREAD) = 3',
        '@20 +++ exited with 4 +++',
      ],
      't.2': [
        '@12 execve("/usr/bin/a-name-of-many-letters", ["b"], []) = 0',
        '@13 setuid(33) = 0',
        '@18 +++ killed by SIGKILL +++',
      ],
      't.3': ['@16 unlink("x") = 0', '@17 +++ exited with 0 +++'],
    });

    expect(short(told)).toEqual([
      '1 exec',
      '1 fork',
      '2 exec',
      '2 credentials',
      '1 fork',
      '1/3 delete',
      '2 exit',
      '1 exit',
    ]);
    expect(told.processes[3]).toMatchObject({
      pid: 2,
      parent: 1,
      name: 'a-name-of-many-',
      uid: 33,
      startedAt: 1700000011,
    });
    expect(told.events[6]).toMatchObject({ signal: 'SIGKILL' });
    expect(told.events[7]).toMatchObject({ code: 4 });
    expect(told.reading).toMatchObject({ calls: 6, undecoded: 0, counts: { execve: { count: 2, failed: 0 } } });
  });

  it('keep their own order where the clock is set back, and find their parents late', async () => {
    const told = await read({
      't.1': ['@50 execve("/bin/a", ["a"], []) = 0', '@10 fork() = 2', '@11 unlink("/1") = 0'],
      't.2': ['@12 unlink("/2") = 0', '@13 unlink("/3") = 0'],
    });

    const paths = (pid: number) =>
      told.events.flatMap((event) => (event.pid === pid && event.kind === 'delete' ? [event.path] : []));
    expect([paths(1), paths(2)]).toEqual([['/1'], ['/2', '/3']]);
    expect(told.reading).toMatchObject({ calls: 5, undecoded: 0 });
  });

  it('hold several processes where a number is used again', async () => {
    const told = await read({
      't.1': ['@10 fork() = 2', '@20 fork() = 2'],
      't.2': [
        '@11 execve("/bin/b", ["b"], []) = 0',
        '@12 +++ exited with 0 +++',
        '@21 unlink("/x") = 0',
        '@22 +++ exited with 0 +++',
      ],
    });

    expect(short(told)).toEqual(['1 fork', '2 exec', '2 exit', '1 fork', '2 delete', '2 exit']);
    expect(told.processes[4]).toMatchObject({ pid: 2, parent: 1, startedAt: 1700000020, name: '' });
  });

  it('say that a thread which starts a program becomes the process', async () => {
    const told = await read({
      't.1': [
        '@10 execve("/bin/a", ["a"], []) = 0',
        '@11 clone3({flags=CLONE_THREAD}, 88) = 2',
        '@12 futex(0x1, FUTEX_WAIT <unfinished ...>',
        '@14 +++ superseded by execve in pid 2 +++',
        '@15 <... execve resumed>) = -1 ENOSYS (Function not implemented)',
        '@16 unlink("/x") = 0',
      ],
      't.2': ['@13 execve("/bin/b", ["b"], [] <pid changed to 1 ...>'],
    });

    expect(short(told)).toEqual(['1 exec', '1 fork', '1 exec', '1 delete']);
    expect(told.processes[3]).toMatchObject({ pid: 1, name: 'b' });
    expect(told.reading.undecoded).toBe(0);
  });

  it('tell calls that never returned', async () => {
    const told = await read({
      't.1': ['@10 connect(3, {sa_family=AF_UNIX, sun_path="/s"}, 9 <unfinished ...>', '@11 +++ killed by SIGTERM +++'],
    });

    expect(short(told)).toEqual(['1 connect unfinished', '1 exit']);
  });

  it('join a name that was asked for with the address that was called', async () => {
    const server = '{sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.1")}';
    const question = '\\7\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\1a\\2bc\\0\\0\\1\\0\\1';
    const answer =
      '\\201\\200\\0\\1\\0\\1\\0\\0\\0\\0\\1a\\2bc\\0\\0\\1\\0\\1\\300\\f\\0\\1\\0\\1\\0\\0\\0\\74\\0\\4\\n\\1\\2\\3';
    const told = await read({
      't.1': [
        `@10 connect(3<UDP:[9]>, ${server}, 16) = 0`,
        `@11 sendto(3<UDP:[0.0.0.0:9]>, "\\22${question}", 22, 0, NULL, 0) = 22`,
        `@12 recvfrom(3<UDP:[0.0.0.0:9]>, "\\22\\7${answer}", 99, 0, NULL, NULL) = 38`,
        '@13 connect(4<TCP:[9]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("10.1.2.3")}, 16) = 0',
      ],
    });

    expect(short(told)).toEqual(['1 connect', '1 dns', '1 receive', '1 connect']);
    expect(told.events[1]).toMatchObject({ name: 'a.bc', type: 'A', server: { port: 53 } });
    expect(told.events[3]).toMatchObject({ name: 'a.bc', address: { address: '10.1.2.3' } });
  });

  it('tell who touches the trace itself', async () => {
    const told = await read({
      't.1': ['@10 execve("/bin/a", ["a"], []) = 0', '@11 unlink("/.o/t.1") = 0', '@12 unlink("/.other") = 0'],
    });

    expect(told.reading.touched).toEqual(['a (unlink)']);
  });
});

describe('hostile traces', () => {
  it('are counted where they make no sense, and nothing is lost behind', async () => {
    const told = await read({
      't.1': [
        '',
        'x',
        '@10 a(',
        '@11 <... read resumed>) = 0',
        '@12 unlink("/x") = 0',
        '\0\0\0',
        '@13 __proto__() = 0',
      ],
    });

    expect(short(told)).toEqual(['1 delete', '1 other']);
    expect(told.reading).toMatchObject({ undecoded: 4, calls: 2 });
    expect(Object.hasOwn(told.reading.counts, '__proto__')).toBe(true);
  });

  it('have lines of any length, of which the end is known', async () => {
    const words = Array.from({ length: 3000 }, (_, index) => `"${index} ${'x'.repeat(100)}"`).join(', ');
    const told = await read({
      't.1': [
        `@10 execve("/bin/a", [${words}], []) = 0`,
        `@11 execve("/bin/b", [${words}], []) = -1 EACCES (Permission denied)`,
        '@12 unlink("/x") = 0',
      ],
    });

    expect(short(told)).toEqual(['1 exec', '1 exec EACCES', '1 delete']);
    expect(told.events[0]).toMatchObject({ path: '/bin/a', cut: true });
    expect(told.processes[2]).toMatchObject({ name: 'a' });
    expect(told.reading).toMatchObject({ cut: 2 });
  });

  it('may have more names of calls than there are', async () => {
    const lines = Array.from({ length: 1500 }, (_, index) => `@10 call_${index}() = 0`);
    const told = await read({ 't.1': lines });

    expect(Object.keys(told.reading.counts)).toHaveLength(1000);
    expect(told.reading.undecoded).toBe(500);
  });

  it('may end in the middle of a line', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      path.join(folder, 't.1'),
      '1700000010.000000 unlink("/x") = 0\n1700000011.000000 openat(AT_FDCWD</>, "/y", O_RD',
    );
    truncateSync(path.join(folder, 't.1'), 80);

    const told = await readFolder(folder);

    expect(short(told)).toEqual(['1 delete', '1 open unfinished']);
  });

  it('never throw, whatever was changed in them', async () => {
    const lines = [
      '1700000010.000000 execve("/bin/a", ["a", "b\\"c"], ["A=1"]) = 0',
      '1700000010.000001 clone(flags=CLONE_THREAD <unfinished ...>',
      '1700000010.000002 connect(3<TCP:[1.2.3.4:5->6.7.8.9:53]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("1.2.3.4")}, 16) = 0',
      '1700000010.000003 sendmmsg(3, [{msg_hdr={msg_name=NULL, msg_iov=[{iov_base="\\22\\7\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\1a\\0\\0\\1\\0\\1", iov_len=19}]}, msg_len=19}], 1, 0) = 1',
      '1700000010.000004 <... clone resumed>) = 2',
      '1700000010.000005 execve("x", ["y"], [] <pid changed to 1 ...>',
      '1700000010.000006 +++ exited with 0 +++',
    ];
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(lines, { minLength: 1 }),
        fc.array(fc.tuple(fc.nat(2000), fc.constantFrom(...'"\\<>()[]{}=, \n019+-\0ÿ'.split(''))), { maxLength: 12 }),
        async (chosen, changes) => {
          const text = Buffer.from(chosen.join('\n'), 'latin1');
          for (const [at, letter] of changes) text.write(letter, at % text.length, 'latin1');
          writeFileSync(path.join(folder, 't.1'), text);
          writeFileSync(path.join(folder, 't.2'), text.toReversed());
          const { events } = await readFolder(folder);
          for (const event of events) expect(event.pid).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an archive with a trace', () => {
  const entries = [
    { path: '.o', type: 'directory' as const },
    { path: '.o/t.1', content: '1700000010.000000 fork() = 2\n' },
    { path: '.o/t.2', content: '1700000011.000000 unlink("/x") = 0\n'.repeat(100) },
    { path: '.o/other', content: 'x' },
    { path: '.o/t.3', type: 'symlink' as const, linkTarget: '/etc/passwd' },
  ];

  it.each([
    ['whole', 0, 101, false],
    ['cut in the middle of a file', 3000, 28, true],
  ])('is read as far as it goes: %s', async (_, cut, calls, incomplete) => {
    const bytes = tar(entries);
    const given = cut === 0 ? bytes : bytes.subarray(0, cut);
    const archive = (async function* () {
      for (let at = 0; at < given.length; at += 700) yield given.subarray(at, at + 700);
    })();

    const reading = await readTrace({ archive, temporary: temporaryFolder() }, { call() {} });

    expect(reading).toMatchObject({ incomplete, calls });
  });

  it('is read no further than its budget', async () => {
    const archive = (async function* () {
      yield tar(entries);
    })();

    const reading = await readTrace({ archive, temporary: temporaryFolder() }, { call() {} }, { maximumBytes: 1000 });

    expect(reading).toMatchObject({ incomplete: true });
    expect(reading.calls).toBeLessThan(40);
  });
});
