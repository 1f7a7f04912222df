import { describe, expect, it } from 'vitest';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import type { Analyzer } from '../model/analyzer.ts';
import { Appetite } from '../model/file.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

/** Wants `info/data` anywhere, and says what it got. */
const finder: Analyzer = {
  name: 'finder',
  version: 1,
  names: { exact: ['data'] },
  wants: ({ type, path }) => (type === 'file' && path.endsWith('.info/data') ? Appetite.Body : Appetite.None),
  open: () => {
    const seen: [string, string][] = [];
    return {
      read: ({ path, content }) => seen.push([path, content.toString()]),
      close: () => seen.map(([path, text]) => ({ kind: 'release', path, text })),
    };
  },
};

/** Wants all in folders of one name. */
const folders: Analyzer = {
  name: 'folders',
  version: 1,
  open: finder.open,
  within: (directory) => directory.endsWith('meta'),
  wants: ({ type, path }) => (type === 'file' && /meta\/[^/]+$/.test(path) ? Appetite.Body : Appetite.None),
};

async function seen(layers: readonly (readonly TarEntry[])[], analyzer = finder) {
  const image = imageOf(...layers);
  const context = layersContext();
  const read = await readLayers(image, [analyzer], context);
  const { view } = await assembleImage(image, read, [analyzer], [], context);
  return {
    files: view.facts('release').map(({ layer, fact }) => [layer, fact.path, fact.text]),
    problems: view.problems.filter(({ code }) => code === 'layer.limit').map(({ message }) => message),
  };
}

const file = (path: string, content = path): TarEntry => ({ path, content });
const link = (path: string, linkTarget: string): TarEntry => ({ path, type: 'symlink', linkTarget });

describe('symbolicWishes', () => {
  it.each<[string, readonly (readonly TarEntry[])[], readonly unknown[]]>([
    ['a file of another name', [[file('s/1'), link('a.info/data', '/s/1')]], [[0, 'a.info/data', 's/1']]],
    [
      'a file by several links',
      [[file('s/1'), link('l', 's/1'), link('a.info/data', '../l')]],
      [[0, 'a.info/data', 's/1']],
    ],
    ['a file of an upper layer', [[link('a.info/data', '/s/1')], [file('s/1')]], [[1, 'a.info/data', 's/1']]],
    [
      'a folder of another name',
      [[file('s/1/data'), link('a.info', 's/1'), link('b', 's/1')]],
      [[0, 'a.info/data', 's/1/data']],
    ],
    [
      'a link in a folder behind a link',
      [[file('s/2'), link('s/1/data', '/s/2'), link('a.info', 's/1')]],
      [[0, 'a.info/data', 's/2']],
    ],
    [
      'a folder in a folder behind a link',
      [[file('s/1/data'), link('t/x.info', '/s/1'), link('u', 't')]],
      [
        [0, 't/x.info/data', 's/1/data'],
        [0, 'u/x.info/data', 's/1/data'],
      ],
    ],
    [
      'a hard link to a symbolic link',
      [[file('s/1'), link('l', 's/1'), { path: 'a.info/data', type: 'hardlink', linkTarget: 'l' }]],
      [],
    ],
    [
      'a hard link to an absolute symbolic link',
      [[file('s/1'), link('l', '/s/1'), { path: 'a.info/data', type: 'hardlink', linkTarget: 'l' }]],
      [[0, 'a.info/data', 's/1']],
    ],
    ['what is outside of the root', [[file('s/1'), link('a.info/data', '../../../s/1')]], [[0, 'a.info/data', 's/1']]],
    [
      'what was read under its own name',
      [[file('a.info/data'), link('b.info', 'a.info')]],
      [[0, 'a.info/data', 'a.info/data']],
    ],
    ['nothing', [[link('a.info/data', 's/1')]], []],
    ['itself', [[link('a.info/data', 'data'), link('b.info', '.')]], []],
    ['a link that is gone', [[file('s/1'), link('a.info/data', '/s/1')], [file('a.info/.wh.data', '')]], []],
    ['what is gone', [[file('s/1'), link('a.info/data', '/s/1')], [file('s/.wh.1', '')]], []],
  ])('reads %s', async (_, layers, expected) => {
    expect(await seen(layers)).toEqual({ files: expected, problems: [] });
  });

  it('reads files of any name where the folder is behind a link', async () => {
    expect((await seen([[file('s/1/x'), link('a/meta', '/s/1')]], folders)).files).toEqual([[0, 'a/meta/x', 's/1/x']]);
  });

  it('ends where links lead back to what they stand in, and tells that not all names were looked at', async () => {
    const loops = Array.from({ length: 40 }, (_, at) => [link(`s/1/l${at}.info`, '/'), link(`s/${at}x`, '.')]).flat();
    const { files, problems } = await seen([[file('s/1/data'), ...loops]]);
    expect(files.length).toBeLessThanOrEqual(5000);
    expect(problems).toEqual([expect.stringContaining('so many symbolic links')]);
  });
});
