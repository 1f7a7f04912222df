import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bdbDatabase, rpmHeader } from '../../../test/support/rpm.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { MemorySource } from '../byte-source.ts';
import { readRpmdb } from './rpmdb.ts';

function read(database: Uint8Array): { readonly names: readonly string[]; readonly reports: readonly string[] } {
  const reports: string[] = [];
  const options = { report: (message: string) => reports.push(message) };
  return { names: [...readRpmdb(new MemorySource(database), options)].map(({ name }) => name), reports };
}

const PAGE = 4096;
const headers = ['hull', 'keel', 'mast'].map((name) =>
  rpmHeader({
    name,
    version: '1',
    files: [{ path: `/srv/${'x'.repeat(4000)}` }, { path: `/srv/${'y'.repeat(3000)}` }],
  }),
);
/** Page 0 describes the file, page 1 holds the entries, and each package has the next two pages. */
const whole = bdbDatabase(headers);

function changed(edit: (bytes: Buffer) => void): Buffer {
  const copy = Buffer.from(whole);
  edit(copy);
  return copy;
}

/** Position of the item of a value on page 1. */
function itemOf(index: number): number {
  return PAGE + whole.readUInt16LE(PAGE + 26 + 4 * index + 2);
}

describe('an rpm database of Berkeley DB', () => {
  it.each<[string, (bytes: Buffer) => void, string, readonly string[]]>([
    [
      'a chain that leads in a circle',
      (b) => b.writeUInt32LE(2, 2 * PAGE + 16),
      'the pages of package 1 go on behind its end',
      ['hull', 'keel', 'mast'],
    ],
    ['a chain that ends early', (b) => b.writeUInt32LE(0, 2 * PAGE + 16), 'its value breaks off', ['keel', 'mast']],
    ['a chain into nowhere', (b) => b.writeUInt32LE(99, 2 * PAGE + 16), 'its value breaks off', ['keel', 'mast']],
    [
      'a page without bytes',
      (b) => b.writeUInt16LE(0, 2 * PAGE + 22),
      'a page of its value is damaged',
      ['keel', 'mast'],
    ],
    [
      'a page with more bytes than it has',
      (b) => b.writeUInt16LE(60_000, 2 * PAGE + 22),
      'a page of its value is damaged',
      ['keel', 'mast'],
    ],
    [
      'a page of another type',
      (b) => b.fill(13, 2 * PAGE + 25, 2 * PAGE + 26),
      'a page of its value is damaged',
      ['keel', 'mast'],
    ],
    [
      'a length that is too long',
      (b) => b.writeUInt32LE(0x7fffffff, itemOf(0) + 8),
      'its value is too long',
      ['keel', 'mast'],
    ],
    [
      'a length that lies by some',
      (b) => b.writeUInt32LE(50_000, itemOf(0) + 8),
      'its value breaks off',
      ['keel', 'mast'],
    ],
    [
      'a length that is too short',
      (b) => b.writeUInt32LE(20, itemOf(0) + 8),
      'package 1 was left out',
      ['keel', 'mast'],
    ],
    [
      'duplicates, which rpm never makes',
      (b) => b.fill(4, itemOf(0), itemOf(0) + 1),
      'its value has an unknown form',
      ['keel', 'mast'],
    ],
    [
      'an item beyond the page',
      (b) => b.writeUInt16LE(5000, PAGE + 26),
      'an entry of page 1 lies beyond it',
      ['keel', 'mast'],
    ],
    ['more items than fit', (b) => b.writeUInt16LE(60_000, PAGE + 20), 'page 1 claims 60000 items', []],
    ['an odd number of items', (b) => b.writeUInt16LE(5, PAGE + 20), 'page 1 claims 5 items', []],
    ['a page of entries that was zeroed', (b) => b.fill(0, PAGE, 2 * PAGE), '0 of its 3 entries were found', []],
    ['another kind of first page', (b) => b.fill(9, 25, 26), 'is no description of a hash', ['hull', 'keel', 'mast']],
    ['encryption', (b) => b.fill(1, 24, 25), 'encrypted', []],
    ['checksums', (b) => b.fill(1, 26, 27), 'checksums', []],
    ['an impossible size of pages', (b) => b.writeUInt32LE(1000, 20), 'impossible size', []],
    [
      'pages that are missing',
      (b) => b.writeUInt32LE(1000, 32),
      'it ends before its last page',
      ['hull', 'keel', 'mast'],
    ],
  ])('with %s loses what it damages alone, and says so', (_, edit, message, names) => {
    const reading = read(changed(edit));

    expect(reading.names).toEqual(names);
    expect(reading.reports.join()).toContain(message);
  });

  const loader = spawnSync('db5.3_load', ['-V']).status === 0;

  it.skipIf(!loader).each([
    [1234, 4096],
    [4321, 512],
    [4321, 4096],
    [4321, 65_536],
  ])('is read as Berkeley DB itself writes it (byte order %i, pages of %i bytes)', (order, pageSize) => {
    const many = [
      ...headers,
      ...Array.from({ length: 500 }, (_, i) => rpmHeader({ name: `plank-${i}`, version: '1' })),
    ];
    const folder = temporaryFolder();
    const file = path.join(folder, 'Packages');
    const key = (number: number): string => {
      const bytes = Buffer.alloc(4);
      if (order === 4321) bytes.writeUInt32BE(number);
      else bytes.writeUInt32LE(number);
      return bytes.toString('hex');
    };
    const lines = many.map((header, i) => ` ${key(i + 1)}\n ${header.toString('hex')}\n`);
    // rpm keeps the number of the last package under the key 0.
    const input = `VERSION=3\nformat=bytevalue\ntype=hash\nHEADER=END\n ${key(0)}\n ${key(many.length)}\n${lines.join('')}DATA=END\n`;
    execFileSync('db5.3_load', ['-t', 'hash', '-c', `db_lorder=${order}`, '-c', `db_pagesize=${pageSize}`, file], {
      input,
    });
    const { names, reports } = read(readFileSync(file));

    expect(reports).toEqual([]);
    expect(names.toSorted()).toEqual(
      ['hull', 'keel', 'mast', ...Array.from({ length: 500 }, (_, i) => `plank-${i}`)].toSorted(),
    );
  });
});
