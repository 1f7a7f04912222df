import { describe, expect, it } from 'vitest';
import { dpkgStatus as dpkgDatabase } from '../../test/support/databases.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import type { ImageView } from '../model/view.ts';
import { dpkgInfo } from '../packages/dpkg/info.ts';
import { dpkgStatus } from '../packages/dpkg/status.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

const analyzers = [dpkgStatus, dpkgInfo];
const context = layersContext();

async function assemble(...layers: (readonly TarEntry[])[]): Promise<ImageView> {
  const image = imageOf(...layers);
  return (await assembleImage(image, await readLayers(image, analyzers, context), analyzers, [], context)).view;
}

const info = 'var/lib/dpkg/info';
const digest = '0123456789abcdef0123456789abcdef';
const file = (path: string): TarEntry => ({ path, content: path });
const list = (name: string, ...paths: string[]): TarEntry => ({
  path: `${info}/${name}.list`,
  content: ['/.', ...paths.map((path) => `/${path}`), ''].join('\n'),
});
const md5sums = (name: string, ...paths: string[]): TarEntry => ({
  path: `${info}/${name}.md5sums`,
  content: paths.map((path) => `${digest}  ${path}\n`).join(''),
});
const status = (...extra: string[]): TarEntry => ({
  path: 'var/lib/dpkg/status',
  content: dpkgDatabase([{ name: 'one', version: '1', extra }]),
});

describe('a file that a list of dpkg names', () => {
  const listed = list('one', 'usr/bin/one', 'usr/bin/evil', 'usr/bin/link', 'usr/share/one', 'etc/one', `${info}/x`);
  const brought = [file('usr/bin/one'), file('usr/bin/evil'), file('etc/one'), file(`${info}/x`)];
  const others: TarEntry[] = [
    { path: 'usr/bin/link', type: 'symlink', linkTarget: 'one' },
    { path: 'usr/share/one', type: 'directory' },
    file(`${info}/one.postinst`),
  ];
  const conffiles = ['Conffiles:', ` /etc/one ${digest} obsolete`];

  it('is of the package where that has a digest of it, and where it is no regular file', async () => {
    const view = await assemble([status(...conffiles), listed, md5sums('one', 'usr/bin/one'), ...brought, ...others]);
    const owned = [...brought, ...others]
      .map(({ path }) => path)
      .filter((path) => view.ownerOf(String(path)) === 'one');

    expect(owned).toEqual(['usr/bin/one', 'etc/one', 'usr/bin/link', 'usr/share/one', `${info}/one.postinst`]);
  });

  it('is not by settings that the database does not name', async () => {
    const view = await assemble([status(), listed, md5sums('one', 'usr/bin/one'), ...brought]);

    expect(view.ownerOf('etc/one')).toBeUndefined();
  });

  it.each([
    ['digests of a lower layer', [md5sums('one', 'usr/bin/one')], [listed]],
    ['digests with points before the paths', [md5sums('one', './usr/bin/one')], [listed]],
    ['digests that are empty, of a program that is in no other list', [md5sums('one')], [listed, file('usr/bin/one')]],
  ])('is held against %s', async (_, base, layer) => {
    const view = await assemble([status(...conffiles), list('one', 'usr/bin/one'), ...brought, ...base], layer);

    expect(view.ownerOf('usr/bin/evil')).toBeUndefined();
    expect(view.ownerOf('usr/bin/one')).toBe(base[0]?.content === '' ? undefined : 'one');
  });

  it('is of the package where that moved it aside', async () => {
    const diversions = { path: 'var/lib/dpkg/diversions', content: '/usr/bin/one\n/usr/bin/one.old\ntwo\n' };
    const view = await assemble([
      status(),
      list('one', 'usr/bin/one'),
      md5sums('one', 'usr/bin/one'),
      diversions,
      file('usr/bin/one.old'),
    ]);

    expect(view.ownerOf('usr/bin/one.old')).toBe('one');
  });

  it('is of the package where the image has no digests at all', async () => {
    expect((await assemble([status(), listed, ...brought])).ownerOf('usr/bin/evil')).toBe('one');
  });

  it('is not where all packages have digests but the one that lists it', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
    const layer = names.flatMap((name) => [
      list(name, `usr/bin/${name}`),
      file(`usr/bin/${name}`),
      ...(name === 'p0' ? [] : [md5sums(name, `usr/bin/${name}`)]),
    ]);
    const packages = dpkgDatabase(names.map((name) => ({ name, version: '1' })));
    const view = await assemble([{ path: 'var/lib/dpkg/status', content: packages }, ...layer]);

    expect(names.filter((name) => view.ownerOf(`usr/bin/${name}`) === undefined)).toEqual(['p0']);
  });
});
