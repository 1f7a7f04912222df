import { describe, expect, it } from 'vitest';
import { rpmHeader, sqliteDatabase } from '../../../test/support/rpm.ts';
import { MemorySource } from '../byte-source.ts';
import { readRpmdb } from './rpmdb.ts';

interface Reading {
  readonly names: readonly string[];
  readonly reports: readonly string[];
}

function read(database: Uint8Array, writeAhead?: Uint8Array): Reading {
  const reports: string[] = [];
  const options = {
    report: (message: string) => reports.push(message),
    ...(writeAhead !== undefined && { writeAhead: new MemorySource(writeAhead) }),
  };
  const names = [...readRpmdb(new MemorySource(database), options)].map(({ name }) => name);
  return { names, reports };
}

function headersOf(...names: readonly string[]): Buffer[] {
  return names.map((name) => rpmHeader({ name, version: '1', files: [{ path: `/srv/${'x'.repeat(3000)}` }] }));
}

const PAGE = 4096;
const FRAME = 24 + PAGE;
const base = headersOf('hull', 'keel');
const files = sqliteDatabase(base, { later: headersOf('mast', 'sail') });

function changed(bytes: Buffer, at: number, ...values: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, at);
  return copy;
}

/** Recomputes all checksums of a write-ahead file in the given byte order, as another machine would have written them. */
function rewritten(writeAhead: Buffer, littleEndian: boolean): Buffer {
  const copy = Buffer.from(writeAhead);
  copy.writeUInt32BE(littleEndian ? 0x377f0682 : 0x377f0683, 0);
  const view = new DataView(copy.buffer, copy.byteOffset, copy.length);
  let [a, b] = [0, 0];
  const add = (start: number, end: number): void => {
    for (let i = start; i < end; i += 8) {
      a = (a + view.getUint32(i, littleEndian) + b) >>> 0;
      b = (b + view.getUint32(i + 4, littleEndian) + a) >>> 0;
    }
  };
  const put = (at: number): void => {
    copy.writeUInt32BE(a, at);
    copy.writeUInt32BE(b, at + 4);
  };
  add(0, 24);
  put(24);
  for (let at = 32; at < copy.length; at += FRAME) {
    add(at, at + 8);
    add(at + 24, at + FRAME);
    put(at + 16);
  }
  return copy;
}

