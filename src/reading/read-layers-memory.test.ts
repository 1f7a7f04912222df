import { describe, expect, it } from 'vitest';
import { analyzers, readArchive, remoteImage } from '../../test/support/alpine-layers.ts';
import { layer } from '../../test/support/image.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { MemorySource } from '../formats/byte-source.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { TarLayer } from '../image/tar-layer.ts';
import { type ReadLayer, readLayers } from './read-layers.ts';

/** An image of layers that are read one by one. */
function imageOfBytes(bytes: readonly Buffer[]): OpenedImage {
  return { ...imageOf(...bytes.map(() => [])), layers: bytes.map((one) => new TarLayer(new MemorySource(one))) };
}

describe('the memory of an image', () => {
  const many = Array.from({ length: 12 }, (_, number) =>
    layer(Array.from({ length: 400 }, (_, i): TarEntry => ({ path: `d${number}/f${i}` }))),
  );
  /** For about five of them. */
  const limits = { heldBytes: 200_000 };

  function remote(opened: number[]): OpenedImage {
    return remoteImage(
      many.map(({ length }, number) => ({
        // Upper ones are larger, so that they are fetched first.
        size: length + number,
        digest: `sha256:${number}`,
        open: async function* () {
          opened.push(number);
          for (let at = 0; at < length; at += 50_000) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            yield many[number]!.subarray(at, at + 50_000);
          }
        },
      })),
    );
  }

  it('is shared by layers that are fetched at a time: they tell the same as one by one', async () => {
    const opened: number[] = [];

    const read = await readLayers(remote(opened), [], layersContext(limits));

    const alone = await readLayers(imageOfBytes(many), [], layersContext(limits));
    expect(read.map(({ facts }) => facts.index.count)).toEqual(alone.map(({ facts }) => facts.index.count));
    // The digests are made up.
    const limited = (layers: readonly ReadLayer[]) =>
      layers.map(({ problems }) => problems.filter(({ code }) => code !== 'image.digest-mismatch'));
    expect(limited(read)).toEqual(limited(alone));
    expect(read[4]?.facts.index.count).toBeGreaterThan(0);
    expect(limited(read)[6]).toEqual([
      {
        code: 'layer.limit',
        message: 'the layers before it take 200000 bytes of memory or more; it was not read',
        layer: 6,
      },
    ]);
    // Four were kept before the room was used up, and given up for those below.
    expect(opened.length).toBeLessThanOrEqual(12 + 1);
  });

  it('begins with the base where time may run out', async () => {
    const opened: number[] = [];

    await readLayers(remote(opened), [], { ...layersContext(), timeLimited: true });

    expect(opened.slice(0, 3)).toEqual([0, 1, 2]);
    expect(opened).toHaveLength(12);
  });

  it('counts lists of files: those of upper layers are left out', async () => {
    const list = (number: number): TarEntry => ({
      path: `var/lib/dpkg/info/p${number}.list`,
      content: `/.\n${`/usr/share/p${number}/file\n`.repeat(500)}`,
    });
    const image = imageOf([list(0)], [list(1)], [list(2)]);

    const read = await readLayers(image, analyzers, layersContext({ ownershipCharacters: 25_000 }));

    expect(read.map(({ facts }) => facts.facts.length)).toEqual([1, 1, 0]);
    expect(read[2]?.problems).toMatchObject([{ code: 'layer.limit', message: expect.stringContaining('25000') }]);
  });

  it('has room for so many members of all layers', async () => {
    const image = imageOf(
      Array.from({ length: 30 }, (_, i) => ({ path: `a${i}` })),
      Array.from({ length: 30 }, (_, i) => ({ path: `b${i}` })),
      [{ path: 'c' }],
    );

    const read = await readLayers(image, [], layersContext({ imageEntries: 50 }));

    expect(read.map(({ facts }) => facts.index.count)).toEqual([30, 20, 0]);
    expect(read.flatMap(({ problems }) => problems.map(({ message }) => message))).toEqual([
      'the layers have more than 50 members together; the rest of this one was left out',
      'the layers before it have 50 members or more; it was not read',
    ]);
  });

  it('says the limit of the image where its bytes are used up', async () => {
    const read = await readArchive({}, { imageBytes: 1_000_000 });

    expect(read.flatMap(({ problems }) => problems.map(({ message }) => message))).toContain(
      'the layers have more than 1000000 bytes together; the rest of this one was left out',
    );
  });
});
