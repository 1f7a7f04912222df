import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bdbDatabase, ndbDatabase, rpmHeader, sqliteDatabase } from '../../../test/support/rpm.ts';
import type { ByteSource } from '../../model/bytes.ts';
import { MemorySource } from '../byte-source.ts';
import { readRpmdb } from './rpmdb.ts';

/** Counts the bytes that are read. */
class CountingSource implements ByteSource {
  readonly size: number;
  bytes = 0;
  readonly #source: ByteSource;

  constructor(bytes: Uint8Array) {
    this.#source = new MemorySource(bytes);
    this.size = bytes.length;
  }

  read(target: Uint8Array, position: number): number {
    this.bytes += target.length;
    return this.#source.read(target, position);
  }

  slice(start: number, length: number): ByteSource {
    return this.#source.slice(start, length);
  }
}

interface Reading {
  readonly names: ReadonlySet<string>;
  readonly reports: readonly string[];
}

function read(database: Uint8Array, writeAhead?: Uint8Array): Reading {
  const reports: string[] = [];
  const names = new Set<string>();
  const source = new CountingSource(database);
  let longest = 0;
  const options = {
    report: (message: string) => reports.push(message),
    ...(writeAhead !== undefined && { writeAhead: new MemorySource(writeAhead) }),
  };
  for (const pkg of readRpmdb(source, options)) {
    names.add(pkg.name);
    for (const { path } of pkg.files()) longest = Math.max(longest, path.length);
  }
  expect(longest).toBeLessThanOrEqual(4 * 4096);
  expect(reports.length).toBeLessThanOrEqual(22);
  // Whatever it holds, a database costs a few times its size.
  expect(source.bytes).toBeLessThanOrEqual(8 * database.length + 65_536);
  return { names, reports };
}

const names = ['hull', 'keel', 'mast', ...Array.from({ length: 12 }, (_, i) => `plank-${i}`)];
const headers = names.map((name, i) =>
  rpmHeader({ name, version: `${i}`, files: Array.from({ length: 8 * i }, (_, j) => ({ path: `/srv/${name}/${j}` })) }),
);
const sqlite = sqliteDatabase(headers.slice(0, 12), { pageSize: 512, later: headers.slice(12) });

const forms: readonly (readonly [string, Buffer, Buffer | undefined])[] = [
  ['SQLite', sqliteDatabase(headers, { pageSize: 512 }).database, undefined],
  ['SQLite with a write-ahead file', sqlite.database, sqlite.writeAhead],
  ["rpm's own form", ndbDatabase(headers), undefined],
  ['Berkeley DB', bdbDatabase(headers, { pageSize: 512, bigEndian: true }), undefined],
];

describe.each(forms)('a hostile database: %s', (_, database, writeAhead) => {
  it('holds all packages before it is damaged', () => {
    expect(read(database, writeAhead)).toEqual({ names: new Set(names), reports: [] });
  });

  it('says something wherever it is cut', () => {
    const step = Math.max(1, Math.floor(database.length / 500));
    const lengths = [...Array.from({ length: 200 }, (_, i) => i), ...Array.from({ length: 500 }, (_, i) => i * step)];
    const silent = lengths.filter(
      (length) => length < database.length && read(database.subarray(0, length)).reports.length === 0,
    );

    expect(silent).toEqual([]);
  });

  it('says something, or loses nothing, when a block of it is zeroed', () => {
    const silent: number[] = [];
    for (let at = 0; at < database.length; at += 512) {
      const copy = Buffer.from(database).fill(0, at, Math.min(at + 512, database.length));
      const reading = read(copy, writeAhead);
      const lost = names.filter((name) => !reading.names.has(name));
      if (lost.length > 0 && reading.reports.length === 0) silent.push(at);
    }

    expect(silent).toEqual([]);
  });

  it('costs a bounded effort, and never a crash, with any of its bytes changed', () => {
    const change = fc.tuple(
      fc.nat(database.length - 1),
      fc.constantFrom([0], [255], [1], [0x7f, 0xff, 0xff, 0xff], [255, 255, 255, 255], [0, 0, 0, 0], [0, 0, 0, 2]),
    );
    const changes = fc.array(change, { minLength: 1, maxLength: 12 });
    const start = performance.now();
    let damaged = 0;
    fc.assert(
      fc.property(changes, (list) => {
        const copy = Buffer.from(database);
        for (const [at, bytes] of list) copy.set(bytes.slice(0, copy.length - at), at);
        if (read(copy, writeAhead).reports.length > 0) damaged++;
      }),
      { numRuns: 400, seed: 20_260_801 },
    );

    expect(damaged).toBeGreaterThan(100);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('a hostile write-ahead file', () => {
  it('is told where its first frame looks like one of an earlier generation', () => {
    const { database, writeAhead } = sqlite;
    const copy = Buffer.from(writeAhead);
    // The first salt of the frame (section 4.1), one less than that of the header.
    copy.writeUInt32BE((copy.readUInt32BE(16) - 1) >>> 0, 40);
    const { names: found, reports } = read(database, copy);
    expect(found.size === names.length || reports.length > 0).toBe(true);
  });

  it('costs a bounded effort, and never a crash, with any of its bytes changed', () => {
    const { database, writeAhead } = sqlite;
    const change = fc.tuple(fc.nat(writeAhead.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (list) => {
        const copy = Buffer.from(writeAhead);
        for (const [at, byte] of list) copy[at] = byte;
        const { names: found, reports } = read(database, copy);
        // Every byte of it counts, or is checked.
        expect(found.size === names.length || reports.length > 0).toBe(true);
      }),
      { numRuns: 300, seed: 20_260_801 },
    );
  });
});

describe('a hostile database of SQLite', () => {
  it('is not read again and again for cells that share their bytes', () => {
    const { database } = sqliteDatabase(
      [
        rpmHeader({
          name: 'hull',
          version: '1',
          files: Array.from({ length: 2000 }, (_, i) => ({ path: `/srv/${i}` })),
        }),
      ],
      {
        pageSize: 65_536,
      },
    );
    const leaves: number[] = [];
    for (let at = 65_536; at < database.length; at += 65_536)
      if (database[at] === 13 && database.readUInt16BE(at + 3) === 1) leaves.push(at);
    const copies = leaves.map((leaf) => {
      const copy = Buffer.from(database);
      const cell = copy.readUInt16BE(leaf + 8);
      const count = Math.floor((cell - (leaf % 65_536) - 8) / 2);
      copy.writeUInt16BE(count, leaf + 3);
      for (let i = 0; i < count; i++) copy.writeUInt16BE(cell, leaf + 8 + 2 * i);
      return { copy, count };
    });
    const start = performance.now();
    for (const { copy } of copies) expect(read(copy).names.size).toBeLessThanOrEqual(1);

    expect(Math.max(...copies.map(({ count }) => count))).toBeGreaterThan(1000);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
