import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { analyzers, layers, remoteImage, told } from '../../test/support/alpine-layers.ts';
import { layersContext } from '../../test/support/layers.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { layerThreads } from '../layer-threads.ts';
import { readLayers } from './read-layers.ts';

describe('layers from elsewhere', () => {
  const compressed = layers.map((bytes) => gzipSync(bytes));

  function remote(open: (number: number) => AsyncIterable<Uint8Array>): OpenedImage {
    return remoteImage(
      compressed.map(({ length }, number) => ({ size: length, digest: `sha256:${number}`, open: () => open(number) })),
    );
  }

  it('are fetched a few at a time', async () => {
    let running = 0;
    let most = 0;
    const image = remote(async function* (number) {
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const bytes = compressed[number]!;
      for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
      running--;
    });

    const read = await readLayers(image, analyzers, layersContext());

    expect(most).toBe(3);
    expect(read.map(({ facts }) => facts.index.count)).toEqual(layers.map(() => 32));
  });

  it('tell the same when another thread reads some of them', async () => {
    const image = remote(async function* (number) {
      const bytes = compressed[number]!;
      for (let at = 0; at < bytes.length; at += 10_000) yield bytes.subarray(at, at + 10_000);
    });

    const helpers = layerThreads(2, '/nonexistent', { worthwhile: 0 });

    expect(told(await readLayers(image, analyzers, layersContext(), { helpers }))).toEqual(
      told(await readLayers(image, analyzers, layersContext())),
    );
  });

  it('are given up when one of them cannot be had', async () => {
    const ended: number[] = [];
    const image = remote(async function* (number) {
      try {
        yield compressed[number]!.subarray(0, 100);
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (number === 4) throw new Error('the registry is gone');
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          yield new Uint8Array(0);
        }
      } finally {
        ended.push(number);
      }
    });

    await expect(readLayers(image, analyzers, layersContext())).rejects.toThrow('the registry is gone');
    expect(ended).toHaveLength(3);
  });
});
