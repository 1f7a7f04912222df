import { describe, expect, it } from 'vitest';
import {
  apkInstalled as apkDatabase,
  type DatabasePackage,
  dpkgStatus as dpkgDatabase,
} from '../../test/support/databases.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import type { ImageView } from '../model/view.ts';
import { apkInstalled } from '../packages/apk/installed.ts';
import { dpkgInfo } from '../packages/dpkg/info.ts';
import { dpkgStatus } from '../packages/dpkg/status.ts';
import { releaseFiles } from '../packages/release/files.ts';
import { readLayers } from '../reading/read-layers.ts';
import { type AssembledImage, assembleImage } from './assemble.ts';

const analyzers = [dpkgStatus, dpkgInfo, apkInstalled, releaseFiles];
const context = layersContext();

async function assemble(...layers: (readonly TarEntry[])[]): Promise<AssembledImage> {
  const image = imageOf(...layers);
  return assembleImage(image, await readLayers(image, analyzers, context), analyzers, [], context);
}

/** `name version @layer` of each package, with what is special about it. */
function packagesOf(view: ImageView): string[] {
  return view.packages.map(
    (pkg) =>
      `${pkg.name} ${pkg.version} @${pkg.layer.index}` +
      `${pkg.introducedIn === undefined ? '' : ` since ${pkg.introducedIn.index}`}` +
      `${pkg.presence === 'present' ? '' : ` ${pkg.presence}`}`,
  );
}

const status = (...packages: DatabasePackage[]): TarEntry => ({
  path: 'var/lib/dpkg/status',
  content: dpkgDatabase(packages),
});
const list = (name: string, ...files: string[]): TarEntry => ({
  path: `var/lib/dpkg/info/${name}.list`,
  content: ['/.', ...files.map((file) => `/${file}`), ''].join('\n'),
});
const files = (...paths: string[]): TarEntry[] => paths.map((path) => ({ path, content: 'x', mode: 0o755 }));

const one = { name: 'one', version: '1' };
const two = { name: 'two', version: '1' };

describe('packages by layer', () => {
  it.each<{ title: string; layers: TarEntry[][]; expected: string[] }>([
    {
      title: 'what the base brought stays with the base',
      layers: [[status(one)], [status(one, two)]],
      expected: ['one 1 @0', 'two 1 @1'],
    },
    {
      title: 'an upgrade belongs to the layer that made it (T-03)',
      layers: [[status(one)], [status({ ...one, version: '2' })], [status({ ...one, version: '2' }, two)]],
      expected: ['one 2 @1 since 0', 'two 1 @2'],
    },
    {
      title: 'a package that was removed and came back belongs to its return',
      layers: [[status(one, two)], [status(two)], [status(one, two)]],
      expected: ['one 1 @2', 'two 1 @0'],
    },
    {
      title: 'architectures are packages of their own',
      layers: [[status(one)], [status(one, { ...one, arch: 'i386' })]],
      expected: ['one 1 @0', 'one 1 @1'],
    },
    { title: 'a removed package is gone', layers: [[status(one, two)], [status(two)]], expected: ['two 1 @0'] },
    {
      title: 'a package of a file of its own is there while the file is',
      layers: [
        [
          { path: 'var/lib/dpkg/status.d/one', content: dpkgDatabase([one]) },
          { path: 'var/lib/dpkg/status.d/two', content: dpkgDatabase([two]) },
        ],
        [{ path: 'var/lib/dpkg/status.d/.wh.one' }],
      ],
      expected: ['two 1 @0'],
    },
    {
      title: 'two databases of one image both count',
      layers: [[status(one), { path: 'lib/apk/db/installed', content: apkDatabase([two]) }]],
      expected: ['two 1 @0', 'one 1 @0'],
    },
  ])('$title', async ({ layers, expected }) => {
    expect(packagesOf((await assemble(...layers)).view)).toEqual(expected);
  });

  it('tells what each layer did', async () => {
    const { view } = await assemble(
      [status(one, two)],
      [],
      [status({ ...one, version: '2' }, { name: 'new', version: '1' })],
    );

    expect(
      view.inventory.map(({ layer, added, changed, removed }) => ({
        layer,
        added: added.map((record) => record.name),
        changed: changed.map(({ before, after }) => `${before.name} ${before.version} ${after.version}`),
        removed: removed.map((record) => record.name),
      })),
    ).toEqual([
      { layer: 0, added: ['one', 'two'], changed: [], removed: [] },
      { layer: 1, added: [], changed: [], removed: [] },
      { layer: 2, added: ['new'], changed: ['one 1 2'], removed: ['two'] },
    ]);
  });
});

