import { describe, expect, it } from 'vitest';
import { dpkgStatus as dpkgDatabase } from '../../../test/support/databases.ts';
import { imageOf, layersContext } from '../../../test/support/layers.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { judgeWith, makeLayers, makePackage, makeView, type ViewParts } from '../../../test/support/view.ts';
import { assembleImage } from '../../assembly/assemble.ts';
import { isFinding } from '../../model/check.ts';
import type { PackageRecord } from '../../model/fact.ts';
import type { Package } from '../../model/package.ts';
import { dpkgInfo } from '../../packages/dpkg/info.ts';
import { dpkgStatus } from '../../packages/dpkg/status.ts';
import { readLayers } from '../../reading/read-layers.ts';
import { evasion } from './index.ts';

async function judge(parts: ViewParts) {
  const layers = makeLayers('ADD file:1 in /', 'RUN apt-get install', 'RUN rm -rf /var/lib/dpkg');
  const view = makeView({ image: { layers }, ...parts });
  return (await judgeWith(evasion, view, '2026-01-01T00:00:00Z')).filter(isFinding);
}

const status = 'var/lib/dpkg/status';

function removedIn(layer: number, packages: readonly Package[]) {
  const removed: PackageRecord[] = packages.map(({ name, version, type }) => ({ name, version, type }));
  return [0, 1, 2].map((index) => ({
    layer: index,
    added: [],
    changed: [],
    removed: index === layer ? removed : [],
  }));
}

describe('a package database that a layer removes', () => {
  it('is a finding, with the layer and what it lists', async () => {
    const packages = ['bash', 'openssl'].map((name) => makePackage(name, '1', { presence: 'recovered' }));
    const databases = [{ slot: 'dpkg', path: status, layer: 1, removedBy: 2 }];

    expect(await judge({ packages, databases })).toMatchObject([
      {
        kind: 'evasion',
        id: 'package-database-removed',
        severity: 'high',
        layer: { index: 2, instruction: 'RUN rm -rf /var/lib/dpkg' },
        location: { path: status },
        evidence: 'Layer 2 removes var/lib/dpkg/status of layer 1, which lists 2 packages.',
      },
    ]);
  });

  it('is none while it is in sight', async () => {
    expect(await judge({ databases: [{ slot: 'dpkg', path: status, layer: 1 }] })).toEqual([]);
  });
});

describe('a package database that a layer replaces', () => {
  const left = makePackage('kept', '1', { locations: [status] });
  const lost = (count: number) =>
    Array.from({ length: count }, (_, i) => makePackage(`p${i}`, '1', { presence: 'recovered', locations: [status] }));
  const databases = [{ slot: 'dpkg', path: status, layer: 2 }];

  it('is one finding for all packages that it lists no longer', async () => {
    const packages = lost(60);
    const findings = await judge({ packages: [left, ...packages], databases, inventory: removedIn(2, packages) });

    expect(findings.map(({ id, layer }) => [id, layer?.index])).toEqual([['package-database-removed', 2]]);
    expect(findings[0]?.evidence).toMatch(
      /^Layer 2 replaces var\/lib\/dpkg\/status by one that lists 1 package, but the files of 60 others /,
    );
  });

  it.each([
    ['few packages are dropped', lost(9), []],
    [
      'most packages are left',
      lost(10),
      Array.from({ length: 11 }, (_, i) => makePackage(`q${i}`, '1', { locations: [status] })),
    ],
  ])('is not told where %s', async (_, packages, others) => {
    const findings = await judge({ packages: [...others, ...packages], databases, inventory: removedIn(2, packages) });

    expect(findings.map(({ id }) => id)).toEqual(packages.map(() => 'package-dropped-from-database'));
  });
});

describe('packages dropped from the database', () => {
  it('are findings that name the layer that dropped them', async () => {
    const packages = [
      makePackage('openssl', '1', { presence: 'recovered' }),
      makePackage('bash', '1', { presence: 'recovered' }),
      makePackage('zlib', '1'),
    ];

    const findings = await judge({
      packages,
      databases: [{ slot: 'dpkg', path: status, layer: 2 }],
      inventory: removedIn(2, packages.slice(0, 2)),
    });

    expect(findings.map(({ id, package: p, layer }) => [id, p?.name, layer?.index])).toEqual([
      ['package-dropped-from-database', 'bash', 2],
      ['package-dropped-from-database', 'openssl', 2],
    ]);
    expect(findings[0]?.evidence).toBe(
      'bash 1 came with layer 0; layer 2 dropped it from var/lib/dpkg/status, its files are still there.',
    );
  });

  it('are named together beyond the first fifty', async () => {
    const packages = Array.from({ length: 75 }, (_, i) =>
      makePackage(`p${String(i).padStart(2, '0')}`, '1', { presence: 'recovered' }),
    );

    const findings = await judge({ packages, inventory: removedIn(1, packages) });

    expect(findings).toHaveLength(51);
    expect(findings.at(-1)).toMatchObject({ id: 'package-dropped-from-database', layer: { index: 1 } });
    expect(findings.at(-1)?.evidence).toMatch(/p50, p51, .*, p59 and 15 more\.$/);
  });
});

