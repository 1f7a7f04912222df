import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../test/support/image.ts';
import { layersContext } from '../../test/support/layers.ts';
import { noise } from '../../test/support/noise.ts';
import { type TarEntry, tar } from '../../test/support/tar.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { MemorySource } from '../formats/byte-source.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { TarLayer } from '../image/tar-layer.ts';
import { silent } from '../log.ts';
import type { Analyzer, FileStanding } from '../model/analyzer.ts';
import { Appetite } from '../model/file.ts';
import { FolderLayerCache } from '../reading/layer-cache-folder.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

const status = `Package: hello
Status: install ok installed
Architecture: all
Version: 1.0
`;

const base: readonly TarEntry[] = [
  { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
  { path: 'lib', type: 'symlink', linkTarget: 'usr/lib' },
  { path: 'usr/bin/hello', content: 'as packed' },
  { path: 'usr/lib/hello', content: 'as packed' },
  { path: 'usr/share/gone', content: 'as packed' },
  { path: 'srv/app.php', content: '<?php' },
  { path: 'srv/empty.php', content: '' },
  { path: 'srv/secret.php', content: '<?php' },
  { path: 'var/lib/dpkg/status', content: status },
  { path: 'var/lib/dpkg/info/hello.list', content: '/.\n/usr/bin/hello\n/lib/hello\n/usr/share/gone\n' },
];
const upper: readonly TarEntry[] = [
  { path: 'srv/.wh.secret.php' },
  { path: 'usr/share/.wh.gone' },
  { path: 'usr/bin/hello', content: 'written over' },
  { path: 'usr/lib/own', content: 'nobody owns it' },
];

/** Large enough to be worth a record. */
const large = noise(400_000);

function imageOf(...layers: readonly Buffer[]): OpenedImage {
  const contents = layers.map((bytes) => new TarLayer(new MemorySource(bytes)));
  const described = contents.map(({ size }, index) => ({ index, size }));
  const info = { reference: 'test', names: [], layers: described, history: [], config: {} };
  return { info, layers: contents, problems: [] };
}

/** Notes what it was shown. */
function witness(seen: string[]): Analyzer {
  return {
    name: 'witness',
    version: 1,
    wants: ({ type, size }) => (type === 'file' && size > 0 ? Appetite.Whole : Appetite.None),
    open: () => {
      const here: string[] = [];
      return {
        read: ({ path, body }) => void here.push(`${path} ${body?.size}`),
        close: () => {
          seen.push(...here);
          return [{ kind: 'release', path: 'witness', text: here.join('\n') }];
        },
      };
    },
  };
}

const expected = [
  [
    0,
    'etc/os-release 26',
    'srv/app.php 5',
    'srv/secret.php 5',
    'var/lib/dpkg/status 75',
    'var/lib/dpkg/info/hello.list 45',
  ],
  [1, 'usr/bin/hello 12', 'usr/lib/own 14'],
];

async function shown(image: OpenedImage, cache?: FolderLayerCache) {
  const seen: string[] = [];
  const analyzers = ecosystems.flatMap((one) => one.analyzers);
  const context = layersContext();
  const layers = await readLayers(image, analyzers, context);
  const contents = { analyzers: [witness(seen)], ...(cache && { cache }) };
  const { view } = await assembleImage(image, layers, analyzers, ecosystems, context, { contents });
  const facts = view.facts('release').filter(({ fact }) => fact.path === 'witness');
  return { seen, facts: facts.map(({ layer, fact }) => [layer, ...fact.text.split('\n')]), problems: view.problems };
}

describe.each([
  ['plain', (bytes: Buffer) => bytes],
  ['gzip', (bytes: Buffer) => gzipSync(bytes)],
])('readContents, %s', (_, pack) => {
  it('shows what no package owns, in each layer, hidden or not', async () => {
    const { facts, problems } = await shown(imageOf(pack(tar(base)), pack(tar(upper))));
    expect(facts).toEqual(expected);
    expect(problems).toEqual([]);
  });
});

it('tells what is wrong with a layer once, though it is walked twice', async () => {
  const cut = tar(upper);
  const { problems } = await shown(imageOf(tar(base), cut.subarray(0, cut.length - 1536)));
  expect(problems.map(({ code, layer }) => [code, layer])).toEqual([['layer.truncated', 1]]);
});

it('keeps what it learned of the same files of a layer', async () => {
  const cache = new FolderLayerCache(temporaryFolder(), { bytes: 1e9, age: 1e9 }, silent);
  const image = (): OpenedImage => {
    const bytes = gzipSync(tar([...base, { path: 'srv/large', content: large }]));
    const made = imageOf(bytes, gzipSync(tar(upper)));
    const layers = made.info.layers.map((layer, index) => (index === 0 ? { ...layer, digest: sha256(bytes) } : layer));
    return { ...made, info: { ...made.info, layers } };
  };
  const first = await shown(image(), cache);
  const second = await shown(image(), cache);
  expect(second.facts).toEqual(first.facts);
  expect(first.seen).toHaveLength(8);
  // The upper layer is too small to be kept.
  expect(second.seen).toEqual(['usr/bin/hello 12', 'usr/lib/own 14']);
});

describe('what is in sight or was hidden', () => {
  const list = (owner: string, files: string): TarEntry => ({
    path: `var/lib/dpkg/info/${owner}.list`,
    content: files,
  });
  const installed = (version: string): TarEntry => ({
    path: 'var/lib/dpkg/status',
    content: status.replace('1.0', version),
  });

  it.each<[string, readonly (readonly TarEntry[])[], string]>([
    [
      'a hard link to a file that an upper layer removes',
      [
        [
          ...base,
          { path: 'srv/link.php', type: 'hardlink', linkTarget: 'srv/secret.php' },
          list('none', '/srv/secret.php\n'),
        ],
        upper,
      ],
      'srv/secret.php 5',
    ],
    [
      'a hidden file on the list of a package that is not installed',
      [[...base, list('none', '/srv/secret.php\n')], upper],
      'srv/secret.php 5',
    ],
    [
      'a file that was written over before the package was renewed',
      [
        base,
        [{ path: 'usr/lib/hello', content: 'written over' }],
        [installed('2.0'), list('hello', '/usr/lib/hello\n')],
      ],
      'usr/lib/hello 12',
    ],
  ])('%s is shown', async (_, layers, file) => {
    const { facts } = await shown(imageOf(...layers.map((entries) => tar(entries))));
    expect(facts.flat()).toContain(file);
  });

  it.each<[string, readonly (readonly TarEntry[])[], readonly [number, string][]]>([
    [
      'the hard link that is left',
      [
        [
          { path: 'a/x.php', content: '<?php' },
          { path: 'b/x.php', type: 'hardlink', linkTarget: 'a/x.php' },
          { path: 'c/gone.php', content: '<?php' },
        ],
        [{ path: '.wh.a' }, { path: '.wh.c' }],
      ],
      [
        [0, 'b/x.php!/in.php'],
        [0, 'c/gone.php!/in.php'],
      ],
    ],
    [
      'its own, while that is there',
      [
        [
          { path: 'a/x.php', content: '<?php' },
          { path: 'b/x.php', type: 'hardlink', linkTarget: 'a/x.php' },
        ],
        [{ path: 'b/.wh.x.php' }],
      ],
      [[0, 'a/x.php!/in.php']],
    ],
    [
      'a hard link that another layer put over a file of the same layer',
      [
        [
          { path: 'a/x.php', content: '<?php' },
          { path: 'b/x.php', content: '' },
        ],
        [{ path: 'b/x.php', type: 'hardlink', linkTarget: 'a/x.php' }],
        [{ path: 'a/x.php', content: '' }],
      ],
      [[1, 'b/x.php!/in.php']],
    ],
  ])('the place of what is found is %s', async (_, layers, expected) => {
    const finder: Analyzer = {
      ...witness([]),
      open: () => {
        const paths: string[] = [];
        return {
          read: ({ path }) => void paths.push(path),
          close: () => paths.map((path) => ({ kind: 'release', path: `${path}!/in.php`, text: '' })),
        };
      },
    };
    const image = imageOf(...layers.map((entries) => tar(entries)));
    const read = await readLayers(image, [], layersContext());

    const { view } = await assembleImage(image, read, [], [], layersContext(), { contents: { analyzers: [finder] } });

    const places = view.facts('release').map(({ layer, fact }) => [layer, fact.path]);
    expect(places).toEqual(expected);
    for (const [layer, path] of expected) {
      expect(view.hiddenBy(layer, path.slice(0, -8))).toBe(path.startsWith('c/') ? 1 : undefined);
    }
  });

  it('shows an analyzer the files alone that stand as it wants', async () => {
    const compiled = 'usr/lib/python3/__pycache__/os.cpython-313.pyc';
    const image = imageOf(
      tar([
        ...base,
        { path: 'usr/lib/python3/os.py', content: 'pass' },
        { path: 'usr/lib/python3/own.py', content: 'pass' },
        { path: compiled, content: 'made' },
        { path: 'usr/lib/python3/__pycache__/own.cpython-313.pyc', content: 'made' },
        { path: 'var/lib/dpkg/info/hello.list', content: '/usr/bin/hello\n/lib/hello\n/usr/lib/python3/os.py\n' },
      ]),
      // A source that a later layer wrote has nothing to do with what was made of another one.
      tar([...upper, { path: 'srv/late.php', content: '<?php' }]),
    );
    const listed = ecosystems.flatMap((one) => one.analyzers);
    const shown = async (...standings: FileStanding[]): Promise<string[]> => {
      const seen: string[] = [];
      const layers = await readLayers(image, listed, layersContext());
      const contents = { analyzers: [{ ...witness(seen), standings }] };
      await assembleImage(image, layers, listed, ecosystems, layersContext(), { contents });
      return seen.map((line) => line.split(' ')[0] as string);
    };

    expect(await shown('replaced')).toEqual(['usr/bin/hello']);
    expect(await shown('generated')).toEqual([compiled]);
    const unowned = await shown('unowned');
    expect(unowned).toContain('usr/lib/python3/__pycache__/own.cpython-313.pyc');
    expect(unowned).toContain('srv/late.php');
    expect(unowned).not.toContain(compiled);
    expect(unowned).not.toContain('usr/bin/hello');
    expect((await shown('unowned', 'replaced', 'generated')).sort()).toEqual(
      [...unowned, compiled, 'usr/bin/hello'].sort(),
    );
    expect(await shown('published')).toEqual([]);
  });

  it('tells what a registry published from what else lies in the folder of a package', async () => {
    const lodash = 'app/node_modules/lodash';
    const installed = JSON.stringify({ packages: [{ name: 'acme/kit', version: '1.0.0' }] });
    const image = imageOf(
      tar([
        ...base,
        { path: `${lodash}/package.json`, content: '{"name": "lodash", "version": "4.17.21"}' },
        { path: `${lodash}/lodash.js`, content: 'x' },
        { path: `${lodash}/shell.php`, content: '<?php' },
        { path: `${lodash}/.env`, content: 'A=b' },
        { path: 'app/server.js', content: 'x' },
        { path: 'app/node_modules/stray.js', content: 'x' },
        { path: 'var/www/vendor/composer/installed.json', content: installed },
        { path: 'var/www/vendor/acme/kit/Kit.php', content: '<?php' },
        { path: 'var/www/vendor/shell.php', content: '<?php' },
      ]),
      tar([{ path: `${lodash}/late.js`, content: 'x' }]),
    );
    const listed = ecosystems.flatMap((one) => one.analyzers);
    const shown = async (...standings: FileStanding[]) => {
      const seen: string[] = [];
      const layers = await readLayers(image, listed, layersContext());
      const contents = { analyzers: [{ ...witness(seen), standings }] };
      const { coverage } = await assembleImage(image, layers, listed, ecosystems, layersContext(), { contents });
      return { paths: seen.map((line) => line.split(' ')[0]), published: coverage.published };
    };

    const published = await shown('published');
    expect(published.paths).toEqual([
      `${lodash}/package.json`,
      `${lodash}/lodash.js`,
      'var/www/vendor/composer/installed.json',
      'var/www/vendor/acme/kit/Kit.php',
    ]);
    expect(published.published).toBeUndefined();
    const { paths, published: left } = await shown('unowned');
    expect(left?.files).toBe(4);
    expect(paths).toEqual(
      expect.arrayContaining([
        `${lodash}/shell.php`,
        `${lodash}/.env`,
        `${lodash}/late.js`,
        'app/server.js',
        'app/node_modules/stray.js',
        'var/www/vendor/shell.php',
      ]),
    );
    expect(paths.filter((path) => published.paths.includes(path))).toEqual([]);
  });
});
