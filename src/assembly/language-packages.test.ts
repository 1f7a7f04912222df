import { describe, expect, it } from 'vitest';
import { dpkgStatus as dpkgDatabase } from '../../test/support/databases.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import { statedPackages, stating } from '../../test/support/stated-packages.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import type { Package } from '../model/package.ts';
import type { ImageView } from '../model/view.ts';
import { dpkgInfo } from '../packages/dpkg/info.ts';
import { dpkgStatus } from '../packages/dpkg/status.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

const analyzers = [dpkgStatus, dpkgInfo, statedPackages];
const context = layersContext();

async function assemble(...layers: (readonly TarEntry[])[]): Promise<ImageView> {
  return await assembleOpened(imageOf(...layers));
}

async function assembleOpened(image: OpenedImage): Promise<ImageView> {
  const { view } = await assembleImage(
    image,
    await readLayers(image, analyzers, context),
    analyzers,
    ecosystems,
    context,
  );
  return view;
}

/** `name version @layer since introduced: places`, of packages of languages. */
const told = ({ name, version, layer, introducedIn, locations }: Package): string =>
  `${name} ${version} @${layer.index}${introducedIn === undefined ? '' : ` since ${introducedIn.index}`}: ${locations.join(' ')}`;

const languages = ({ packages }: ImageView): readonly Package[] => packages.filter(({ type }) => type !== 'deb');
const removal = (path: string): TarEntry => ({ path: path.replace(/[^/]+$/, (name) => `.wh.${name}`) });

const a1 = { name: 'a', version: '1' };
const a2 = { name: 'a', version: '2' };
const b1 = { name: 'b', version: '1' };

describe('packages that files stand for, by layer', () => {
  it.each<{ title: string; layers: TarEntry[][]; expected: string[] }>([
    { title: 'a file', layers: [[stating('x', a1)]], expected: ['a 1 @0: x'] },
    { title: 'a file that is gone', layers: [[stating('x', a1)], [removal('x')]], expected: [] },
    {
      title: 'a file whose directory is gone',
      layers: [[stating('d/x', a1), stating('y', b1)], [removal('d')]],
      expected: ['b 1 @0: y'],
    },
    {
      title: 'a file that states something else',
      layers: [[stating('x', a1)], [stating('x', b1)]],
      expected: ['b 1 @1: x'],
    },
    {
      title: 'a file that states nothing any more',
      layers: [[stating('x', a1)], [{ path: 'x', content: 'else' }]],
      expected: [],
    },
    { title: 'an upgrade', layers: [[stating('x', a1)], [stating('x', a2)]], expected: ['a 2 @1 since 0: x'] },
    {
      title: 'a layer that brings the file again as it was (chmod -R)',
      layers: [[stating('x', a1)], [stating('x', a1)]],
      expected: ['a 1 @0: x'],
    },
    {
      title: 'a file that was removed and came back',
      layers: [[stating('x', a1)], [removal('x')], [stating('x', a1)]],
      expected: ['a 1 @2: x'],
    },
    {
      title: 'several versions in one file, one of them new',
      layers: [[stating('x', a1, a2)], [stating('x', a2, { ...a1, version: '3' })]],
      expected: ['a 2 @0: x', 'a 3 @1 since 0: x'],
    },
    {
      title: 'the same twice in one file',
      layers: [[stating('x', a1, a1)], [stating('x', a1, a1)]],
      expected: ['a 1 @0: x'],
    },
    {
      title: 'several places in an archive',
      layers: [
        [stating('x.jar', { ...a1, location: 'x.jar!/lib/a.jar' }, { ...a2, location: 'x.jar!/lib/b.jar' }, b1)],
      ],
      expected: ['a 1 @0: x.jar!/lib/a.jar', 'a 2 @0: x.jar!/lib/b.jar', 'b 1 @0: x.jar'],
    },
    {
      title: 'an archive in which one place changed',
      layers: [
        [stating('x.jar', { ...a1, location: 'x.jar!/a.jar' }, { ...a1, location: 'x.jar!/b.jar' })],
        [stating('x.jar', { ...a2, location: 'x.jar!/a.jar' }, { ...a1, location: 'x.jar!/b.jar' })],
      ],
      expected: ['a 1 @0: x.jar!/b.jar', 'a 2 @1 since 0: x.jar!/a.jar'],
    },
    {
      title: 'copies of one layer are one package, in the order of their places',
      layers: [[stating('z', a1), stating('x', a1), stating('y', a1)]],
      expected: ['a 1 @0: x y z'],
    },
    {
      title: 'copies of several layers are not',
      layers: [[stating('x', a1)], [stating('y', a1)]],
      expected: ['a 1 @0: x', 'a 1 @1: y'],
    },
  ])('$title', async ({ layers, expected }) => {
    const view = await assemble(...layers);

    expect(view.packages.map(told)).toEqual(expected);
  });

  it('tells what each layer did', async () => {
    const { inventory } = await assemble(
      [stating('x', a1), stating('y', b1)],
      [stating('x', a2), removal('y')],
      [stating('z.jar', { ...b1, location: 'z.jar!/b.jar' })],
      [stating('z.jar', a1)],
    );
    const names = (list: readonly { name: string; version: string }[]) => list.map((r) => `${r.name} ${r.version}`);

    expect(
      inventory.map(({ added, changed, removed }) => [
        names(added),
        changed.map(({ before, after }) => `${before.name} ${before.version} ${after.version}`),
        names(removed),
      ]),
    ).toEqual([
      [['a 1', 'b 1'], [], []],
      [[], ['a 1 2'], ['b 1']],
      [['b 1'], [], []],
      [['a 1'], [], ['b 1']],
    ]);
  });

  it('never takes a package of a language for one of a distribution that has its name', async () => {
    const view = await assemble(
      [
        { path: 'var/lib/dpkg/status', content: dpkgDatabase([{ name: 'a', version: '1' }]) },
        { path: 'var/lib/dpkg/info/a.list', content: '/usr/bin/a\n' },
        { path: 'usr/bin/a', content: 'x' },
        stating('x', { name: 'tool', version: '1' }),
        stating('y', { name: 'a', version: '7' }),
      ],
      [removal('y'), { path: 'var/lib/dpkg/status', content: dpkgDatabase([{ name: 'b', version: '1' }]) }],
    );

    // The files of the deb stayed, so it is recovered; the npm package is gone.
    expect(view.packages.map(({ type, name, presence }) => `${type} ${name} ${presence}`)).toEqual([
      'deb a recovered',
      'deb b present',
      'npm tool present',
    ]);
  });
});

