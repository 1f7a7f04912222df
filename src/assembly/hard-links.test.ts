import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import { type TarEntry, tar } from '../../test/support/tar.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { zip } from '../../test/support/zip.ts';
import { MemorySource } from '../formats/byte-source.ts';
import type { LayerContent } from '../image/content.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { TarLayer } from '../image/tar-layer.ts';
import type { Analyzer } from '../model/analyzer.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

/** Wants files by name, and says which it got, with their text. */
function byName(wants: (file: FileHeader) => Appetite, names?: Analyzer['names']): Analyzer {
  return {
    name: 'by name',
    version: 1,
    wants: (file) => (file.type === 'file' ? wants(file) : Appetite.None),
    ...(names !== undefined && { names }),
    open: () => {
      const seen: [string, string][] = [];
      return {
        read: ({ path, content, body }) => seen.push([path, body === undefined ? content.toString() : `${body.size}`]),
        close: () => seen.map(([path, text]) => ({ kind: 'release', path, text })),
      };
    },
  };
}

interface Counted extends LayerContent {
  walks: number;
}

function layerOf(entries: readonly TarEntry[], isCompressed: boolean): Counted {
  const archive = tar(entries);
  const content = new TarLayer(new MemorySource(isCompressed ? gzipSync(archive) : archive));
  const counted: Counted = {
    size: content.size,
    ...(content.seekable && { seekable: content.seekable }),
    walks: 0,
    walk: (visitor, options) => {
      counted.walks++;
      return content.walk(visitor, options);
    },
  };
  return counted;
}

async function seenIn(analyzer: Analyzer, contents: readonly LayerContent[]) {
  const base = imageOf(...contents.map(() => []));
  const image: OpenedImage = { ...base, layers: contents };
  const context = { ...layersContext(), temporary: temporaryFolder() };
  const layers = await readLayers(image, [analyzer], context);
  const { view } = await assembleImage(image, layers, [analyzer], [], context);
  return view.facts('release').map(({ layer, fact }) => [layer, fact.path, fact.text]);
}

const manifests = byName(({ name }) => (name === 'package.json' ? Appetite.Body : Appetite.None), {
  exact: ['package.json'],
});

describe.each([
  ['can be read at any place', false],
  ['is compressed', true],
])('a hard link in a layer that %s', (_, isCompressed) => {
  it('under whose name a file is wanted is read, though nobody wants the name of the file itself', async () => {
    const layer = layerOf(
      [
        { path: 'store/00/ab12', content: '{}' },
        { path: 'app/package.json', type: 'hardlink', linkTarget: 'store/00/ab12' },
        { path: 'app/readme', type: 'hardlink', linkTarget: 'store/00/ab12' },
      ],
      isCompressed,
    );

    expect(await seenIn(manifests, [layer])).toEqual([[0, 'app/package.json', '{}']]);
  });

  it('is left alone where the file was read under its own name', async () => {
    const layer = layerOf(
      [
        { path: 'a/package.json', content: '{}' },
        { path: 'b/package.json', type: 'hardlink', linkTarget: 'a/package.json' },
      ],
      isCompressed,
    );

    expect(await seenIn(manifests, [layer])).toEqual([[0, 'a/package.json', '{}']]);
    expect(layer.walks).toBe(1);
  });

  it.each([
    ['removed', [{ path: '.wh.a' }], []],
    ['replaced', [{ path: 'a/package.json', content: '[]' }], [[1, 'a/package.json', '[]']]],
  ])('is read where the name that the file was read under was %s', async (_name, change, more) => {
    const lower = layerOf(
      [
        { path: 'a/package.json', content: '{}' },
        { path: 'b/package.json', type: 'hardlink', linkTarget: 'a/package.json' },
      ],
      isCompressed,
    );

    const seen = await seenIn(manifests, [lower, layerOf(change, isCompressed)]);

    expect(seen).toEqual([[0, 'a/package.json', '{}'], [0, 'b/package.json', '{}'], ...more]);
  });

  it('that an upper layer made is read where a layer above that removed the name of the file', async () => {
    const layers = [
      [{ path: 'a/package.json', content: '{}' }],
      [{ path: 'b/package.json', type: 'hardlink' as const, linkTarget: 'a/package.json' }],
      [{ path: 'a/.wh.package.json' }],
    ].map((entries) => layerOf(entries, isCompressed));

    expect(await seenIn(manifests, layers)).toEqual([
      [0, 'a/package.json', '{}'],
      [0, 'b/package.json', '{}'],
    ]);
  });

  it('counts as it is seen at last: of the layer that has the content', async () => {
    const lower = layerOf([{ path: 'store/ab', content: '{"a":1}' }], isCompressed);
    const upper = layerOf(
      [
        { path: 'app/package.json', type: 'hardlink', linkTarget: 'store/ab' },
        { path: 'gone/package.json', type: 'hardlink', linkTarget: 'store/ab' },
        { path: 'other/package.json', type: 'hardlink', linkTarget: 'store/missing' },
      ],
      isCompressed,
    );
    const last = layerOf([{ path: '.wh.gone' }], isCompressed);

    expect(await seenIn(manifests, [lower, upper, last])).toEqual([[0, 'app/package.json', '{"a":1}']]);
  });

  it('to an archive shows its members under the name of the link', async () => {
    const jars = byName(({ name }) => {
      if (name.endsWith('.jar')) return Appetite.Members;
      return name.endsWith('.txt') ? Appetite.Body : name.endsWith('.exe') ? Appetite.Whole : Appetite.None;
    });
    const archive = zip([
      { name: 'lib/in.jar', content: zip([{ name: 'a.txt', content: 'a' }]) },
      { name: 'b.exe', content: 'bb' },
    ]);
    const layer = layerOf(
      [
        { path: 'store/ab', content: archive },
        { path: 'x.jar', type: 'hardlink', linkTarget: 'store/ab' },
        { path: 'y.jar', type: 'hardlink', linkTarget: 'store/ab' },
      ],
      isCompressed,
    );

    const seen = await seenIn(jars, [layer]);

    const of = (path: string) => [
      [0, path, ''],
      [0, `${path}!/lib/in.jar`, ''],
      [0, `${path}!/lib/in.jar!/a.txt`, 'a'],
      [0, `${path}!/b.exe`, '2'],
    ];
    // Each is shown to both names at once, then each archive is looked into.
    expect([...seen].sort()).toEqual([...of('x.jar'), ...of('y.jar')].sort());
  });
});
