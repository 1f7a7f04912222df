import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileHeader, FileType } from '../model/file.ts';
import { LayerIndex } from '../reading/layer-index.ts';
import { PathTree } from './path-tree.ts';

interface Member {
  readonly path: string;
  readonly type?: FileType;
  readonly link?: string;
}

function header({ path, type = 'file', link }: Member): FileHeader {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    path,
    name,
    type,
    size: 1,
    mode: 0o644,
    uid: 0,
    gid: 0,
    offset: 0,
    ...(link !== undefined && { linkTarget: link }),
  };
}

function fold(...layers: (readonly Member[])[]): PathTree {
  return foldWithin(1_000_000, ...layers);
}

function foldWithin(imageEntries: number, ...layers: (readonly Member[])[]): PathTree {
  const tree = new PathTree({ links: 40, imageEntries });
  for (const members of layers) tree.apply(indexOf(members));
  return tree;
}

function indexOf(members: readonly Member[]): LayerIndex {
  const index = new LayerIndex();
  for (const member of members) index.add(header(member));
  return index;
}

/** Nodes of files in sight. */
function filesOf(tree: PathTree): number[] {
  const found: number[] = [];
  for (let node = tree.nextFile(-1); node >= 0; node = tree.nextFile(node)) found.push(node);
  return found;
}

/** Files in sight with the layer they come from. */
function sight(tree: PathTree): Record<string, number> {
  return Object.fromEntries(
    filesOf(tree)
      .map((node) => [tree.pathOf(node), tree.layerOf(node)])
      .sort(),
  );
}

function at(tree: PathTree, path: string): string {
  const found = tree.find(path);
  return found.node === undefined ? found.reason : `${tree.pathOf(found.node)}@${tree.layerOf(found.node)}`;
}

describe('layers on top of each other', () => {
  it.each<{ title: string; layers: Member[][]; expected: Record<string, number> }>([
    { title: 'an upper file replaces a lower one', layers: [[{ path: 'a' }], [{ path: 'a' }]], expected: { a: 1 } },
    {
      title: 'the last of two in one layer wins',
      layers: [[{ path: 'a' }, { path: 'a', type: 'symlink', link: 'b' }]],
      expected: { a: 0 },
    },
    {
      title: 'a whiteout removes a file',
      layers: [[{ path: 'd/a' }, { path: 'd/b' }], [{ path: 'd/.wh.a' }]],
      expected: { 'd/b': 0 },
    },
    {
      title: 'a whiteout removes a directory with all below',
      layers: [[{ path: 'd/e/a' }, { path: 'x' }], [{ path: '.wh.d' }]],
      expected: { x: 0 },
    },
    {
      title: 'a device 0:0 removes a file',
      layers: [[{ path: 'd/a' }], [{ path: 'd/a', type: 'whiteout' }]],
      expected: {},
    },
    {
      title: 'an opaque directory hides what is below only',
      layers: [
        [{ path: 'd/a' }, { path: 'd/e/b' }],
        [{ path: 'd/new' }, { path: 'd/.wh..wh..opq' }],
      ],
      expected: { 'd/new': 1 },
    },
    {
      title: 'an opaque root hides everything',
      layers: [
        [{ path: 'd/a' }, { path: 'b' }],
        [{ path: '.wh..wh..opq' }, { path: 'c' }],
      ],
      expected: { c: 1 },
    },
    {
      title: 'a whiteout does not touch its own layer',
      layers: [[{ path: 'a' }], [{ path: 'a' }, { path: '.wh.a' }]],
      expected: { a: 1 },
    },
    {
      title: 'a removed directory comes back empty',
      layers: [[{ path: 'd/a' }], [{ path: '.wh.d' }], [{ path: 'd/b' }]],
      expected: { 'd/b': 2 },
    },
    { title: 'a file replaces a directory', layers: [[{ path: 'd/a' }], [{ path: 'd' }]], expected: { d: 1 } },
    { title: 'a directory replaces a file', layers: [[{ path: 'd' }], [{ path: 'd/a' }]], expected: { 'd/a': 1 } },
    {
      title: 'a directory met again keeps its files',
      layers: [[{ path: 'd', type: 'directory' }, { path: 'd/a' }], [{ path: 'd', type: 'directory' }]],
      expected: { 'd/a': 0 },
    },
    {
      title: 'names that only look like whiteouts are files (T-01)',
      layers: [
        [
          { path: 'usr/bin/which' },
          { path: 'wheel-0.40.0.dist-info/METADATA' },
          { path: 'node_modules/whatwg-url/package.json' },
          { path: 'a.wh.b' },
        ],
      ],
      expected: {
        'a.wh.b': 0,
        'node_modules/whatwg-url/package.json': 0,
        'usr/bin/which': 0,
        'wheel-0.40.0.dist-info/METADATA': 0,
      },
    },
    {
      title: 'a whiteout of what is not there does nothing',
      layers: [[{ path: 'a' }], [{ path: 'x/.wh.y' }, { path: '.wh.z' }]],
      expected: { a: 0 },
    },
    {
      title: 'a member below a link lands where the link leads',
      layers: [[{ path: 'usr/lib/a' }, { path: 'lib', type: 'symlink', link: 'usr/lib' }], [{ path: 'lib/b' }]],
      expected: { lib: 0, 'usr/lib/a': 0, 'usr/lib/b': 1 },
    },
    {
      title: 'a whiteout below a link removes where the link leads',
      layers: [[{ path: 'usr/lib/a' }, { path: 'lib', type: 'symlink', link: '/usr/lib' }], [{ path: 'lib/.wh.a' }]],
      expected: { lib: 0 },
    },
    {
      title: 'a member below a replaced hard link to a link lands in what replaced it',
      layers: [
        [{ path: 'd/x' }, { path: 's', type: 'symlink', link: 'd' }, { path: 'h', type: 'hardlink', link: 's' }],
        [{ path: 'h/a' }, { path: 'h', type: 'directory' }, { path: 'h/b' }],
      ],
      expected: { 'd/a': 1, 'd/x': 0, 'h/b': 1, s: 0 },
    },
    {
      title: 'AUFS bookkeeping is no whiteout',
      layers: [[{ path: 'a' }], [{ path: '.wh..wh.aufs' }, { path: '.wh..wh.plnk/x' }]],
      expected: { a: 0 },
    },
  ])('$title', ({ layers, expected }) => {
    const tree = fold(...layers);

    const { '.wh..wh.plnk/x': _bookkeeping, ...seen } = sight(tree);

    expect(seen).toEqual(expected);
  });
});

