import { describe, expect, it } from 'vitest';
import { analyzers, archive, layers, opened, remoteImage } from '../../test/support/alpine-layers.ts';
import { layersContext } from '../../test/support/layers.ts';
import { MemorySource } from '../formats/byte-source.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { TarLayer } from '../image/tar-layer.ts';
import type { LayerHelpers } from './helpers.ts';
import { type LayerReading, readLayer } from './read-layer.ts';
import { readLayers } from './read-layers.ts';

describe('a time limit', () => {
  /**
   * A layer that never ends: a stream that stalls behind some members.
   * @param onStall is told when all that came of it was taken
   */
  function stalling(onStall: () => void): OpenedImage {
    const layerHead = layers[0]!.subarray(0, 100_000);
    const open = async function* (signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
      yield layerHead;
      onStall();
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    };
    const whole = async function* (): AsyncGenerator<Uint8Array> {
      yield layers[1]!;
    };
    const good = { size: layers[1]!.length, digest: 'sha256:good', open: whole };
    return remoteImage([good, { size: 1, digest: 'sha256:stalls', open }, good]);
  }

  it('says which member of which layer was at hand, and keeps what was read (T-12)', async () => {
    const stop = new AbortController();
    const context = { ...layersContext(), signal: stop.signal };
    const late = (): void => void setTimeout(() => stop.abort(new DOMException('late', 'TimeoutError')), 100);

    const read = await readLayers(stalling(late), analyzers, context);

    expect(read.map(({ facts }) => facts.index.count)).toEqual([32, 6, 32]);
    expect(read[1]?.problems).toMatchObject([
      {
        code: 'scan.timeout',
        layer: 1,
        path: 'files/0/4',
        message: expect.stringContaining('at files/0/4 (20000 bytes)'),
      },
    ]);
  });

  it('keeps what a thread read until then', async () => {
    const stop = new AbortController();
    const partial = async (number: number): Promise<LayerReading> => {
      const content = new TarLayer(new MemorySource(layers[number]!.subarray(0, 100_000)));
      const { facts, walk } = await readLayer(content, analyzers, layersContext());
      const problem = { code: 'scan.timeout', message: 'the time limit was reached' } as const;
      return { walk, facts: { ...facts, problems: [problem] } };
    };
    // Stands for a thread whose layer is cut by the clock, so that the test needs none.
    let begun = 0;
    // Once both threads have begun, with time for this one to read the others.
    const late = (): void => void setTimeout(() => stop.abort(new DOMException('late', 'TimeoutError')), 500);
    const helpers: LayerHelpers = {
      count: 2,
      worthwhile: 0,
      start: () => ({
        read: async ({ signal }) => {
          if (++begun === 2) late();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          return await partial(3);
        },
        close: async () => undefined,
      }),
    };
    const context = { ...layersContext(), signal: stop.signal, timeLimited: true };

    const read = await opened(archive, (image) => readLayers(image, analyzers, context, { helpers }));

    const cut = read.filter(({ problems }) => problems.some(({ code }) => code === 'scan.timeout'));
    expect(cut).toHaveLength(2);
    expect(cut.map(({ facts }) => facts.index.count > 3)).toEqual([true, true]);
  });
});
