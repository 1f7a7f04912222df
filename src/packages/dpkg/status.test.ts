import { describe, expect, it } from 'vitest';
import { dpkgStatus as database } from '../../../test/support/databases.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { dpkgStatus } from './status.ts';

const one = { name: 'bash', version: '5.2.15-2+b2', source: 'bash (5.2.15-2)' };
const text = database([one]);

describe('dpkgStatus', () => {
  it('asks for the database and the folder of distroless images, and for nothing else', async () => {
    const paths = [
      'var/lib/dpkg/status',
      'var/lib/dpkg/status.d/base',
      'var/lib/dpkg/status.d/base.md5sums',
      'var/lib/dpkg/status-old',
      'var/lib/dpkg/status.d/nested/base',
      'var/lib/dpkg/statusx',
      'var/lib/dpkg/available',
      'opt/var/lib/dpkg/status',
      'status',
      'usr/bin/which',
      'usr/lib/python3/wheel-0.40.0.dist-info/METADATA',
      'node_modules/whatwg-url/package.json',
    ];

    const { asked } = await readLayerWith(
      dpkgStatus,
      paths.map((path) => ({ path, content: path.endsWith('md5sums') ? '' : text })),
    );

    expect(asked).toEqual(paths.slice(0, 3));
  });

  it.each(['directory', 'symlink', 'fifo', 'hardlink'] as const)('makes nothing of a %s', async (type) => {
    const reading = await readLayerWith(dpkgStatus, [
      { path: 'elsewhere', content: text },
      { path: 'var/lib/dpkg/status', type, linkTarget: 'elsewhere' },
    ]);

    expect(reading).toMatchObject({ facts: [], asked: [] });
  });

  it('gives the whole database as one fact, in the form of all package managers', async () => {
    const { facts, problems } = await readLayerWith(dpkgStatus, [{ path: 'var/lib/dpkg/status', content: text }]);

    expect(problems).toEqual([]);
    expect(facts).toEqual([
      {
        kind: 'package-database',
        slot: 'dpkg',
        path: 'var/lib/dpkg/status',
        packages: [
          {
            type: 'deb',
            name: 'bash',
            version: '5.2.15-2+b2',
            arch: 'amd64',
            source: { name: 'bash', version: '5.2.15-2' },
            maintainer: 'Example Maintainers <maintainers@example.org>',
          },
        ],
      },
    ]);
  });

  it('gives an empty database too: it hides those below', async () => {
    const { facts } = await readLayerWith(dpkgStatus, [{ path: 'var/lib/dpkg/status', content: '' }]);

    expect(facts).toMatchObject([{ kind: 'package-database', packages: [] }]);
  });

  it('lets the last of two databases in one layer win', async () => {
    const { facts } = await readLayerWith(dpkgStatus, [
      { path: 'var/lib/dpkg/status', content: text },
      { path: 'var/lib/dpkg/status', content: database([{ name: 'dash', version: '1' }]) },
    ]);

    expect(facts).toMatchObject([{ packages: [{ name: 'dash' }] }]);
  });

  it('gives the packages of distroless images, and the files they own', async () => {
    const md5sums = 'd41d8cd98f00b204e9800998ecf8427e  etc/debian_version\n';
    const { facts } = await readLayerWith(dpkgStatus, [
      { path: 'var/lib/dpkg/status.d/base.md5sums', content: md5sums },
      {
        path: 'var/lib/dpkg/status.d/base',
        content: 'Package: base-files\nVersion: 12.4+deb12u8\nArchitecture: amd64\n',
      },
      { path: 'var/lib/dpkg/status.d/other.md5sums', content: '' },
    ]);

    expect(facts).toEqual([
      {
        kind: 'package',
        path: 'var/lib/dpkg/status.d/base',
        package: { type: 'deb', name: 'base-files', version: '12.4+deb12u8', arch: 'amd64' },
      },
      {
        kind: 'ownership',
        path: 'var/lib/dpkg/status.d/base.md5sums',
        owner: 'base-files',
        type: 'deb',
        files: 'etc/debian_version',
        md5: md5sums,
      },
      {
        kind: 'ownership',
        path: 'var/lib/dpkg/status.d/other.md5sums',
        owner: 'other',
        type: 'deb',
        files: '',
        md5: '',
      },
    ]);
  });

  it('turns what it cannot read into problems', async () => {
    const { facts, problems } = await readLayerWith(dpkgStatus, [
      { path: 'var/lib/dpkg/status', content: `${text}Package: lost\n\n` },
    ]);

    expect(facts).toMatchObject([{ packages: [{ name: 'bash' }] }]);
    expect(problems).toEqual([
      expect.objectContaining({ code: 'file.format', path: 'var/lib/dpkg/status', analyzer: 'dpkg-status', layer: 0 }),
    ]);
  });

  it('drops the paragraph in which a file breaks off', async () => {
    const two = database([one, { name: 'dash', version: '0.5.12-2' }]);
    const { facts, problems } = await readLayerWith(dpkgStatus, [{ path: 'var/lib/dpkg/status', content: two }], {
      bodyBytes: two.indexOf('0.5.12-2') + 3,
    });

    expect(facts).toMatchObject([{ packages: [{ name: 'bash' }] }]);
    expect(problems.map(({ code }) => code).sort()).toEqual(['file.format', 'file.too-large']);
  });
});