describe('links', () => {
  const tree = fold(
    [
      { path: 'opt/dpkg/status' },
      { path: 'var/lib/dpkg', type: 'symlink', link: '/opt/dpkg' },
      { path: 'etc/os-release', type: 'symlink', link: '../usr/lib/os-release' },
      { path: 'usr/lib/os-release' },
      { path: 'a', type: 'symlink', link: 'b' },
      { path: 'b', type: 'symlink', link: 'a' },
      { path: 'self/loop', type: 'symlink', link: '.' },
      { path: 'gone', type: 'symlink', link: 'nowhere' },
      { path: 'up', type: 'symlink', link: '../../../../usr' },
      { path: 'empty', type: 'symlink', link: '' },
    ],
    [{ path: 'opt/dpkg/status' }, { path: 'hard', type: 'hardlink', link: 'usr/lib/os-release' }],
  );

  it.each([
    ['an absolute link to a directory', 'var/lib/dpkg/status', 'opt/dpkg/status@1'],
    ['a relative link to a file', 'etc/os-release', 'usr/lib/os-release@0'],
    ['a circle', 'a', 'loop'],
    ['a circle on the way', 'a/x', 'loop'],
    ['a link to its own directory', 'self/loop/loop/loop', 'self@-1'],
    ['a link to nothing', 'gone', 'broken'],
    ['nothing', 'missing/x', 'absent'],
    ['nothing behind a link that leads somewhere', 'var/lib/dpkg/missing', 'absent'],
    ['a path through a link to nothing', 'gone/x', 'broken'],
    ['a link that climbs over the root', 'up/lib/os-release', 'usr/lib/os-release@0'],
    ['a link without a target', 'empty', 'broken'],
  ])('follows %s', (_title, path, expected) => {
    expect(at(tree, path)).toBe(expected);
  });

  it('finds the content of a hard link, in a lower layer too', () => {
    const node = tree.find('hard').node as number;

    expect(tree.pathOf(tree.contentOf(node) as number)).toBe('usr/lib/os-release');
  });

  it('keeps the content of a hard link whose source was removed later', () => {
    const kept = fold([{ path: 'a' }, { path: 'b', type: 'hardlink', link: 'a' }], [{ path: '.wh.a' }]);

    expect(kept.contentOf(kept.find('b').node as number)).toBeDefined();
    expect(at(kept, 'a')).toBe('absent');
  });

  it('follows hard links to hard links and to symbolic links', () => {
    const chained = fold([
      { path: 'a' },
      { path: 'b', type: 'hardlink', link: 'a' },
      { path: 'c', type: 'hardlink', link: './b' },
      { path: 'late', type: 'hardlink', link: 'later' },
      { path: 'later', type: 'hardlink', link: 'a' },
      { path: 's', type: 'symlink', link: 'a' },
      { path: 'hard-s', type: 'hardlink', link: 's' },
    ]);

    for (const path of ['b', 'c', 'late']) {
      expect(chained.pathOf(chained.contentOf(chained.find(path).node as number) as number)).toBe('a');
    }
    expect(at(chained, 'hard-s')).toBe('a@0');
  });

  it('ends circles of hard links', () => {
    const circle = fold([
      { path: 'a', type: 'hardlink', link: 'b' },
      { path: 'b', type: 'hardlink', link: 'a' },
    ]);

    expect(circle.contentOf(circle.find('a').node as number)).toBeUndefined();
  });

  it('stops following links that are made to cost time', () => {
    const chain: Member[] = Array.from({ length: 39 }, (_, i) => ({
      path: `l${i}`,
      type: 'symlink',
      link: `${'./'.repeat(2000)}l${i + 1}`,
    }));
    chain.push({ path: 'l39', type: 'directory' });
    const costly = fold(
      chain,
      Array.from({ length: 2000 }, (_, i) => ({ path: `l0/d${i}/f` })),
    );

    expect(costly.exhausted).toHaveLength(1);
  });
});