describe('a release file that contradicts the packages', () => {
  const many = Array.from({ length: 400 }, (_, i) => makePackage(`p${i}`, '1'));
  const databases = [{ slot: 'dpkg', path: status, layer: 0 }];
  const releaseFiles = [{ path: 'etc/os-release', text: '', fields: new Map<string, string>() }];
  const header = {
    path: 'etc/os-release',
    name: 'os-release',
    type: 'file',
    size: 1,
    mode: 0,
    uid: 0,
    gid: 0,
    offset: 0,
  } as const;
  const resolve = () => ({ found: true, file: { layer: 1, path: 'etc/os-release', header } }) as const;
  const alpine = { id: 'alpine', version: '3.20', name: 'Alpine Linux 3.20' };

  it('is a finding at the layer that wrote it', async () => {
    expect(await judge({ distribution: alpine, packages: many, databases, releaseFiles, resolve })).toMatchObject([
      {
        id: 'release-contradicts-packages',
        layer: { index: 1 },
        location: { path: 'etc/os-release' },
        evidence:
          'etc/os-release says alpine 3.20, whose packages are in a database of apk; there is none, but var/lib/dpkg/status of layer 0 lists 400 packages of dpkg.',
      },
    ]);
  });

  it.each<{ title: string; parts: ViewParts }>([
    {
      title: 'the right distribution',
      parts: { distribution: { ...alpine, id: 'debian' }, packages: many, databases },
    },
    { title: 'few packages', parts: { distribution: alpine, packages: many.slice(0, 19), databases } },
    {
      title: 'a database of its own besides',
      parts: {
        distribution: alpine,
        packages: many,
        databases: [...databases, { slot: 'apk', path: 'lib/apk/db/installed', layer: 0 }],
      },
    },
    {
      title: 'an unknown distribution',
      parts: { distribution: { ...alpine, id: 'constructor' }, packages: many, databases },
    },
  ])('is none with $title', async ({ parts }) => {
    expect(await judge({ releaseFiles, resolve, ...parts })).toEqual([]);
  });
});

describe('a database in whose place a layer puts something else', () => {
  const one = { name: 'one', version: '1' };

  it.each<{ title: string; layer: TarEntry[]; words: string | undefined }>([
    { title: 'nothing', layer: [{ path: 'var/lib/dpkg/.wh.status' }], words: 'removes' },
    {
      title: 'a link',
      layer: [{ path: status, type: 'symlink', linkTarget: '/nowhere' }],
      words: 'puts a link that leads nowhere in the place of',
    },
    { title: 'a directory', layer: [{ path: status, type: 'directory' }], words: 'puts a directory in the place of' },
    { title: 'the same database', layer: [{ path: status, content: dpkgDatabase([one]) }], words: undefined },
  ])('$title', async ({ layer, words }) => {
    const context = layersContext();
    const image = imageOf([{ path: status, content: dpkgDatabase([one]) }], layer);
    const read = await readLayers(image, [dpkgStatus], context);
    const { view } = await assembleImage(image, read, [dpkgStatus], [], context);

    const findings = (await judgeWith(evasion, view, '2026-01-01T00:00:00Z')).filter(isFinding);

    expect(view.packages.map(({ name }) => name)).toEqual(['one']);
    expect(findings.map(({ evidence }) => evidence)).toEqual(
      words === undefined ? [] : [`Layer 1 ${words} var/lib/dpkg/status of layer 0, which lists 1 package.`],
    );
  });
});

describe('a database that a layer empties', () => {
  it.each([
    ['an empty file', ''],
    ['a file cut off in the first paragraph', 'Package: on'],
  ])('%s: its packages are findings while their files are there', async (_, content) => {
    const context = layersContext();
    const analyzers = [dpkgStatus, dpkgInfo];
    const image = imageOf(
      [
        { path: status, content: dpkgDatabase([{ name: 'one', version: '1' }]) },
        { path: 'var/lib/dpkg/info/one.list', content: '/.\n/usr/bin/one\n' },
        { path: 'usr/bin/one', content: 'x', mode: 0o755 },
      ],
      [{ path: status, content }],
    );
    const { view } = await assembleImage(image, await readLayers(image, analyzers, context), analyzers, [], context);

    const findings = (await judgeWith(evasion, view, '2026-01-01T00:00:00Z')).filter(isFinding);

    expect(view.packages.map(({ name, presence }) => [name, presence])).toEqual([['one', 'recovered']]);
    expect(findings.map(({ id, package: pkg, layer }) => [id, pkg?.name, layer?.index])).toEqual([
      ['package-dropped-from-database', 'one', 1],
    ]);
  });
});
