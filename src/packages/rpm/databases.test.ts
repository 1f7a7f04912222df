import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { bdbDatabase, ndbDatabase, rpmHeader, sqliteDatabase, type TestRpm } from '../../../test/support/rpm.ts';
import { rpmDatabases } from './databases.ts';

const PATH = 'var/lib/rpm/rpmdb.sqlite';

const sha256 = 'a'.repeat(64);
const anchor: TestRpm = {
  name: 'anchor',
  version: '1.2',
  release: '3.el9',
  epoch: 1,
  vendor: 'Yard',
  licence: 'MIT',
  modularityLabel: 'anchor:1:2:3',
  sourceRpm: 'anchors-1.2-3.el9.src.rpm',
  files: [
    { path: '/usr/bin/anchor', digest: sha256 },
    { path: '/usr/share/anchor' },
    { path: '/etc/anchor.conf', digest: sha256, flags: 17 },
    { path: '/var/log/anchor.log', digest: sha256, flags: 64 },
    { path: '/usr/share/doc/anchor', digest: sha256, state: 2 },
    { path: '/usr/lib/anchor.so', digest: sha256, state: 1 },
  ],
};

function ndb(...rpms: readonly TestRpm[]): Buffer {
  return ndbDatabase(rpms.map(rpmHeader));
}