describe('who hides what', () => {
  const tree = fold(
    [{ path: 'd/a' }, { path: 'd/b' }, { path: 'e/f/g' }, { path: 'kept' }],
    [{ path: 'd/a' }],
    [{ path: 'd/.wh.a' }, { path: '.wh.e' }],
    [{ path: 'e/f/g' }],
  );

  it.each([
    [0, 'd/a', 1],
    [1, 'd/a', 2],
    [0, 'e/f/g', 2],
    [3, 'e/f/g', undefined],
    [0, 'd/b', undefined],
    [0, 'not there', undefined],
  ])('layer %i, %s: hidden by %s', (layer, path, expected) => {
    expect(tree.hiddenBy(layer, path)).toBe(expected);
  });
});

describe('against a plain model', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const operation = fc.oneof(
    { weight: 4, arbitrary: path.map((p) => ({ kind: 'file' as const, path: p })) },
    { weight: 1, arbitrary: path.map((p) => ({ kind: 'directory' as const, path: p })) },
    { weight: 2, arbitrary: path.map((p) => ({ kind: 'whiteout' as const, path: p })) },
    { weight: 1, arbitrary: path.map((p) => ({ kind: 'opaque' as const, path: p })) },
  );

  it('shows the same files, whatever the layers do (no links)', () => {
    fc.assert(
      fc.property(fc.array(fc.array(operation, { maxLength: 8 }), { maxLength: 6 }), (layers) => {
        const model = new Map<string, { layer: number; file: boolean }>();
        const removeBelow = (root: string): void => {
          for (const key of [...model.keys()]) if (key.startsWith(`${root}/`)) model.delete(key);
        };
        layers.forEach((operations, layer) => {
          for (const { kind, path: p } of operations) {
            // What the layer removes, it removes from below, so first.
            if (kind === 'whiteout') {
              removeBelow(p);
              model.delete(p);
            } else if (kind === 'opaque') {
              removeBelow(p);
            }
          }
          for (const { kind, path: p } of operations) {
            if (kind !== 'file' && kind !== 'directory') continue;
            const parts = p.split('/');
            for (let i = 1; i < parts.length; i++) {
              const parent = parts.slice(0, i).join('/');
              if (model.get(parent)?.file !== false) model.set(parent, { layer, file: false });
            }
            if (kind === 'file') removeBelow(p);
            model.set(p, { layer, file: kind === 'file' });
          }
        });
        const tree = fold(
          ...layers.map((operations) =>
            operations.map(({ kind, path: p }): Member => {
              const slash = p.lastIndexOf('/');
              if (kind === 'whiteout') return { path: `${p.slice(0, slash + 1)}.wh.${p.slice(slash + 1)}` };
              if (kind === 'opaque') return { path: `${p}/.wh..wh..opq` };
              return { path: p, type: kind };
            }),
          ),
        );

        const expected = [...model].filter(([, entry]) => entry.file).map(([key, entry]) => [key, entry.layer]);
        expect(sight(tree)).toEqual(Object.fromEntries(expected.sort()));
      }),
      { numRuns: 500 },
    );
  });

  const linking = fc.oneof(
    { weight: 4, arbitrary: fc.record({ path }) },
    { weight: 1, arbitrary: path.map((p): Member => ({ path: p, type: 'directory' })) },
    {
      weight: 2,
      arbitrary: fc.record({ path, type: fc.constantFrom('symlink' as const, 'hardlink' as const), link: path }),
    },
    { weight: 1, arbitrary: fc.record({ path, type: fc.constant('whiteout' as const) }) },
    { weight: 1, arbitrary: path.map((p): Member => ({ path: `${p}/.wh..wh..opq` })) },
  );

  it('shows the same where a layer is listed again as where a copy of it is listed', () => {
    const pool = fc.array(fc.array(linking, { maxLength: 6 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(pool, fc.array(fc.nat(2), { maxLength: 9 }), (layers, order) => {
        const listed = order.map((number) => number % layers.length);
        const shared = layers.map(indexOf);
        const repeated = new PathTree({ links: 40, imageEntries: 100_000 });
        const copied = new PathTree({ links: 40, imageEntries: 100_000 });
        for (const number of listed) {
          repeated.apply(shared[number]!);
          copied.apply(indexOf(layers[number]!));
        }
        // Which layer of several that are the same a file counts for may differ.
        const shown = (tree: PathTree): readonly string[] => {
          const member = (node: number): string =>
            tree.indexOf(node) === undefined ? 'implied' : `${listed[tree.layerOf(node)]}:${tree.entryOf(node)}`;
          return filesOf(tree)
            .map((node) => {
              const content = tree.contentOf(node);
              return `${tree.pathOf(node)} ${member(node)} ${content === undefined ? '-' : member(content)}`;
            })
            .sort();
        };
        expect(shown(repeated)).toEqual(shown(copied));
      }),
      {
        numRuns: 2000,
        // An opaque marker behind a link of the same layer, which only the second listing follows.
        examples: [
          [
            [[{ path: 'b', type: 'symlink', link: 'a' }, { path: 'b/.wh..wh..opq' }], [{ path: 'a/a' }]],
            [1, 0, 0],
          ],
          // A link that leads through itself is replaced where it is followed.
          [
            [
              [
                { path: 'c', type: 'symlink', link: 'c/a' },
                { path: 'c/a', type: 'symlink', link: 'a' },
                { path: 'a', type: 'symlink', link: 'a' },
                { path: 'c/a', type: 'symlink', link: 'a' },
              ],
            ],
            [0, 0],
          ],
        ],
      },
    );
  });

  it('bounds the directories that names imply', () => {
    const deep = Array.from({ length: 200 }, (_, i) => ({ path: `${i}/${'d/'.repeat(1000)}f` }));

    const tree = foldWithin(100_000, deep);

    expect(tree.size).toBeLessThan(101_000);
    expect(tree.exhausted[0]).toMatch(/more than 100000 members and directories, .*; 1\d\d members were left out$/);
  });

  it('stays linear in files and whiteouts (T-02)', () => {
    const members = Array.from({ length: 200_000 }, (_, i) => ({ path: `d${i % 500}/f${i}` }));
    const whiteouts = Array.from({ length: 10_000 }, (_, i) => ({ path: `d${i % 500}/.wh.f${i}` }));

    const tree = fold(members, whiteouts);

    expect(Object.keys(sight(tree))).toHaveLength(190_000);
    expect(tree.size).toBeLessThan(201_000);
  });
});

describe('a layer that is listed again', () => {
  const many = indexOf(Array.from({ length: 1000 }, (_, i) => ({ path: `d/f${i}` })));
  const tree = (imageEntries = 100_000): PathTree => new PathTree({ links: 40, imageEntries });

  it('changes nothing, and costs nothing from the third time on', () => {
    const twice = tree();

    const applied = Array.from({ length: 500 }, () => twice.apply(many));

    expect(applied.slice(0, 3)).toEqual(['changed', 'unchanged', 'unchanged']);
    expect(twice.size).toBe(1002);
    expect(twice.exhausted).toEqual([]);
    expect(twice.hiddenBy(400, 'd/f1')).toBeUndefined();
  });

  it('brings back what was changed in between, and makes nodes for that alone', () => {
    const mended = tree();
    mended.apply(many);
    mended.apply(indexOf([{ path: 'd/.wh.f7' }]));

    expect(mended.apply(many)).toBe('changed');
    expect(mended.size).toBe(1003);
    expect(at(mended, 'd/f7')).toBe('d/f7@2');
    expect(at(mended, 'd/f8')).toBe('d/f8@2');
  });

  it('is left out once such layers have more members than an image may', () => {
    const other = indexOf([{ path: 'd/f999', type: 'directory' }]);
    const costly = tree(3500);
    const applied = Array.from({ length: 10 }, (_, i) => costly.apply(i % 2 === 0 ? many : other));

    expect(applied.filter((one) => one === 'left-out')).toHaveLength(1);
    expect(costly.exhausted).toEqual([
      'layers that are listed again have more than 3500 members together; 1 of these layers were left out',
    ]);
    expect(costly.hiddenBy(applied.indexOf('left-out'), 'd/f1')).toBeUndefined();
  });

  it('pauses on the way', () => {
    const large = indexOf(Array.from({ length: 50_000 }, (_, i) => ({ path: `d/f${i}` })));
    let pauses = 0;
    for (const _ of tree().applying(large)) pauses++;

    expect(pauses).toBe(5);
  });
});
