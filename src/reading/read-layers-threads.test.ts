import { describe, expect, it } from 'vitest';
import { analyzers, archive, codes, opened, readArchive } from '../../test/support/alpine-layers.ts';
import { layersContext } from '../../test/support/layers.ts';
import { layerThreads } from '../layer-threads.ts';
import type { Limits } from '../limits.ts';
import type { Analyzer } from '../model/analyzer.ts';
import { readLayers } from './read-layers.ts';

describe('layers in several threads', () => {
  it.each([1, 2, 5])('tell the same with %i threads beside the main one', async (count) => {
    expect(await readArchive({ helpers: layerThreads(count, '/nonexistent', { worthwhile: 0 }) })).toEqual(
      await readArchive(),
    );
  });

  it.each([
    ['memory', { heldBytes: 10_000 }],
    ['bytes', { imageBytes: 1_500_000 }],
    ['bytes of a layer', { layerBytes: 200_000 }],
    ['members', { entries: 20 }],
    ['packages', { packages: 4 }],
  ] satisfies [string, Partial<Limits>][])(
    'end at the same place when a budget of %s is used up',
    async (_, limits) => {
      const alone = await readArchive({}, limits);

      expect(await readArchive({ helpers: layerThreads(2, '/nonexistent', { worthwhile: 0 }) }, limits)).toEqual(alone);
      expect(codes(alone)).toContain('layer.limit');
    },
  );

  it('end the scan where one is interrupted', async () => {
    const stop = new AbortController();
    const progress = { report: () => stop.abort(new Error('interrupted')) };
    const context = { ...layersContext(), signal: stop.signal, progress };
    const helpers = layerThreads(2, '/nonexistent', { worthwhile: 0 });

    const reading = opened(archive, (image) => readLayers(image, analyzers, context, { helpers }));

    await expect(reading).rejects.toThrow('interrupted');
  });

  it('tell of their fault', async () => {
    const unknown: Analyzer = {
      name: 'unknown',
      version: 1,
      wants: () => 0,
      open: () => ({ read() {}, close: () => [] }),
    };
    const helpers = layerThreads(1, '/nonexistent', { worthwhile: 0 });

    const reading = opened(archive, (image) => readLayers(image, [unknown], layersContext(), { helpers }));

    await expect(reading).rejects.toThrow('the analyzer unknown is on no list');
  });
});