describe('what copies have in common', () => {
  it('joins what they say', async () => {
    const [pkg] = (
      await assemble([
        stating('x', { ...a1, licences: ['MIT'], groups: ['dev'], hashes: { sha1: '1', md5: '2' } }),
        stating('y', { ...a1, licences: ['MIT', 'ISC'], groups: ['test'], hashes: { sha1: '1', md5: '3' } }),
      ])
    ).packages;

    expect(pkg).toEqual({
      name: 'a',
      version: '1',
      type: 'npm',
      purl: 'pkg:npm/a@1',
      licences: ['MIT', 'ISC'],
      layer: { index: 0 },
      locations: ['x', 'y'],
      groups: ['dev', 'test'],
      hashes: { sha1: '1' },
      presence: 'present',
    });
  });

  it('is for use where one copy is', async () => {
    const { packages } = await assemble([stating('x', { ...a1, groups: ['dev'] }), stating('y', a1)]);

    expect(packages.map(({ groups }) => groups)).toEqual([undefined]);
  });

  it('is never both installed and asked for', async () => {
    const { packages } = await assemble([
      stating('x', a1),
      stating('y', { ...a1, evidence: 'lockfile' }),
      stating('z', { ...a1, evidence: 'manifest' }),
    ]);

    expect(packages.map(({ evidence, locations }) => [evidence, locations])).toEqual([
      [undefined, ['x']],
      ['lockfile', ['y']],
      ['manifest', ['z']],
    ]);
  });
});

