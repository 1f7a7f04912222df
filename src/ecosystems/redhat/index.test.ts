import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import type { Compression } from '../../../test/support/image-options.ts';
import { ndbDatabase, rpmHeader, sqliteDatabase, type TestRpm } from '../../../test/support/rpm.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf } from '../../../test/support/view.ts';
import type { Report } from '../../model/report.ts';

const SQLITE = 'var/lib/rpm/rpmdb.sqlite';
const SYSIMAGE = 'usr/lib/sysimage/rpm';

const redhat: TarEntry = {
  path: 'etc/os-release',
  content: 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="9.4"\n',
};

async function scan(layers: readonly (readonly TarEntry[])[], compression: Compression = 'none'): Promise<Report> {
  const archive = dockerArchive({ layers: layers.map((entries) => layer(entries)), compression });
  const supply = async () => ({ source: advisoriesOf({}), problems: [] });
  return await scanOne(writeTemporary('image.tar', archive), { advisories: { supply } });
}

function listed({ packages }: Report): readonly string[] {
  return packages.map(({ name, version, layer: { index } }) => `${name} ${version} ${index}`);
}

/** Problems beside those that every image has while there are no advisories. */
function oddities({ problems }: Report): readonly string[] {
  const usual = ['packages.unwatched', 'advisories.missing', 'advisories.starter', 'advisories.namespace-missing'];
  return problems.filter(({ code }) => !usual.includes(code)).map(({ code, message }) => `${code} ${message}`);
}

const hull: TestRpm = { name: 'hull', version: '1.0', release: '1.el9', files: [{ path: '/usr/bin/hull' }] };
const mast: TestRpm = { name: 'mast', version: '2.0', release: '1.el9', files: [{ path: '/usr/bin/mast' }] };
const split = sqliteDatabase([rpmHeader(hull)], { later: [rpmHeader(mast)] });
const binary = (name: string): TarEntry => ({ path: `usr/bin/${name}`, content: name, mode: 0o755 });

