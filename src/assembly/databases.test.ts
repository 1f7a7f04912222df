import { describe, expect, it } from 'vitest';
import {
  apkInstalled as apkDatabase,
  type DatabasePackage,
  dpkgStatus as dpkgDatabase,
} from '../../test/support/databases.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import { bdbDatabase, ndbDatabase, rpmHeader, sqliteDatabase, type TestRpm } from '../../test/support/rpm.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { alpine } from '../ecosystems/alpine/index.ts';
import { arch } from '../ecosystems/arch/index.ts';
import { debian } from '../ecosystems/debian/index.ts';
import { fedora } from '../ecosystems/fedora/index.ts';
import { isIncomplete } from '../model/problem.ts';
import type { ImageView } from '../model/view.ts';
import { apkInstalled } from '../packages/apk/installed.ts';
import { dpkgInfo } from '../packages/dpkg/info.ts';
import { dpkgStatus } from '../packages/dpkg/status.ts';
import { pacmanLocal } from '../packages/pacman/local.ts';
import { releaseFiles } from '../packages/release/files.ts';
import { rpmDatabases } from '../packages/rpm/databases.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

const analyzers = [dpkgStatus, dpkgInfo, apkInstalled, rpmDatabases, pacmanLocal, releaseFiles];
const ecosystems = [alpine, arch, debian, fedora];
const context = layersContext();

async function assemble(...layers: (readonly TarEntry[])[]): Promise<ImageView> {
  const image = imageOf(...layers);
  return (await assembleImage(image, await readLayers(image, analyzers, context), analyzers, ecosystems, context)).view;
}

const codesOf = (view: ImageView): readonly string[] =>
  view.problems.map(({ code }) => code).filter((code) => !code.startsWith('distribution.'));
const packagesOf = (view: ImageView): readonly string[] =>
  view.packages.map(({ name, version, presence }) => `${name} ${version} ${presence}`);

const status = (...packages: DatabasePackage[]): TarEntry => ({
  path: 'var/lib/dpkg/status',
  content: dpkgDatabase(packages),
});
const list = (name: string, ...paths: string[]): TarEntry => ({
  path: `var/lib/dpkg/info/${name}.list`,
  content: ['/.', ...paths.map((path) => `/${path}`), ''].join('\n'),
});
const file = (path: string, content = path): TarEntry => ({ path, content, mode: 0o755 });
const gone = (path: string): TarEntry => {
  const slash = path.lastIndexOf('/') + 1;
  return { path: `${path.slice(0, slash)}.wh.${path.slice(slash)}` };
};
const one = { name: 'one', version: '1' };
const two = { name: 'two', version: '1' };

const dpkgBase = [
  status(one),
  list('one', 'usr/bin/one', 'usr/lib/one.so'),
  file('usr/bin/one'),
  file('usr/lib/one.so'),
];
const rpm: TestRpm = { name: 'one', version: '1', release: '1', files: [{ path: '/usr/bin/one' }] };
const pacman = 'var/lib/pacman/local/one-1-1';
const pacmanFiles: TarEntry[] = [
  { path: `${pacman}/desc`, content: '%NAME%\none\n\n%VERSION%\n1-1\n\n%ARCH%\nx86_64\n' },
  { path: `${pacman}/files`, content: '%FILES%\nusr/\nusr/bin/\nusr/bin/one\n' },
];

interface Kind {
  readonly title: string;
  readonly base: readonly TarEntry[];
  readonly database: string;
  readonly slot: string;
}

