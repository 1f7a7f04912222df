import { describe, expect, it } from 'vitest';
import { bdbDatabase, ndbDatabase, rpmHeader, sqliteDatabase, type TestRpm } from '../../../test/support/rpm.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { MemorySource } from '../byte-source.ts';
import type { RpmPackage } from './package.ts';
import { readRpmdb } from './rpmdb.ts';

interface Reading {
  readonly packages: readonly RpmPackage[];
  readonly files: number;
  readonly reports: readonly string[];
}

function read(database: Uint8Array, writeAhead?: Uint8Array, maxPackages?: number): Reading {
  const reports: string[] = [];
  const packages: RpmPackage[] = [];
  let files = 0;
  const options = {
    report: (message: string) => reports.push(message),
    ...(writeAhead !== undefined && { writeAhead: new MemorySource(writeAhead) }),
    ...(maxPackages !== undefined && { maxPackages }),
  };
  for (const pkg of readRpmdb(new MemorySource(database), options)) {
    packages.push(pkg);
    for (const _ of pkg.files()) files++;
  }
  return { packages, files, reports };
}

const rpms: readonly TestRpm[] = [
  { name: 'hull', version: '1.0', epoch: 2, vendor: 'Yard', licence: 'MIT', modularityLabel: 'hull:1:20:c0ffee' },
  // Larger than a page of any size.
  { name: 'cargo', version: '2.0', files: Array.from({ length: 3000 }, (_, i) => ({ path: `/srv/cargo/crate-${i}` })) },
  ...Array.from({ length: 700 }, (_, i) => ({ name: `plank-${i}`, version: '3' })),
];
const headers = rpms.map(rpmHeader);
const names = rpms.map(({ name }) => name).toSorted();

describe('readRpmdb', () => {
  it.each([
    ['SQLite, pages of 512 bytes', () => sqliteDatabase(headers, { pageSize: 512 }).database],
    ['SQLite, pages of 4096 bytes', () => sqliteDatabase(headers).database],
    ['SQLite, pages of 65536 bytes', () => sqliteDatabase(headers, { pageSize: 65_536 }).database],
    ['SQLite, texts in UTF-16', () => sqliteDatabase(headers, { encoding: 'UTF-16le' }).database],
    ['SQLite, texts in UTF-16, big endian', () => sqliteDatabase(headers, { encoding: 'UTF-16be' }).database],
    ["rpm's own form", () => ndbDatabase(headers)],
    ['Berkeley DB, little endian', () => bdbDatabase(headers)],
    ['Berkeley DB, big endian', () => bdbDatabase(headers, { bigEndian: true })],
    ['Berkeley DB, pages of 512 bytes', () => bdbDatabase(headers, { pageSize: 512 })],
    ['Berkeley DB, pages of 65536 bytes', () => bdbDatabase(headers, { pageSize: 65_536, bigEndian: true })],
  ])('reads %s', (_, make) => {
    const { packages, files, reports } = read(make());

    expect(reports).toEqual([]);
    expect(packages.map(({ name }) => name).toSorted()).toEqual(names);
    expect(files).toBe(3000);
    expect(packages.find(({ name }) => name === 'hull')).toMatchObject({
      name: 'hull',
      epoch: 2,
      version: '1.0',
      release: '1',
      arch: 'x86_64',
      sourceRpm: 'hull-1.0-1.src.rpm',
      vendor: 'Yard',
      licence: 'MIT',
      modularityLabel: 'hull:1:20:c0ffee',
      size: 1000,
      digestAlgorithm: 'md5',
    });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'it is empty'],
    ['one byte', Buffer.from('S'), 'it has no form that an rpm database has'],
    ['zeros', Buffer.alloc(8192), 'it has no form that an rpm database has'],
    ['text', Buffer.from('this is no database'), 'it has no form that an rpm database has'],
    ['the magic of SQLite alone', Buffer.from('SQLite format 3\0'), 'it is cut in its header'],
    ["the magic of rpm's own form alone", Buffer.from('RpmP'), 'it is cut in its first page'],
    [
      'no table Packages',
      sqliteDatabase([], { finally: ['DROP TABLE Packages'] }).database,
      'it has no table Packages',
    ],
  ])('says that %s is no database', (_, bytes, message) => {
    expect(read(bytes)).toEqual({ packages: [], files: 0, reports: [message] });
  });

  it('finds no package in a database without one, which is whole', () => {
    for (const database of [sqliteDatabase([]).database, ndbDatabase([]), bdbDatabase([])]) {
      expect(read(database)).toEqual({ packages: [], files: 0, reports: [] });
    }
  });

  it('stops at the number of packages that it is told, and says so', () => {
    const { packages, reports } = read(ndbDatabase(headers), undefined, 10);

    expect(packages).toHaveLength(10);
    expect(reports).toEqual(['only its first 10 packages were read']);
  });

  it('says at most twenty things', () => {
    const broken = Array.from({ length: 100 }, () => rpmHeader({ name: '', version: '1' }));
    const { reports } = read(ndbDatabase([...broken, rpmHeader({ name: 'good', version: '1' })]));

    expect(reports).toHaveLength(20);
    expect(reports[0]).toBe('package 1 was left out: it has no name');
    expect(reports.at(-1)).toBe('81 more like these');
  });
});

const fixtures = [
  ['mariner2-sqlite', 'rpmdb.sqlite'],
  ['mariner2-bdb-le', 'Packages'],
  ['mariner2-ndb', 'Packages.db'],
  ['sle15-ndb', 'Packages.db'],
  ['sle15-bdb-le', 'Packages'],
  ['sle15-sqlite', 'rpmdb.sqlite'],
] as const;

describe.skipIf(!hasShared)('readRpmdb on databases of real distributions', () => {
  it.each(fixtures)('lists what rpm lists in %s', (folder, file) => {
    const { packages, reports } = read(readShared(`fixtures/rpmdb/${folder}/${file}.zst`));
    const expected = JSON.parse(readShared(`fixtures/rpmdb/${folder}/expected.json`).toString());
    const found = packages.map((pkg) => ({
      name: pkg.name,
      epoch: pkg.epoch ?? null,
      version: pkg.version,
      release: pkg.release ?? null,
      arch: pkg.arch ?? null,
      sourceRpm: pkg.sourceRpm ?? null,
      modularityLabel: pkg.modularityLabel ?? null,
      vendor: pkg.vendor ?? null,
      license: pkg.licence ?? null,
      size: pkg.size ?? null,
    }));

    expect(reports).toEqual([]);
    expect(found.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(expected);
  });

  it('reads the same files of the same packages from every form', () => {
    const listed = (folder: string, file: string): string[] => {
      const all: string[] = [];
      for (const pkg of readRpmdb(new MemorySource(readShared(`fixtures/rpmdb/${folder}/${file}.zst`)), {
        report: (message) => all.push(message),
      })) {
        for (const { path, digest, flags, state } of pkg.files()) {
          all.push(`${pkg.name} ${path} ${digest} ${flags} ${state} ${pkg.digestAlgorithm}`);
        }
      }
      return all.toSorted();
    };
    const [ndb, bdb, sqlite] = fixtures.slice(3).map(([folder, file]) => listed(folder, file));

    expect(ndb).toHaveLength(2837);
    expect(bdb).toEqual(ndb);
    expect(sqlite).toEqual(ndb);
  });
});