describe.each<Compression>(['none', 'gzip'])('an image of rpm packages, layers with compression %s', (compression) => {
  it('lists packages and says that there is no advisory data for them', async () => {
    const report = await scan(
      [[redhat, { path: SQLITE, content: split.database }, binary('hull'), binary('stray')]],
      compression,
    );

    expect(report.image.distribution).toMatchObject({ id: 'rhel', version: '9' });
    expect(report.packages).toMatchObject([
      {
        name: 'hull',
        version: '1.0-1.el9',
        type: 'rpm',
        arch: 'x86_64',
        purl: 'pkg:rpm/rhel/hull@1.0-1.el9?arch=x86_64&distro=rhel-9',
        distribution: 'rhel:9',
        presence: 'present',
      },
    ]);
    expect(report.problems.map(({ code }) => code)).toContain('advisories.namespace-missing');
    expect(report.coverage.unexplained).toEqual(['usr/bin/stray']);
    expect(oddities(report)).toEqual([]);
  });

  it('reads a write-ahead file of the same layer', async () => {
    const report = await scan(
      [
        [
          redhat,
          { path: SQLITE, content: split.database },
          { path: `${SQLITE}-wal`, content: split.writeAhead },
          binary('mast'),
        ],
      ],
      compression,
    );

    expect(listed(report)).toEqual(['hull 1.0-1.el9 0', 'mast 2.0-1.el9 0']);
    expect(report.coverage.unexplained).toEqual([]);
  });

  it('joins a database and a write-ahead file that different layers brought', async () => {
    const report = await scan(
      [
        [redhat, { path: SQLITE, content: split.database }, binary('hull')],
        [{ path: `${SQLITE}-wal`, content: split.writeAhead }, binary('mast')],
      ],
      compression,
    );

    expect(listed(report)).toEqual(['hull 1.0-1.el9 0', 'mast 2.0-1.el9 1']);
    expect(report.packages.every(({ presence }) => presence === 'present')).toBe(true);
    expect(oddities(report)).toEqual([]);
    expect(report.coverage.unexplained).toEqual([]);
  });

  it('joins them where the write-ahead file is the lower one', async () => {
    const report = await scan(
      [
        [redhat, { path: `${SQLITE}-wal`, content: split.writeAhead }],
        [{ path: SQLITE, content: split.database }, binary('hull'), binary('mast')],
      ],
      compression,
    );

    expect(listed(report)).toEqual(['hull 1.0-1.el9 1', 'mast 2.0-1.el9 1']);
    expect(report.coverage.unexplained).toEqual([]);
  });

  it.each<[string, readonly (readonly TarEntry[])[]]>([
    [
      'a relative link to its folder',
      [
        [{ path: 'var/lib/rpm', type: 'symlink', linkTarget: '../../opt/rpm' }],
        [
          { path: 'opt/rpm/rpmdb.sqlite', content: split.database },
          { path: 'opt/rpm/rpmdb.sqlite-wal', content: split.writeAhead },
        ],
      ],
    ],
    [
      'an absolute link to its folder',
      [
        [
          { path: `${SYSIMAGE}/rpmdb.sqlite`, content: split.database },
          { path: `${SYSIMAGE}/rpmdb.sqlite-wal`, content: split.writeAhead },
        ],
        [{ path: 'var/lib/rpm', type: 'symlink', linkTarget: `/${SYSIMAGE}` }],
      ],
    ],
    [
      'a link to the file: the write-ahead file stands beside what it leads to',
      [
        [
          { path: 'opt/db', content: split.database },
          { path: 'opt/db-wal', content: split.writeAhead },
        ],
        [{ path: SQLITE, type: 'symlink', linkTarget: '/opt/db' }],
      ],
    ],
    [
      'links over three layers',
      [
        [{ path: 'srv/a', content: split.database }],
        [{ path: 'srv/a-wal', content: split.writeAhead }],
        [{ path: SQLITE, type: 'symlink', linkTarget: '../../../srv/a' }],
      ],
    ],
  ])('finds a database behind %s', async (_, layers) => {
    const report = await scan([[redhat], ...layers], compression);

    expect(report.packages.map(({ name }) => name)).toEqual(['hull', 'mast']);
    expect(oddities(report)).toEqual([]);
  });

  it('finds a database behind a hard link', async () => {
    const report = await scan(
      [[redhat, { path: 'opt/db', content: split.database }, { path: SQLITE, type: 'hardlink', linkTarget: 'opt/db' }]],
      compression,
    );

    expect(listed(report)).toEqual(['hull 1.0-1.el9 0']);
  });
});

