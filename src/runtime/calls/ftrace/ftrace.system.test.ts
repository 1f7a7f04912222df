import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { callNames } from '../call-names.ts';
import { Ftrace, whyNoFtrace } from './ftrace.ts';
import { type RingRecord, readRingPage } from './pages.ts';

const folder = path.join(temporaryFolder(), 'tracefs');
mkdirSync(folder);
const mounted = process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tracefs', 'nodev', folder]).status === 0;
const reason = mounted ? whyNoFtrace(folder) : 'tracefs cannot be mounted here';
const architecture = process.arch === 'x64' ? 'amd64' : 'arm64';

afterAll(() => {
  if (mounted) spawnSync('umount', [folder]);
});

describe('the tracer of the kernel', () => {
  it.skipIf(reason !== undefined)(
    'counts every call of a process and of those that it starts, and leaves nothing behind',
    async () => {
      // All of it fits into the memory of one processor, however late this process gets to read. It waits for a line, so that it is watched before it begins.
      const script =
        'read x; for i in 1 2 3; do perl -e "kill 0, \\$\\$ for 1 .. 10000; open F, q(/nowhere) for 1 .. 7"; done; exit 0';
      const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'inherit'] });
      const name = `drydock-test-${process.pid}`;
      const trace = new Ftrace({ folder, name, threads: [child.pid!], architecture });

      child.stdin!.end('\n');
      await new Promise((resolve) => child.once('exit', resolve));
      const { counts, calls, lost } = await trace.stop();

      expect(lost).toBe(0);
      expect(counts['kill']).toEqual({ count: 30_000, failed: 0 });
      expect(counts['openat']!.failed).toBeGreaterThanOrEqual(21);
      expect(counts['exit_group']!.count).toBe(4);
      expect(calls).toBeGreaterThan(30_000);
      expect(existsSync(path.join(folder, 'instances', name))).toBe(false);
    },
  );

  it('says why it cannot be used', () => {
    expect(whyNoFtrace('/nowhere')).toMatch(/tracefs is not mounted|for root/);
  });
});

describe('a page of the ring buffer', () => {
  const record = (kind: number, delta: number, ...words: number[]): number[] => [(delta << 5) | kind, ...words];

  function page(words: readonly number[], flags = 0): Buffer {
    const bytes = Buffer.alloc(4096);
    bytes.writeBigUInt64LE(1000n, 0);
    bytes.writeUInt32LE((words.length * 4 + flags) >>> 0, 8);
    for (const [index, word] of words.entries()) bytes.writeUInt32LE(word >>> 0, 16 + index * 4);
    return bytes;
  }

  function read(bytes: Buffer): { records: [number, string][]; lost: number } {
    const records: RingRecord[] = [];
    const lost = readRingPage(bytes, ({ time, data }) => records.push({ time, data: Buffer.from(data) }));
    return { records: records.map(({ time, data }) => [time, data.toString('hex')]), lost };
  }

  it('has records of each form', () => {
    const words = [
      ...record(1, 5, 0xa),
      ...record(30, 3, 1),
      ...record(2, 1, 1, 2),
      ...record(29, 4, 4),
      ...record(0, 2, 8, 0xb),
    ];

    const { records, lost } = read(page(words));

    const extended = 1005 + 2 ** 27 + 3;
    expect(records).toEqual([
      [1005, '0a000000'],
      [extended + 1, '0100000002000000'],
      [extended + 1 + 4 + 2, '0b000000'],
    ]);
    expect(lost).toBe(0);
  });

  it('says how many events were lost before it', () => {
    expect(read(page(record(1, 5, 0xa), 2 ** 31)).lost).toBe(-1);
    const stored = page(record(1, 5, 0xa), 2 ** 31 + 2 ** 30);
    stored.writeBigUInt64LE(77n, 16 + 8);
    expect(read(stored).lost).toBe(77);
  });

  it('ends where it is damaged', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => void read(Buffer.from(bytes))));
    expect(read(page([0, 0, 0, 0])).records).toEqual([]);
  });
});

describe('names of calls', () => {
  it.each([
    ['amd64', 0, 'read'],
    ['amd64', 257, 'openat'],
    ['amd64', 435, 'clone3'],
    ['arm64', 56, 'openat'],
    ['arm64', 79, 'newfstatat'],
    ['arm64', 435, 'clone3'],
  ])('are those of the kernel: %s %i', (name, number, call) => {
    expect(callNames(name).get(number)).toBe(call);
  });

  it('are none for an architecture that is not known', () => {
    expect(callNames('s390x').size).toBe(0);
  });
});