describe('an rpm database of SQLite', () => {
  it('holds what its write-ahead file adds', () => {
    expect(read(files.database)).toEqual({ names: ['hull', 'keel'], reports: [] });
    expect(read(files.database, files.writeAhead)).toEqual({ names: ['hull', 'keel', 'mast', 'sail'], reports: [] });
    expect(read(files.database, Buffer.alloc(0))).toEqual({ names: ['hull', 'keel'], reports: [] });
  });

  it.each([true, false])('reads checksums of either byte order (little endian: %s)', (littleEndian) => {
    const { names, reports } = read(files.database, rewritten(files.writeAhead, littleEndian));

    expect(names).toHaveLength(4);
    expect(reports).toEqual([]);
  });

  const frames = (files.writeAhead.length - 32) / FRAME;

  it('applies what was committed before a cut, and says what was not', () => {
    const before = read(files.database, files.writeAhead.subarray(0, 32 + (frames - 1) * FRAME));
    const within = read(files.database, files.writeAhead.subarray(0, -1));

    // Each package is a transaction of its own; the last one lost its last frame.
    expect(before).toEqual({
      names: ['hull', 'keel', 'mast'],
      reports: [expect.stringMatching(/^the last \d+ frames? of the write-ahead file (was|were) never committed$/)],
    });
    expect(within.names).toEqual(['hull', 'keel', 'mast']);
    expect(within.reports).toEqual([expect.stringContaining(`frame ${frames} of the write-ahead file is cut`)]);
  });

  it.each([
    [
      'a wrong checksum',
      changed(files.writeAhead, 32 + FRAME * (frames - 1) + 100, 1, 2, 3),
      'has a wrong checksum',
      3,
    ],
    ['a frame of zeros', zeroed(32 + FRAME * (frames - 1)), 'belongs to no generation of it', 3],
    ['a header of zeros', zeroed(0, 32), 'it has another format', 2],
    ['an unknown version', changed(files.writeAhead, 4, 1), 'it has an unknown version', 2],
    ['pages of another size', changed(files.writeAhead, 10, 32), 'its pages have another size', 2],
    ['a wrong checksum of its header', changed(files.writeAhead, 24, 1, 1), 'the checksum of its header is wrong', 2],
    ['half a header', files.writeAhead.subarray(0, 20), 'it is cut in its header', 2],
  ])('does not apply a write-ahead file with %s beyond what is right, and says so', (_, writeAhead, message, count) => {
    const { names, reports } = read(files.database, writeAhead);

    expect(names).toHaveLength(count);
    expect(reports).toEqual([expect.stringContaining(message)]);
  });

  it('passes over frames of the generation before', () => {
    const old = Buffer.from(files.writeAhead);
    const at = 32 + FRAME * (frames - 1);
    old.writeUInt32BE(old.readUInt32BE(16) - 1, at + 8);
    const { names, reports } = read(files.database, old);

    expect(names).toEqual(['hull', 'keel', 'mast']);
    // The transaction that the frame belonged to is incomplete without it.
    expect(reports).toEqual(frames > 2 ? [expect.stringContaining('never committed')] : []);
  });

  it('goes by what rows say, whatever free pages hold', () => {
    const many = headersOf(...Array.from({ length: 200 }, (_, i) => `plank-${i}`));
    const { database } = sqliteDatabase(many, { finally: ['DELETE FROM Packages WHERE hnum % 2 = 0'] });
    const { names, reports } = read(database);

    expect(reports).toEqual([]);
    expect(names).toEqual(Array.from({ length: 100 }, (_, i) => `plank-${2 * i}`));
  });

  it('loses the package alone whose overflow page points into nowhere', () => {
    const { database } = sqliteDatabase([...base, ...headersOf('mast')]);
    // The overflow pages follow each other, each with its one package: of the last one only the pointer is left.
    const { names: all } = read(database);
    const lost: (readonly string[])[] = [];
    for (let at = 0; at < database.length; at += PAGE) {
      const { names, reports } = read(changed(database, at, 0x7f, 0xff, 0xff, 0xff));
      if (names.length === all.length) continue;
      expect(reports.length).toBeGreaterThan(0);
      lost.push(all.filter((name) => !names.includes(name)));
    }

    expect(all).toEqual(['hull', 'keel', 'mast']);
    expect(lost).not.toEqual([]);
  });

  it('is not held by pages that lead in a circle', () => {
    const many = headersOf(...Array.from({ length: 300 }, (_, i) => `plank-${i}`));
    const { database } = sqliteDatabase(many, { pageSize: 512 });
    for (let page = 1; page < database.length / 512; page++) {
      if (database[page * 512] !== 5) continue;
      // An interior page whose right-most child is itself.
      const circle = Buffer.from(database);
      circle.writeUInt32BE(page + 1, page * 512 + 8);
      const { names, reports } = read(circle);

      expect(names.length).toBeLessThan(300);
      expect(reports).toContainEqual(expect.stringContaining('is used twice'));
    }
  });

  it.each([
    [
      'a page that is no page of a table',
      (bytes: Buffer, at: number) => bytes.fill(0, at, at + PAGE),
      'is no page of a table',
    ],
    ['more cells than fit', (bytes: Buffer, at: number) => bytes.fill(255, at + 3, at + 5), 'claims 65535 cells'],
    ['cells beyond the page', (bytes: Buffer, at: number) => bytes.fill(255, at + 8, at + 40), 'points beyond its end'],
  ])('says of %s that it is damaged', (_, damage, message) => {
    const { database } = sqliteDatabase(headersOf(...Array.from({ length: 100 }, (_, i) => `plank-${i}`)));
    const leaf = Array.from({ length: database.length / PAGE }, (_, i) => i * PAGE).find(
      (at) => at > 0 && database[at] === 13 && read(without(database, at)).names.length < 100,
    );
    const copy = Buffer.from(database);
    damage(copy, leaf as number);
    const { names, reports } = read(copy);

    // Cells that are claimed beyond the page cost nothing.
    expect(names.length).toBeGreaterThan(90);
    expect(reports.join()).toContain(message);
  });
});

function zeroed(start: number, end = files.writeAhead.length): Buffer {
  return Buffer.from(files.writeAhead).fill(0, start, end);
}

function without(database: Buffer, at: number): Buffer {
  return Buffer.from(database).fill(0, at, at + PAGE);
}