describe('rpmDatabases', () => {
  it('asks for databases of every form at their places, with write-ahead files, and for nothing else', async () => {
    const paths = [
      'usr/lib/sysimage/rpm/Packages',
      'usr/lib/sysimage/rpm/Packages.db',
      'usr/lib/sysimage/rpm/rpmdb.sqlite',
      'usr/lib/sysimage/rpm/rpmdb.sqlite-wal',
      'usr/share/rpm/rpmdb.sqlite',
      'var/lib/rpm/Packages',
      'var/lib/rpm/Packages.db',
      'var/lib/rpm/rpmdb.sqlite',
      'var/lib/rpm/rpmdb.sqlite-wal',
      'opt/var/lib/rpm/Packages',
      'var/lib/rpm/Index.db',
      'var/lib/rpm/Name',
      'var/lib/rpm/rpmdb.sqlite-shm',
    ];
    const { asked } = await readLayerWith(
      rpmDatabases,
      paths.map((path) => ({ path, content: ndb(anchor) })),
    );

    expect(asked).toEqual(paths.slice(0, 9));
  });

  it.each([
    ['SQLite', PATH, () => sqliteDatabase([rpmHeader(anchor)]).database],
    ["rpm's own form", 'usr/lib/sysimage/rpm/Packages.db', () => ndb(anchor)],
    ['Berkeley DB', 'var/lib/rpm/Packages', () => bdbDatabase([rpmHeader(anchor)], { bigEndian: true })],
    ['a form that its name does not tell', 'var/lib/rpm/Packages', () => ndb(anchor)],
  ])('gives the database and the files of each package: %s', async (_, path, make) => {
    const { facts, problems } = await readLayerWith(rpmDatabases, [{ path, content: make() }]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'package-database',
        slot: 'rpm',
        path,
        packages: [
          {
            type: 'rpm',
            name: 'anchor',
            version: '1:1.2-3.el9',
            arch: 'x86_64',
            source: { name: 'anchors', version: '1:1.2-3.el9' },
            licences: ['MIT'],
            vendor: 'Yard',
            modularityLabel: 'anchor:1:2:3',
          },
        ],
      },
      {
        kind: 'ownership',
        path,
        owner: 'anchor',
        type: 'rpm',
        files: 'usr/bin/anchor\nusr/share/anchor\netc/anchor.conf\nvar/log/anchor.log',
        sha256: `${sha256}  usr/bin/anchor`,
      },
    ]);
  });

  it('keeps digests apart by their algorithm', async () => {
    const files = [{ path: '/a', digest: 'b'.repeat(32) }];
    const { facts } = await readLayerWith(rpmDatabases, [
      {
        path: PATH,
        content: ndb(
          { name: 'old', version: '1', files, digestAlgorithm: 1 },
          { name: 'odd', version: '1', files, digestAlgorithm: 10 },
        ),
      },
    ]);

    expect(facts.slice(1)).toEqual([
      { kind: 'ownership', path: PATH, owner: 'old', type: 'rpm', files: 'a', md5: `${'b'.repeat(32)}  a` },
      { kind: 'ownership', path: PATH, owner: 'odd', type: 'rpm', files: 'a' },
    ]);
  });

  it('names owners by architecture where there are several, and joins versions side by side', async () => {
    const one = (name: string, version: string, arch: string, path: string): TestRpm => ({
      name,
      version,
      arch,
      files: [{ path }],
    });
    const content = ndb(
      one('glib', '1', 'x86_64', '/lib64/g'),
      one('glib', '1', 'i686', '/lib/g'),
      one('kernel', '5', 'x86_64', '/boot/5'),
      one('kernel', '6', 'x86_64', '/boot/6'),
      one('kernel', '6', 'x86_64', '/boot/6'),
    );
    const { facts } = await readLayerWith(rpmDatabases, [{ path: PATH, content }]);

    expect(facts).toMatchObject([
      {
        packages: [
          { name: 'glib', arch: 'x86_64' },
          { name: 'glib', arch: 'i686' },
          { name: 'kernel', version: '5-1' },
          { name: 'kernel', version: '6-1' },
        ],
      },
      { owner: 'glib:x86_64', files: 'lib64/g' },
      { owner: 'glib:i686', files: 'lib/g' },
      { owner: 'kernel', files: 'boot/5\nboot/6\nboot/6' },
    ]);
  });

  it('leaves out public keys', async () => {
    const content = ndb(
      { name: 'gpg-pubkey', version: '3228467c', release: '613798eb' },
      { name: 'hull', version: '1' },
    );
    const { facts } = await readLayerWith(rpmDatabases, [{ path: PATH, content }]);

    expect(facts.map((fact) => ('owner' in fact ? fact.owner : fact.kind))).toEqual(['package-database', 'hull']);
  });

  it('reads what stands in a write-ahead file of the same layer, in any order', async () => {
    const { database, writeAhead } = sqliteDatabase([rpmHeader({ name: 'hull', version: '1' })], {
      later: [rpmHeader({ name: 'mast', version: '1' })],
    });
    for (const order of [1, -1]) {
      const members = [
        { path: PATH, content: database },
        { path: `${PATH}-wal`, content: writeAhead },
      ].toSorted(() => order);
      const { facts, problems } = await readLayerWith(rpmDatabases, members);

      expect(problems).toEqual([]);
      expect(facts[0]).toMatchObject({ packages: [{ name: 'hull' }, { name: 'mast' }] });
    }
  });

  it('makes nothing of a write-ahead file without its database: assembly finds that', async () => {
    const { facts, problems } = await readLayerWith(rpmDatabases, [{ path: `${PATH}-wal`, content: 'x' }]);

    expect({ facts, problems }).toEqual({ facts: [], problems: [] });
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'file.format', 'it is empty'],
    ['zeros', Buffer.alloc(8192), 'file.format', 'it has no form that an rpm database has'],
    ['a database without packages', ndb(), 'packages.none', 'the rpm database lists no package'],
    [
      'a database with keys alone',
      ndb({ name: 'gpg-pubkey', version: '1' }),
      'packages.none',
      'the rpm database lists no package',
    ],
  ])('says that %s lists nothing', async (_, content, code, message) => {
    const { facts, problems } = await readLayerWith(rpmDatabases, [{ path: PATH, content }]);

    expect(facts).toEqual([{ kind: 'package-database', slot: 'rpm', path: PATH, packages: [] }]);
    expect(problems).toEqual([{ code, message, path: PATH, layer: 0, analyzer: 'rpm-databases' }]);
  });
});
