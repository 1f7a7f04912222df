import { describe, expect, it } from 'vitest';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import type { ImageView } from '../model/view.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';

type Layers = readonly (readonly TarEntry[])[];

async function viewOf(layers: Layers): Promise<ImageView> {
  const context = layersContext();
  const image = imageOf(...layers);
  const read = await readLayers(image, [], context, {});
  return (await assembleImage(image, read, [], [], context)).view;
}

/** Dive's measure as its documentation tells it, over the members themselves: trees of layers on top of each other. */
function measured(layers: Layers): { score: number; wasted: number } {
  const appearances = new Map<string, number[]>();
  const add = (path: string, size: number): void => {
    appearances.set(path, [...(appearances.get(path) ?? []), size]);
  };
  let below = new Map<string, number>();
  for (const members of layers) {
    const above = new Map(below);
    for (const { path } of members) {
      const name = String(path).split('/').at(-1) as string;
      if (!name.startsWith('.wh.')) continue;
      const removed = String(path).replace('.wh.', '');
      const hidden = [...below].filter(([one]) => one === removed || one.startsWith(`${removed}/`));
      if (hidden.length > 0)
        add(
          removed,
          hidden.reduce((sum, [, size]) => sum + size, 0),
        );
      for (const [one] of hidden) above.delete(one);
    }
    for (const { path, content, type = 'file' } of members) {
      if (String(path).includes('.wh.') || type !== 'file') continue;
      add(String(path), Buffer.byteLength(content ?? ''));
      above.set(String(path), Buffer.byteLength(content ?? ''));
    }
    below = above;
  }
  const all = [...appearances.values()];
  const least = all.reduce((sum, sizes) => sum + Math.min(...sizes), 0);
  const total = all.flat().reduce((sum, size) => sum + size, 0);
  const wasted = all.filter(({ length }) => length > 1).flat();
  return { score: total === 0 ? 1 : least / total, wasted: wasted.reduce((sum, size) => sum + size, 0) };
}

const file = (path: string, size: number, more: Partial<TarEntry> = {}): TarEntry => ({
  path,
  content: 'x'.repeat(size),
  ...more,
});

const images: Readonly<Record<string, Layers>> = {
  'one layer': [[file('a', 100), file('d/b', 50)]],
  'a file that is written twice': [[file('a', 100), file('b', 10)], [file('a', 300)]],
  'a file that is removed': [[file('a', 100), file('b', 10)], [{ path: '.wh.a' }]],
  'a folder that is removed': [
    [file('d/a', 100), file('d/e/b', 40), file('c', 7)],
    [file('d/a', 90)],
    [{ path: '.wh.d' }, file('c', 9)],
    [file('d/a', 5)],
  ],
  'permissions that are changed': [
    [file('bin/a', 1000), file('bin/b', 500)],
    [file('bin/a', 1000, { mode: 0o755 }), file('bin/b', 500, { uid: 7 })],
    [file('bin/b', 501, { uid: 7 })],
  ],
  nothing: [[]],
};

describe('efficiency', () => {
  it.each(Object.entries(images))('is that of the members themselves: %s', async (_, layers) => {
    const { score, wasted } = (await viewOf(layers)).efficiency();
    const expected = measured(layers);
    expect(score).toBeCloseTo(expected.score, 12);
    expect(wasted).toBe(expected.wasted);
  });

  it('is that of the members of any layers', async () => {
    let state = 7;
    const next = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    for (let round = 0; round < 200; round++) {
      // Directories never become files: what dive makes of that is another matter.
      const layers = Array.from({ length: 1 + next(5) }, (_, layer) => {
        const members = new Map<string, TarEntry>();
        for (let count = next(8); count > 0; count--) {
          const folder = ['', 'd/', 'd/e/', 'f/'][next(4)] as string;
          const name = `${folder}n${next(4)}`;
          if (layer > 0 && next(4) === 0) members.set(`${folder}.wh.n${next(4)}`, { path: '' });
          else members.set(name, file(name, next(50)));
        }
        if (layer > 0 && next(4) === 0) members.set('.wh.d', { path: '' });
        const removed = [...members.keys()]
          .filter((path) => path.includes('.wh.'))
          .map((path) => path.replace('.wh.', ''));
        return [...members]
          .filter(
            ([path]) => path.includes('.wh.') || !removed.some((one) => path === one || path.startsWith(`${one}/`)),
          )
          .filter(([path]) => !removed.some((one) => path.replace('.wh.', '').startsWith(`${one}/`)))
          .map(([path, entry]) => ({ ...entry, path }));
      });
      const { score, wasted, bytes } = (await viewOf(layers)).efficiency();
      const expected = measured(layers);
      expect({ round, score, wasted }).toEqual({
        round,
        score: expect.closeTo(expected.score, 12),
        wasted: expected.wasted,
      });
      expect(bytes).toBe(layers.flat().reduce((sum, { content = '' }) => sum + content.length, 0));
    }
  });

  it('names the worst paths first', async () => {
    const { paths, userBytes } = (
      await viewOf([
        [file('a', 1), file('b', 5)],
        [file('a', 2), file('b', 5)],
      ])
    ).efficiency();
    expect(paths).toEqual([
      { path: 'b', appearances: 2, bytes: 10 },
      { path: 'a', appearances: 2, bytes: 3 },
    ]);
    expect(userBytes).toBe(7);
  });
});

describe('changes of layers', () => {
  it('are counted for each layer', async () => {
    const changes = (await viewOf(images['permissions that are changed'] as Layers)).changes();
    expect(changes).toEqual([
      { layer: 0, added: 2, changed: 0, removed: 0, bytes: 1500, hidden: 0, again: { files: 0, bytes: 0 } },
      { layer: 1, added: 0, changed: 2, removed: 0, bytes: 1500, hidden: 1500, again: { files: 2, bytes: 1500 } },
      { layer: 2, added: 0, changed: 1, removed: 0, bytes: 501, hidden: 500, again: { files: 0, bytes: 0 } },
    ]);
  });

  it('are told of folders that are removed', async () => {
    const changes = (await viewOf(images['a folder that is removed'] as Layers)).changes();
    expect(changes.map(({ added, changed, removed, hidden }) => [added, changed, removed, hidden])).toEqual([
      [3, 0, 0, 0],
      [0, 1, 0, 100],
      [0, 1, 2, 137],
      [1, 0, 0, 0],
    ]);
  });

  it('are not told of a file that a layer has twice', async () => {
    const [only] = (await viewOf([[file('a', 1), file('a', 3)]])).changes();
    expect(only).toMatchObject({ added: 1, changed: 0, bytes: 3, hidden: 0 });
  });
});