describe('what an image hides', () => {
  it.each<{ title: string; layer: TarEntry[] }>([
    { title: 'the database', layer: [{ path: 'var/lib/dpkg/.wh.status' }] },
    { title: 'its directory', layer: [{ path: 'var/lib/.wh.dpkg' }] },
    { title: 'its directory, made opaque', layer: [{ path: 'var/lib/dpkg/.wh..wh..opq' }] },
    { title: 'its directory, replaced by a file', layer: [{ path: 'var/lib/dpkg' }] },
  ])('removing $title does not hide the packages (T-04)', async ({ layer }) => {
    const { view } = await assemble([status(one)], layer);

    expect(packagesOf(view)).toEqual(['one 1 @0 recovered']);
    expect(view.databases).toEqual([{ slot: 'dpkg', path: 'var/lib/dpkg/status', layer: 0, removedBy: 1 }]);
    expect(view.problems.map((problem) => problem.code)).toContain('packages.database-removed');
  });

  it('a package that left the database while its files stayed is recovered', async () => {
    const base = [
      status(one, two),
      list('one', 'usr/bin/one', 'usr/share/doc/one'),
      list('two', 'usr/bin/two'),
      ...files('usr/bin/one', 'usr/bin/two', 'usr/share/doc/one'),
    ];

    const { view } = await assemble(base, [status(two)]);

    expect(packagesOf(view)).toEqual(['one 1 @0 recovered', 'two 1 @0']);
  });

  it.each<{ title: string; layer: TarEntry[] }>([
    {
      title: 'its files were removed',
      layer: [status(two), { path: 'usr/bin/.wh.one' }, { path: 'var/lib/dpkg/info/.wh.one.list' }],
    },
    { title: 'only its documentation and configuration stayed', layer: [status(two), { path: 'usr/bin/.wh.one' }] },
    { title: 'its files were replaced', layer: [status(two), { path: 'usr/bin/one', content: 'another' }] },
    {
      title: 'another package owns its files now',
      layer: [status(two, { name: 'one-new', version: '2' }), list('one-new', 'usr/bin/one')],
    },
  ])('a package is gone when $title', async ({ layer }) => {
    const base = [
      status(one, two),
      list('one', 'usr/bin/one', 'etc/one.conf', 'usr/share/doc/one'),
      ...files('usr/bin/one', 'etc/one.conf', 'usr/share/doc/one'),
    ];

    const { view } = await assemble(base, layer);

    expect(packagesOf(view).filter((line) => line.startsWith('one 1'))).toEqual([]);
  });
});

describe('databases behind links (T-07)', () => {
  const moved: TarEntry = { path: 'opt/db/status', content: dpkgDatabase([one]) };

  it.each<{ title: string; layers: TarEntry[][] }>([
    {
      title: 'a link to the directory',
      layers: [[moved, { path: 'var/lib/dpkg', type: 'symlink', linkTarget: '/opt/db' }]],
    },
    {
      title: 'a relative link',
      layers: [[moved, { path: 'var/lib/dpkg', type: 'symlink', linkTarget: '../../opt/db' }]],
    },
    {
      title: 'a link to the file',
      layers: [[moved, { path: 'var/lib/dpkg/status', type: 'symlink', linkTarget: '../../../opt/db/status' }]],
    },
    {
      title: 'a hard link',
      layers: [[moved, { path: 'var/lib/dpkg/status', type: 'hardlink', linkTarget: 'opt/db/status' }]],
    },
    {
      title: 'a link in another layer',
      layers: [[moved], [{ path: 'var/lib/dpkg', type: 'symlink', linkTarget: '/opt/db' }]],
    },
    {
      title: 'a hard link into a lower layer',
      layers: [[moved], [{ path: 'var/lib/dpkg/status', type: 'hardlink', linkTarget: 'opt/db/status' }]],
    },
    {
      title: 'two links behind each other',
      layers: [
        [
          moved,
          { path: 'var/lib/dpkg', type: 'symlink', linkTarget: '/mnt' },
          { path: 'mnt', type: 'symlink', linkTarget: 'opt/db' },
        ],
      ],
    },
    {
      title: 'a member that a layer brings through a link',
      layers: [
        [
          { path: 'srv', type: 'directory' },
          { path: 'var', type: 'symlink', linkTarget: 'srv' },
        ],
        [{ path: 'var/lib/dpkg/status', content: dpkgDatabase([one]) }],
      ],
    },
  ])('$title', async ({ layers }) => {
    const { view } = await assemble(...layers);

    expect(view.packages.map((pkg) => pkg.name)).toEqual(['one']);
    expect(view.packages[0]?.presence).toBe('present');
  });

  it('a circle is said, and everything else is reported (T-06)', async () => {
    const { view } = await assemble([
      { path: 'var/lib/dpkg', type: 'symlink', linkTarget: 'dpkg' },
      { path: 'lib/apk/db/installed', content: apkDatabase([two]) },
    ]);

    expect(view.packages.map((pkg) => pkg.name)).toEqual(['two']);
    expect(view.problems.map((problem) => problem.code)).toContain('link.loop');
  });
});

describe('the ledger', () => {
  it('puts every file into one class, links to directories followed', async () => {
    const { view, coverage } = await assemble([
      status(one),
      list('one', 'bin/one', 'etc/diverted'),
      { path: 'bin', type: 'symlink', linkTarget: 'usr/bin' },
      { path: 'var/lib/dpkg/diversions', content: '/etc/diverted\n/etc/diverted.distrib\ntwo\n' },
      ...files('usr/bin/one', 'etc/diverted', 'etc/diverted.distrib', 'opt/tool'),
    ]);

    expect(view.ownerOf('bin/one')).toBe('one');
    expect(view.ownerOf('etc/diverted.distrib')).toBe('one');
    expect(view.ownerOf('etc/diverted')).toBeUndefined();
    expect(coverage.files).toBe(coverage.byClass.owned + coverage.byClass.analysed + coverage.byClass.unowned);
    expect(coverage.byClass).toEqual({ owned: 2, analysed: 3, unowned: 2 });
    expect(coverage.unexplained).toEqual(['etc/diverted', 'opt/tool']);
  });
});