const kinds: readonly Kind[] = [
  { title: 'dpkg', slot: 'dpkg', database: 'var/lib/dpkg/status', base: dpkgBase },
  {
    title: 'dpkg without dpkg',
    slot: 'dpkg',
    database: 'var/lib/dpkg/status.d',
    base: [{ path: 'var/lib/dpkg/status.d/one', content: dpkgDatabase([one]) }, file('usr/bin/one')],
  },
  {
    title: 'apk',
    slot: 'apk',
    database: 'lib/apk/db/installed',
    base: [
      { path: 'lib/apk/db/installed', content: apkDatabase([{ ...one, files: ['usr/bin/one'] }]) },
      file('usr/bin/one'),
    ],
  },
  ...(
    [
      ['SQLite', 'var/lib/rpm/rpmdb.sqlite', sqliteDatabase([rpmHeader(rpm)]).database],
      ['ndb', 'usr/lib/sysimage/rpm/Packages.db', ndbDatabase([rpmHeader(rpm)])],
      ['Berkeley DB', 'var/lib/rpm/Packages', bdbDatabase([rpmHeader(rpm)])],
    ] as const
  ).map(([form, database, content]) => ({
    title: `rpm in ${form}`,
    slot: 'rpm',
    database,
    base: [{ path: database, content }, file('usr/bin/one')],
  })),
  {
    title: 'pacman',
    slot: 'pacman',
    database: 'var/lib/pacman/local',
    base: [...pacmanFiles, file('usr/bin/one')],
  },
];

describe.each(kinds)('the database of $title', ({ base, database, slot }) => {
  const folder = database.slice(0, database.lastIndexOf('/'));
  const removals: readonly (readonly [string, TarEntry])[] = [
    ['itself', gone(database)],
    ['with its folder', gone(folder)],
    ['with all that is below /var/lib or /lib', gone(database.split('/').slice(0, 2).join('/'))],
    ['by an opaque folder', { path: `${folder}/.wh..wh..opq` }],
  ];

  it.each(removals)('that is removed %s is recovered from the layer that has it, and wholly', async (_, removal) => {
    const view = await assemble(base, [file('srv/app')], [removal]);

    expect(packagesOf(view)).toEqual([expect.stringMatching(/^one 1(?:-1)? recovered$/)]);
    expect(view.databases).toEqual([{ slot, path: database, layer: 0, removedBy: 2 }]);
    expect(codesOf(view)).toEqual(['packages.database-removed']);
    expect(view.problems.filter(isIncomplete).map(({ code }) => code)).toEqual(['distribution.unknown']);
  });

  it('is not the last word where programs came with the layer that removes it', async () => {
    const view = await assemble(base, [gone(database), file('usr/bin/two'), file('usr/local/bin/three')]);

    const told = view.problems.filter(({ code }) => code === 'packages.database-outdated');
    expect(told.map(({ layer, path }) => [layer, path])).toEqual([[1, database]]);
    expect(told[0]?.message).toContain('files where programs and libraries are (1: usr/bin/two)');
    expect(told.every(isIncomplete)).toBe(true);
  });

  it('is not the last word where a program of a package was replaced in between', async () => {
    const view = await assemble(base, [file('usr/bin/one', 'newer')], [gone(database)]);

    expect(codesOf(view)).toEqual(['packages.database-removed', 'packages.database-outdated']);
  });
});

describe('a removed database', () => {
  it('is outdated where a later layer has lists of files of other packages', async () => {
    const view = await assemble(dpkgBase, [list('two', 'opt/two'), file('opt/two')], [gone('var/lib/dpkg/status')]);

    const outdated = view.problems.find(({ code }) => code === 'packages.database-outdated');
    expect(outdated?.message).toContain('lists of files of packages (1: two)');
  });

  it('is complete where a later layer has the lists that were there', async () => {
    const view = await assemble(
      dpkgBase,
      [list('one', 'usr/bin/one', 'usr/lib/one.so')],
      [gone('var/lib/dpkg/status')],
    );

    expect(codesOf(view)).toEqual(['packages.database-removed']);
  });

  it.each(['usr/lib/python3/site-packages/x/y.py', 'usr/lib/python3/x.pyc', 'usr/local/lib/x.so', 'opt/bin/x'])(
    'is complete where later layers bring what no package of a distribution is: %s',
    async (path) => {
      const view = await assemble(dpkgBase, [file(path)], [gone('var/lib/dpkg/status')]);

      expect(codesOf(view)).toEqual(['packages.database-removed']);
    },
  );
});

