import { describe, expect, it } from 'vitest';
import { apkInstalled as apkDatabase, dpkgStatus as dpkgDatabase } from '../../test/support/databases.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { assembleImage } from '../assembly/assemble.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { ImageView } from '../model/view.ts';
import { readLayers } from '../reading/read-layers.ts';
import { apkInstalled } from './apk/installed.ts';
import { dpkgInfo } from './dpkg/info.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { releaseFiles } from './release/files.ts';

const analyzers = [dpkgStatus, dpkgInfo, apkInstalled, releaseFiles];
const status = dpkgDatabase([{ name: 'bash', version: '5.2.15-2+b2' }]);
const installed = apkDatabase([{ name: 'musl', version: '1.2.4-r2', files: ['lib/libc.so'] }]);

async function assemble(...layers: (readonly TarEntry[])[]): Promise<ImageView> {
  const image = imageOf(...layers);
  const context = layersContext();
  const read = await readLayers(image, analyzers, context);
  return (await assembleImage(image, read, analyzers, ecosystems, context)).view;
}

function link(path: string, linkTarget: string): TarEntry {
  return { path, type: 'symlink', linkTarget };
}

function hardlink(path: string, linkTarget: string): TarEntry {
  return { path, type: 'hardlink', linkTarget };
}

function file(path: string, content = 'x'): TarEntry {
  return { path, content };
}

const DPKG = 'var/lib/dpkg/status';
const APK = 'lib/apk/db/installed';