describe('owners', () => {
  const status = (version: string): TarEntry => ({
    path: 'var/lib/dpkg/status',
    content: dpkgDatabase([{ name: 'python3-a', version }]),
  });
  const list: TarEntry = {
    path: 'var/lib/dpkg/info/python3-a.list',
    content: '/.\n/usr/lib/python3/a/METADATA\n/lib/tool.jar\n/usr/share/app/package-lock.json\n',
  };
  const path = 'usr/lib/python3/a/METADATA';

  it.each<{ title: string; layers: TarEntry[][]; owner: string | undefined }>([
    { title: 'a file of the package', layers: [[status('1'), list, stating(path, a1)]], owner: 'python3-a' },
    {
      title: 'a file that a later layer brings again as it was (chmod -R)',
      layers: [[status('1'), list, stating(path, a1)], [stating(path, a1)]],
      owner: 'python3-a',
    },
    {
      title: 'a file with a newer version put in its place by a later layer',
      layers: [[status('1'), list, stating(path, a1)], [stating(path, a2)]],
      owner: undefined,
    },
    {
      title: 'a file that an upgrade of the package brought',
      layers: [
        [status('1'), list, stating(path, a1)],
        [status('2'), list, stating(path, a2)],
      ],
      owner: 'python3-a',
    },
    {
      title: 'a file with the same version before and after an upgrade of the package',
      layers: [
        [status('1'), list, stating(path, a1)],
        [status('1-2'), list],
      ],
      owner: 'python3-a',
    },
    {
      title: 'a file that the list names through a link to a directory',
      layers: [
        [
          { path: 'usr/lib', type: 'directory' },
          { path: 'lib', type: 'symlink', linkTarget: 'usr/lib' },
          status('1'),
          list,
          stating('usr/lib/tool.jar', a1),
        ],
      ],
      owner: 'python3-a',
    },
    {
      title: 'a file that a layer brings through a link to a directory',
      layers: [
        [
          { path: 'usr/lib', type: 'directory' },
          { path: 'lib', type: 'symlink', linkTarget: 'usr/lib' },
        ],
        [status('1'), list, stating('lib/python3/a/METADATA', a1)],
      ],
      owner: 'python3-a',
    },
    {
      title: 'an archive in an archive of the package',
      layers: [[status('1'), list, stating('lib/tool.jar', { ...a1, location: 'lib/tool.jar!/inner.jar' })]],
      owner: 'python3-a',
    },
    { title: 'a file beside it', layers: [[status('1'), list, stating('opt/METADATA', a1)]], owner: undefined },
    {
      title: 'a file whose owner was removed',
      layers: [
        [status('1'), list, stating(path, a1)],
        [{ path: 'var/lib/dpkg/status', content: dpkgDatabase([{ name: 'z', version: '1' }]) }],
      ],
      owner: undefined,
    },
  ])('$title', async ({ layers, owner }) => {
    expect(languages(await assemble(...layers)).map(({ ownedBy }) => ownedBy)).toEqual([owner]);
  });

  it('ask for nothing in the image where a package of the distribution brought the file', async () => {
    const asked = { ...a1, evidence: 'lockfile' } as const;
    const view = await assemble([status('1'), list, stating(path, asked), stating('srv/package-lock.json', asked)]);

    expect(languages(view)).toMatchObject([{ locations: ['srv/package-lock.json'], evidence: 'lockfile' }]);
  });

  it('are told without an architecture', async () => {
    const view = await assemble([
      { path: 'var/lib/dpkg/status', content: dpkgDatabase([{ name: 'liba', version: '1', arch: 'amd64' }]) },
      { path: 'var/lib/dpkg/info/liba:amd64.list', content: '/usr/lib/x\n' },
      stating('usr/lib/x', a1),
    ]);

    expect(languages(view).map(({ ownedBy }) => ownedBy)).toEqual(['liba']);
  });
});

describe('an image without a distribution', () => {
  const codes = ({ problems }: ImageView): readonly string[] => problems.map(({ code }) => code);
  const data: TarEntry = { path: 'etc/ssl/certs.pem', content: 'x', mode: 0o644 };

  it.each<{ title: string; layers: TarEntry[][]; expected: string[] }>([
    {
      title: 'has none where all programs are packages',
      layers: [[stating('server', a1), data]],
      expected: ['distribution.none'],
    },
    {
      title: 'may have one where a program is of nobody',
      layers: [[stating('server', a1), { path: 'busybox', content: 'x', mode: 0o755 }]],
      expected: ['distribution.unknown'],
    },
    {
      title: 'may have one where a lockfile is all there is',
      layers: [[stating('lock', { ...a1, evidence: 'lockfile' })]],
      expected: ['distribution.unknown'],
    },
    {
      title: 'may have one where packages of one are',
      layers: [
        [stating('server', a1), { path: 'var/lib/dpkg/status', content: dpkgDatabase([{ name: 'b', version: '1' }]) }],
      ],
      expected: ['distribution.unknown'],
    },
    { title: 'may have one where nothing is', layers: [[data]], expected: ['packages.none', 'distribution.unknown'] },
  ])('$title', async ({ layers, expected }) => {
    expect(codes(await assemble(...layers))).toEqual(expected);
  });

  it('has more than packages of languages where it is of Windows', async () => {
    const linux = imageOf([stating('Files/app/server', a1), { path: 'Hives/Software_Base', content: 'regf' }]);

    const view = await assembleOpened({ ...linux, info: { ...linux.info, platform: 'windows/amd64' } });

    expect(codes(view)).toEqual(['image.windows']);
  });
});