describe('an image of a distribution without any database', () => {
  const release: TarEntry = { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' };

  it('is incomplete, and says so', async () => {
    const view = await assemble([release, file('usr/bin/one', '\x7fELF')]);

    const missing = view.problems.find(({ code }) => code === 'packages.database-missing');
    expect(missing?.message).toBe(
      'the image is of Debian GNU/Linux 12 (bookworm), but no layer has a database of its packages; programs that belong to none: 1',
    );
    expect(missing !== undefined && isIncomplete(missing)).toBe(true);
  });

  it('says once of many packages that their lists are left', async () => {
    const many = Array.from({ length: 12 }, (_, i) => `p${String(i).padStart(2, '0')}`);
    const view = await assemble([
      release,
      ...many.flatMap((name) => [list(name, `usr/bin/${name}`), file(`usr/bin/${name}`)]),
    ]);

    expect(view.problems.filter(({ code }) => code === 'packages.unlisted').map(({ message }) => message)).toEqual([
      'the files of 12 packages are there, and no database tells their versions: p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, …',
    ]);
  });

  it('names the packages whose lists are left', async () => {
    const view = await assemble([release, ...dpkgBase.slice(1)]);

    expect(view.problems.filter(({ code }) => code === 'packages.unlisted').map(({ message }) => message)).toEqual([
      '2 of 2 files of one are there, and no database tells its version',
    ]);
  });

  it.each<{ title: string; layer: TarEntry[] }>([
    { title: 'the database is there', layer: [release, ...dpkgBase] },
    { title: 'there are no programs', layer: [release] },
  ])('is none where $title', async ({ layer }) => {
    expect(codesOf(await assemble(layer))).not.toContain('packages.database-missing');
  });
});

describe('a package that left the database', () => {
  const base = [
    status(one, two),
    list('one', 'usr/bin/one', 'usr/lib/one.so'),
    file('usr/bin/one'),
    file('usr/lib/one.so'),
  ];

  it.each<{ title: string; layers: TarEntry[][] }>([
    { title: 'its entry was deleted', layers: [[status(two)]] },
    { title: 'it is said to be removed', layers: [[status({ ...one, status: 'deinstall ok not-installed' }, two)]] },
    {
      title: 'only settings are said to be left',
      layers: [[status({ ...one, status: 'deinstall ok config-files' }, two)]],
    },
    {
      title: 'the database is cut in the middle',
      layers: [[{ path: 'var/lib/dpkg/status', content: `${dpkgDatabase([two])}Package: on` }]],
    },
    { title: 'its list was emptied first', layers: [[list('one')], [status(two)]] },
    { title: 'its list went with it', layers: [[status(two), gone('var/lib/dpkg/info/one.list')]] },
    {
      title: 'the layer brings its files again',
      layers: [[status(two), file('usr/bin/one'), file('usr/lib/one.so')]],
    },
  ])('is recovered where $title', async ({ layers }) => {
    expect(packagesOf(await assemble(base, ...layers))).toEqual(['one 1 recovered', 'two 1 present']);
  });
});

describe('a database that a layer replaced', () => {
  const names = Array.from({ length: 12 }, (_, i) => `p${String(i).padStart(2, '0')}`);
  const base = [
    status(...names.map((name) => ({ name, version: '1' }))),
    ...names.flatMap((name) => [list(name, `usr/bin/${name}`), file(`usr/bin/${name}`)]),
    file('etc/name'),
  ];
  const path = 'var/lib/dpkg/status';
  const few = dpkgDatabase([{ name: 'p00', version: '1' }]);

  it.each<{ title: string; layer: TarEntry[]; listed: number }>([
    { title: 'an empty file', layer: [{ path, content: '' }], listed: 0 },
    { title: 'one of few packages', layer: [{ path, content: few }], listed: 1 },
    { title: 'something else', layer: [{ path, content: Buffer.alloc(100, 0xa5) }], listed: 0 },
    {
      title: 'a hard link of the layer',
      layer: [file('etc/x', few), { path, type: 'hardlink', linkTarget: 'etc/x' }],
      listed: 1,
    },
    {
      title: 'a hard link to a file of a lower layer',
      layer: [{ path, type: 'hardlink', linkTarget: 'etc/name' }],
      listed: 0,
    },
    {
      title: 'a link to a file of a lower layer',
      layer: [{ path, type: 'symlink', linkTarget: '/etc/name' }],
      listed: 0,
    },
    {
      title: 'an empty file, while the lists went',
      layer: [{ path, content: '' }, gone('var/lib/dpkg/info')],
      listed: 0,
    },
  ])('by $title leaves packages the owners of their files', async ({ layer, listed }) => {
    const view = await assemble(base, layer);

    expect(view.packages.filter(({ presence }) => presence === 'recovered')).toHaveLength(12 - listed);
    expect(names.map((name) => view.ownerOf(`usr/bin/${name}`))).toEqual(names);
    expect(names.map((name) => view.bringerOf(0, `usr/bin/${name}`))).toEqual(names);
    expect(view.problems.filter(({ code }) => code === 'packages.database-removed')).toEqual([
      {
        code: 'packages.database-removed',
        message: `layer 1 replaced the dpkg database by one that lists ${listed} packages; ${12 - listed} of the layers below were recovered`,
        layer: 1,
        path,
      },
    ]);
    expect(view.problems.filter((one) => one.layer === 0)).toEqual([]);
  });

  it('does not give packages what the layer that replaced it lists', async () => {
    const layer = [{ path, content: '' }, list('p00', 'usr/bin/p00', 'usr/bin/evil'), file('usr/bin/evil')];
    const view = await assemble(base, layer);

    expect(view.ownerOf('usr/bin/p00')).toBe('p00');
    expect(view.ownerOf('usr/bin/evil')).toBeUndefined();
  });

  it('is none where the packages went with it', async () => {
    const removed = names.flatMap((name) => [gone(`usr/bin/${name}`), gone(`var/lib/dpkg/info/${name}.list`)]);
    expect(codesOf(await assemble(base, [{ path, content: '' }, ...removed]))).not.toContain(
      'packages.database-removed',
    );
  });
});

describe('programs at the places of a distribution that no package owns', () => {
  const release = { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="13"\n' };
  const owned = Array.from({ length: 30 }, (_, i) => `usr/bin/one${i}`);
  const base = [release, status(one), list('one', ...owned), ...owned.map((path) => file(path))];
  const strays = (count: number, of: (i: number) => string): TarEntry[] =>
    Array.from({ length: count }, (_, i) => file(of(i)));

  it.each<{ title: string; layer: TarEntry[]; without?: 'lists'; told: boolean }>([
    { title: 'many programs', layer: strays(20, (i) => `usr/sbin/x${i}`), told: true },
    {
      title: 'modules in the folder of a machine',
      layer: strays(20, (i) => `usr/lib/x86_64-linux-gnu/p/${i}.so`),
      told: true,
    },
    { title: 'libraries', layer: strays(20, (i) => `usr/lib64/lib${i}.so.1`), told: true },
    { title: 'few of them', layer: strays(19, (i) => `usr/bin/x${i}`), told: false },
    { title: 'what was built', layer: strays(200, (i) => `usr/local/bin/x${i}`), told: false },
    { title: 'folders of their own', layer: strays(200, (i) => `usr/lib/jvm/lib/x${i}.so`), told: false },
    { title: 'a database without lists', layer: strays(200, (i) => `usr/bin/x${i}`), without: 'lists', told: false },
  ])('are told: $title', async ({ layer, without, told }) => {
    const lower = without === undefined ? base : base.filter(({ path }) => !String(path).includes('/info/'));
    const codes = codesOf(await assemble([...lower, ...layer]));

    expect(codes.includes('packages.files-unowned')).toBe(told);
  });
});

describe('a package of nothing but settings and documentation that left the database', () => {
  const base = [
    status(one, two),
    list('one', 'etc/one', 'usr/share/doc/one', 'usr/share/doc/one/copyright'),
    file('etc/one'),
    file('usr/share/doc/one/copyright'),
  ];

  it('is recovered while its documentation is there', async () => {
    expect(packagesOf(await assemble(base, [status(two)]))).toEqual(['one 1 recovered', 'two 1 present']);
  });

  it('is gone with its documentation, though its settings stay', async () => {
    expect(packagesOf(await assemble(base, [status(two), gone('usr/share/doc/one')]))).toEqual(['two 1 present']);
  });
});

describe('contradictions', () => {
  const base = [
    status(one),
    list('one', 'usr/bin/one', 'usr/lib/one.so', 'usr/lib/two.so', 'usr/lib/three.so', 'etc/one'),
    ...['usr/bin/one', 'usr/lib/one.so', 'usr/lib/two.so', 'usr/lib/three.so', 'etc/one'].map((path) => file(path)),
  ];
  const newer = status({ ...one, version: '2' });

  it('tell a version that changed without files, and judge both', async () => {
    const view = await assemble(base, [newer, list('one', 'usr/bin/other'), file('etc/one', 'newer')]);

    expect(packagesOf(view)).toEqual(['one 1 recovered', 'one 2 present']);
    expect(view.contradictions).toContainEqual({
      kind: 'version',
      package: 'one',
      before: '1',
      after: '2',
      path: 'var/lib/dpkg/status',
      layer: 1,
      files: 4,
      kept: 4,
    });
  });

  it.each<{ title: string; layers: TarEntry[][] }>([
    {
      title: 'the files came with it',
      layers: [
        [newer, ...['usr/bin/one', 'usr/lib/one.so', 'usr/lib/two.so', 'usr/lib/three.so'].map((path) => file(path))],
      ],
    },
    {
      title: 'a later layer has the files again',
      layers: [
        [newer, file('usr/bin/one')],
        ['usr/bin/one', 'usr/lib/one.so', 'usr/lib/two.so', 'usr/lib/three.so'].map((path) => file(path)),
      ],
    },
    {
      title: 'the files have other names',
      layers: [[newer, gone('usr/bin/one'), gone('usr/lib'), list('one', 'usr/bin/one2'), file('usr/bin/one2')]],
    },
    { title: 'the version is the same', layers: [[status(one)]] },
  ])('say nothing of a version where $title', async ({ layers }) => {
    const view = await assemble(base, ...layers);

    expect(view.contradictions.filter(({ kind }) => kind === 'version')).toEqual([]);
    expect(view.packages).toHaveLength(1);
  });

  it('say nothing of a package of nothing but settings and names', async () => {
    const view = await assemble([status(one), list('one', 'etc/one'), file('etc/one')], [newer]);

    expect(packagesOf(view)).toEqual(['one 2 present']);
  });

  it('tell a package with its list and its files that no database has', async () => {
    const view = await assemble([status(two), list('two', 'usr/bin/two'), file('usr/bin/two'), ...base.slice(1)]);

    expect(view.contradictions).toEqual([
      { kind: 'unlisted', package: 'one', path: 'var/lib/dpkg/info/one.list', layer: 0, files: 4, kept: 4 },
    ]);
  });

  it.each<{ title: string; layer: TarEntry[] }>([
    { title: 'settings of a removed package', layer: [list('one', 'etc', 'etc/one'), file('etc/one')] },
    { title: 'a list whose files are gone', layer: [list('one', 'usr/bin/one')] },
    { title: 'files that belong to another package', layer: [list('one', 'usr/bin/two')] },
  ])('say nothing of $title', async ({ layer }) => {
    const view = await assemble([status(two), list('two', 'usr/bin/two'), file('usr/bin/two'), ...layer]);

    expect(view.contradictions).toEqual([]);
    expect(codesOf(view)).not.toContain('packages.unlisted');
  });

  const many = Array.from({ length: 20 }, (_, i) => ({ name: `p${i}`, version: '1' }));
  const manyFiles = many.flatMap(({ name }) => [list(name, `usr/bin/${name}`), file(`usr/bin/${name}`)]);

  it('tell an entry of which nearly all programs are gone, and one without a list', async () => {
    const view = await assemble([
      status(...many, one, two),
      ...manyFiles,
      list('one', 'usr/lib', 'usr/lib/one', 'usr/lib/one/a.so', 'usr/lib/one/b.so', 'usr/share/doc/one'),
      file('usr/share/doc/one'),
    ]);

    expect(
      view.contradictions.map((found) => found.kind === 'files' && [found.package, found.files, found.kept]),
    ).toEqual([
      ['one', 2, 0],
      ['two', 0, 0],
    ]);
  });

  it.each<{ title: string; layer: TarEntry[] }>([
    {
      title: 'documentation is left out',
      layer: [list('one', 'usr/share/doc/a', 'usr/share/doc/b', 'usr/share/man/c')],
    },
    {
      title: 'some of the libraries are',
      layer: [list('one', 'usr/lib/a', 'usr/lib/b', 'usr/lib/c'), file('usr/lib/b')],
    },
    {
      title: 'folders are all there is',
      layer: [list('one', 'usr/lib', 'usr/lib/one'), { path: 'usr/lib/one', type: 'directory' }],
    },
    {
      title: 'they are diverted',
      layer: [
        list('one', 'usr/bin/a', 'usr/bin/b'),
        {
          path: 'var/lib/dpkg/diversions',
          content: '/usr/bin/a\n/usr/bin/a.real\np1\n/usr/bin/b\n/usr/bin/b.real\np1\n',
        },
        file('usr/bin/a.real'),
        file('usr/bin/b.real'),
      ],
    },
    {
      title: 'they are behind a link to a folder',
      layer: [
        list('one', 'lib/a.so', 'lib/b.so'),
        { path: 'lib', type: 'symlink', linkTarget: 'usr/lib' },
        file('usr/lib/a.so'),
        file('usr/lib/b.so'),
      ],
    },
  ])('say nothing of an entry where $title', async ({ layer }) => {
    expect((await assemble([status(...many, one), ...manyFiles, ...layer])).contradictions).toEqual([]);
  });

  it('say nothing of packages without lists where none has one', async () => {
    expect((await assemble([status(...many)])).contradictions).toEqual([]);
  });
});

describe('what stands in the place of a database', () => {
  const path = 'var/lib/dpkg/status';
  const placesOf = (view: ImageView): readonly unknown[] =>
    view.contradictions.filter(({ kind }) => kind === 'place').map((found) => ({ ...found }));

  it.each<{ title: string; layers: TarEntry[][]; expected: Record<string, unknown>[] }>([
    { title: 'a file of root', layers: [[status(one)]], expected: [] },
    {
      title: 'a link to a folder around it',
      layers: [
        [
          { path: 'var/lib/dpkg', type: 'symlink', linkTarget: '/opt' },
          { path: 'opt/status', content: dpkgDatabase([one]) },
        ],
      ],
      expected: [],
    },
    { title: 'a FIFO', layers: [[{ path, type: 'fifo' }]], expected: [{ path, layer: 0, type: 'fifo' }] },
    {
      title: 'a device',
      layers: [[{ path, type: 'character', deviceMajor: 1, deviceMinor: 3 }]],
      expected: [{ path, layer: 0, type: 'character' }],
    },
    {
      title: 'a directory',
      layers: [[status(one)], [{ path, type: 'directory' }]],
      expected: [{ path, layer: 1, type: 'directory' }],
    },
    {
      title: 'a link',
      layers: [
        [status(one), { path: 'opt/x', content: dpkgDatabase([one]) }],
        [{ path, type: 'symlink', linkTarget: '/opt/x' }],
      ],
      expected: [{ path, layer: 1, type: 'symlink' }],
    },
    {
      title: 'a file of somebody',
      layers: [[{ ...status(one), uid: 1000 }]],
      expected: [{ path, layer: 0, type: 'file', uid: 1000 }],
    },
    {
      title: 'a file that all may write',
      layers: [[{ ...status(one), mode: 0o666 }]],
      expected: [{ path, layer: 0, type: 'file', mode: 0o666 }],
    },
  ])('$title', async ({ layers, expected }) => {
    expect(placesOf(await assemble(...layers))).toEqual(expected.map((one) => expect.objectContaining(one)));
  });
});
