import { describe, expect, it } from 'vitest';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { Pauses } from '../pauses.ts';
import { readLayers } from '../reading/read-layers.ts';
import { assembleImage } from './assemble.ts';
import { MergedFiles } from './merged-files.ts';

const files = (count: number, folder: string): TarEntry[] =>
  Array.from({ length: count }, (_, i) => ({ path: `${folder}/f${i}` }));

describe('assembly', () => {
  it('ends where the user interrupts it', async () => {
    const image = imageOf(files(30_000, 'a'), files(30_000, 'b'));
    const layers = await readLayers(image, [], layersContext());
    const stop = new AbortController();
    const assembling = assembleImage(image, layers, [], [], { ...layersContext(), signal: stop.signal });
    setImmediate(() => stop.abort(new Error('interrupted')));

    await expect(assembling).rejects.toThrow('interrupted');
  });

  it('leaves out upper layers when the time limit is long past', async () => {
    const image = imageOf(files(10, 'a'), files(10, 'b'));
    const layers = await readLayers(image, [], layersContext());
    const signal = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    const problems: unknown[] = [];

    const merged = await MergedFiles.of(
      image.info,
      layers,
      layersContext().limits,
      new Pauses(signal, 0),
      problems as [],
    );

    expect(merged.tree.nextFile(-1)).toBe(-1);
    expect(problems).toMatchObject([{ code: 'scan.timeout', layer: 0 }]);
  });

  it('has some time left for what was read until the time limit', async () => {
    const image = imageOf(files(30_000, 'a'), files(10, 'b'));
    const layers = await readLayers(image, [], layersContext());
    const signal = AbortSignal.abort(new DOMException('late', 'TimeoutError'));

    const { coverage, view } = await assembleImage(image, layers, [], [], { ...layersContext(), signal });

    expect(coverage.files).toBe(30_010);
    expect(view.problems.filter(({ code }) => code === 'scan.timeout')).toEqual([]);
  });
});