describe('an image of rpm packages', () => {
  it('tells what each layer added, changed and removed', async () => {
    const database = (...rpms: readonly TestRpm[]): TarEntry => ({
      path: 'var/lib/rpm/Packages.db',
      content: ndbDatabase(rpms.map(rpmHeader)),
    });
    const report = await scan([
      [redhat, database(hull), binary('hull')],
      [database({ ...hull, version: '1.1' }, mast), binary('hull')],
      [database({ ...hull, version: '1.1' })],
    ]);

    expect(listed(report)).toEqual(['hull 1.1-1.el9 1']);
    expect(report.packages[0]?.introducedIn).toEqual({ index: 0, diffId: expect.any(String) });
  });

  it('recovers a package that a layer took out of the database while its files stay', async () => {
    const report = await scan([
      [redhat, { path: 'var/lib/rpm/Packages.db', content: ndbDatabase([hull, mast].map(rpmHeader)) }, binary('mast')],
      [{ path: 'var/lib/rpm/Packages.db', content: ndbDatabase([rpmHeader(hull)]) }],
    ]);

    expect(report.packages.map(({ name, presence }) => [name, presence])).toEqual([
      ['hull', 'present'],
      ['mast', 'recovered'],
    ]);
  });

  it('uses a database that an upper layer removed, and says so', async () => {
    const report = await scan([
      [redhat, { path: SQLITE, content: split.database }],
      [{ path: 'var/lib/.wh.rpm', content: '' }],
    ]);

    expect(report.packages).toMatchObject([{ name: 'hull', presence: 'recovered' }]);
    expect(oddities(report)).toEqual([expect.stringContaining('packages.database-removed')]);
  });

  it('lists several versions of one package that are installed side by side', async () => {
    const kernels = ['5.14.0', '5.15.0'].map((version) => rpmHeader({ name: 'kernel-core', version }));
    const report = await scan([
      [redhat, { path: 'var/lib/rpm/Packages.db', content: ndbDatabase(kernels.slice(0, 1)) }],
      [{ path: 'var/lib/rpm/Packages.db', content: ndbDatabase(kernels) }],
    ]);

    expect(listed(report)).toEqual(['kernel-core 5.14.0-1 0', 'kernel-core 5.15.0-1 1']);
  });

  it.each([
    ['empty', Buffer.alloc(0), 'it is empty'],
    ['zeroed', Buffer.alloc(65_536), 'it has no form that an rpm database has'],
    ['cut', split.database.subarray(0, 5000), 'it ends before its last page'],
  ])('says that a database is %s', async (_, content, message) => {
    const report = await scan([[redhat, { path: SQLITE, content }]]);

    expect(oddities(report)).toContainEqual(expect.stringContaining(`file.format ${message}`));
    expect(report.coverage.complete).toBe(false);
  });

  it('lists packages of a distribution that has no folder here', async () => {
    const release = { path: 'etc/os-release', content: 'ID=mooring\nVERSION_ID=2\n' };
    const manifest = 'bash\t5.1.8-1.cm2\t1\t1\tMicrosoft Corporation\t(none)\t1\tx86_64\t0\tbash-5.1.8-1.cm2.src.rpm\n';
    const report = await scan([[release, { path: 'var/lib/rpmmanifest/container-manifest-2', content: manifest }]]);

    expect(report.packages).toMatchObject([{ name: 'bash', purl: 'pkg:rpm/bash@5.1.8-1.cm2?arch=x86_64' }]);
    expect(report.problems.map(({ code }) => code)).toContain('packages.unwatched');
  });
});

describe.skipIf(!hasShared)('an image of a real distribution', () => {
  it.each([
    ['mariner2-sqlite', 'var/lib/rpm/rpmdb.sqlite', 129, 'none'],
    ['mariner2-bdb-le', 'var/lib/rpm/Packages', 129, 'gzip'],
    ['mariner2-ndb', 'usr/lib/sysimage/rpm/Packages.db', 127, 'gzip'],
    ['sle15-ndb', 'usr/lib/sysimage/rpm/Packages.db', 35, 'none'],
    ['sle15-bdb-le', 'var/lib/rpm/Packages', 35, 'none'],
    ['sle15-sqlite', 'usr/share/rpm/rpmdb.sqlite', 35, 'gzip'],
  ] as const)('%s has all its packages', async (fixture, path, count, compression) => {
    const file = path.slice(path.lastIndexOf('/') + 1);
    const expected = JSON.parse(readShared(`fixtures/rpmdb/${fixture}/expected.json`).toString()) as {
      name: string;
      epoch: number | null;
      version: string;
      release: string;
      arch: string;
    }[];
    const report = await scan([[{ path, content: readShared(`fixtures/rpmdb/${fixture}/${file}.zst`) }]], compression);
    const evr = (pkg: (typeof expected)[number]): string =>
      `${pkg.epoch === null ? '' : `${pkg.epoch}:`}${pkg.version}-${pkg.release}`;

    expect(report.packages).toHaveLength(count);
    expect(report.packages.map(({ name, version, arch }) => `${name} ${version} ${arch}`).toSorted()).toEqual(
      expected.map((pkg) => `${pkg.name} ${evr(pkg)} ${pkg.arch}`).toSorted(),
    );
    expect(oddities(report)).toEqual(['distribution.unknown no known distribution was recognised']);
  });
});