describe('databases behind links (T-07)', () => {
  it.each<{ title: string; layers: TarEntry[][]; expected: string }>([
    { title: 'a relative link', layers: [[file('opt/s', status), link(DPKG, '../../../opt/s')]], expected: 'bash' },
    { title: 'an absolute link', layers: [[file('opt/s', status), link(DPKG, '/opt/s')]], expected: 'bash' },
    {
      title: 'a link over the root',
      layers: [[file('opt/s', status), link(DPKG, '../../../../../opt/s')]],
      expected: 'bash',
    },
    { title: 'a link to a link', layers: [[file('a', status), link('b', 'a'), link(DPKG, '/b')]], expected: 'bash' },
    { title: 'a link to a lower layer', layers: [[file('opt/s', status)], [link(DPKG, '/opt/s')]], expected: 'bash' },
    { title: 'a link to an upper layer', layers: [[link(DPKG, '/opt/s')], [file('opt/s', status)]], expected: 'bash' },
    { title: 'a hard link', layers: [[file('opt/s', status), hardlink(DPKG, 'opt/s')]], expected: 'bash' },
    {
      title: 'a hard link to a lower layer',
      layers: [[file('opt/s', status)], [hardlink(DPKG, 'opt/s')]],
      expected: 'bash',
    },
    {
      title: 'a link to a directory',
      layers: [[file('opt/dpkg/status', status), link('var/lib/dpkg', '/opt/dpkg')]],
      expected: 'bash',
    },
    {
      title: 'a link to a directory above',
      layers: [[file('srv/dpkg/status', status), link('var/lib', '../srv')]],
      expected: 'bash',
    },
    {
      title: 'a link to a file in the folder of single packages',
      layers: [[file('opt/p', status), link('var/lib/dpkg/status.d/bash', '/opt/p')]],
      expected: 'bash',
    },
    {
      title: 'a link to the folder of single packages',
      layers: [[file('opt/d/bash', status), link('var/lib/dpkg/status.d', '/opt/d')]],
      expected: 'bash',
    },
    {
      title: 'an apk database behind a link',
      layers: [[file('opt/i', installed), link(APK, '/opt/i')]],
      expected: 'musl',
    },
    {
      title: 'an apk database in a merged /usr',
      layers: [[file(`usr/${APK}`, installed), link('lib', 'usr/lib')]],
      expected: 'musl',
    },
    {
      title: 'an apk database below a link of /usr/lib',
      layers: [[file('opt/apk/db/installed', installed), link('usr/lib', '/opt')]],
      expected: 'musl',
    },
  ])('finds $title', async ({ layers, expected }) => {
    const view = await assemble(...layers);

    expect(view.packages.map(({ name }) => name)).toEqual([expected]);
    expect(view.facts('package-database').length + view.facts('package').length).toBe(1);
  });

  it('attributes what a link leads to to the layer that holds it', async () => {
    const view = await assemble([file('a')], [file('opt/s', status)], [link(DPKG, '/opt/s')]);

    expect(view.packages.map(({ layer, locations }) => [layer.index, locations])).toEqual([[1, [DPKG]]]);
  });

  it.each<{ title: string; layers: TarEntry[][]; code: string }>([
    { title: 'in a circle', layers: [[link(DPKG, '/b'), link('b', `/${DPKG}`)]], code: 'link.loop' },
    { title: 'nowhere', layers: [[link(DPKG, '/opt/s')]], code: 'link.broken' },
    {
      title: 'to what an upper layer removed',
      layers: [[file('opt/s', status), link(DPKG, '/opt/s')], [file('opt/.wh.s')]],
      code: 'link.broken',
    },
  ])('tells of a link that leads $title', async ({ layers, code }) => {
    const view = await assemble(...layers);

    expect(view.packages).toEqual([]);
    expect(view.problems).toContainEqual(expect.objectContaining({ code, path: DPKG, analyzer: 'dpkg-status' }));
  });

  it('reads nothing a second time', async () => {
    const layer = [
      file(DPKG, status),
      file('var/lib/dpkg/info/bash.list', '/bin/bash\n'),
      file('var/lib/dpkg/diversions', ''),
      file('usr/lib/os-release', 'ID=debian\nVERSION_ID=12\n'),
      link('etc/os-release', '../usr/lib/os-release'),
      file(`usr/${APK}`, installed),
      link('lib', 'usr/lib'),
    ];

    const view = await assemble(layer);

    for (const analyzer of analyzers) expect([analyzer.name, analyzer.missing?.(view)]).toEqual([analyzer.name, []]);
    expect(view.facts('release')).toHaveLength(1);
    expect(view.distribution).toMatchObject({ id: 'debian', version: '12' });
  });

  it('finds the owners of files by lists behind links', async () => {
    const view = await assemble(
      [
        file(DPKG, status),
        file('bin/bash'),
        file('bin/dash'),
        file('bin/other'),
        file('srv/info/bash.list', '/bin/bash\n'),
        file('opt/dash.list', '/bin/dash\n'),
        link('srv/info/dash.list', '/opt/dash.list'),
        link('srv/info/broken.list', '/nowhere'),
      ],
      [link('var/lib/dpkg/info', '/srv/info')],
    );

    expect(['bin/bash', 'bin/dash', 'bin/other'].map((path) => view.ownerOf(path))).toEqual([
      'bash',
      'dash',
      undefined,
    ]);
  });

  it.each([
    ['usr/lib/os-release', 'etc/os-release'],
    ['etc/os-release', 'usr/lib/os-release'],
  ])('recognises it by the hard link that is left where %s was removed', async (gone, left) => {
    const lower = [file(gone, 'ID=debian\nVERSION_ID=12\n'), hardlink(left, gone)];

    const view = await assemble(lower, [file(gone.replace('os-release', '.wh.os-release'))]);

    expect(view.distribution).toMatchObject({ id: 'debian', version: '12' });
    expect(view.releaseFiles.map(({ path }) => path)).toEqual([left]);
  });

  it('lists an apk database by the hard link that is left', async () => {
    const lower = [file(APK, installed), hardlink(`usr/${APK}`, APK)];

    const view = await assemble(lower, [file('lib/apk/db/.wh.installed')]);

    expect(view.packages.map(({ name, locations }) => [name, locations])).toEqual([['musl', [`usr/${APK}`]]]);
    expect(view.problems.map(({ code }) => code)).toEqual(['distribution.unknown']);
  });

  it('recognises a distribution by a release file behind a hard link', async () => {
    const view = await assemble([
      file('opt/release', 'ID=alpine\nVERSION_ID=3.20.3\n'),
      hardlink('etc/os-release', 'opt/release'),
    ]);

    expect(view.distribution).toMatchObject({ id: 'alpine', version: 'v3.20' });
  });
});
