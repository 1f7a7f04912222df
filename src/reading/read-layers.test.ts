import { readdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ArchiveFiles, compress, layer, ociLayout, sha256 } from '../../test/support/image.ts';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import { noise } from '../../test/support/noise.ts';
import type { TarEntry } from '../../test/support/tar.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { FormatError } from '../errors.ts';
import { MemorySource } from '../formats/byte-source.ts';
import { openImage } from '../image/open.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { StreamLayer } from '../image/stream-layer.ts';
import { TarLayer } from '../image/tar-layer.ts';
import { layerThreads } from '../layer-threads.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { silent } from '../log.ts';
import type { Analyzer, LayerContext } from '../model/analyzer.ts';
import type { LayerHelpers } from './helpers.ts';
import { LayerCache } from './layer-cache.ts';
import { type LayerReading, readLayer } from './read-layer.ts';
import { type ReadLayer, type ReadOptions, readLayers } from './read-layers.ts';

const analyzers: readonly Analyzer[] = [
  ...new Map(ecosystems.flatMap((one) => one.analyzers).map((one) => [one.name, one])).values(),
];

/** Layers of an Alpine image: each adds a package to the database and brings some files. */
const layerBytes = (number: number, files = 30): Buffer =>
  layer([
    {
      path: 'lib/apk/db/installed',
      content: Array.from({ length: number + 1 }, (_, i) => `P:p${i}\nV:1.${i}-r0\nA:x86_64\n`).join('\n'),
    },
    ...Array.from(
      { length: files },
      (_, i): TarEntry => ({ path: `files/${number}/${i}`, content: noise(20_000, number * 1000 + i) }),
    ),
    { path: `../escapes-${number}` },
  ]);

const layers = [0, 1, 2, 3, 4].map((number) => layerBytes(number));
const archive = writeTemporary('image.tar', ociLayout({ layers }));

async function opened<T>(file: string, use: (image: OpenedImage) => Promise<T>): Promise<T> {
  const source = await openImage(file, { ...layersContext(), temporary: temporaryFolder() });
  try {
    return await use(source.images[0]!);
  } finally {
    source.close();
  }
}

/** An image of layers that are read one by one. */
function imageOfBytes(bytes: readonly Buffer[]): OpenedImage {
  return { ...imageOf(...bytes.map(() => [])), layers: bytes.map((one) => new TarLayer(new MemorySource(one))) };
}

/** Everything that a reading tells, to be compared. */
const told = (read: readonly ReadLayer[]) =>
  read.map(({ facts: { index, ...facts }, problems }) => ({ index: index.pack(), facts, problems }));

const codes = (read: ReturnType<typeof told>): readonly string[] =>
  read.flatMap(({ problems }) => problems.map(({ code }) => code));

const readArchive = (options: ReadOptions = {}, limits: Partial<Limits> = {}, file = archive) =>
  opened(file, async (image) => told(await readLayers(image, analyzers, layersContext(limits), options)));

describe('layers in several threads', () => {
  it.each([1, 2, 5])('tell the same with %i threads beside the main one', async (count) => {
    expect(await readArchive({ helpers: layerThreads(count, '/nonexistent', 0) })).toEqual(await readArchive());
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

      expect(await readArchive({ helpers: layerThreads(2, '/nonexistent', 0) }, limits)).toEqual(alone);
      expect(codes(alone)).toContain('layer.limit');
    },
  );

  it('end the scan where one is interrupted', async () => {
    const stop = new AbortController();
    const progress = { report: () => stop.abort(new Error('interrupted')) };
    const context = { ...layersContext(), signal: stop.signal, progress };
    const helpers = layerThreads(2, '/nonexistent', 0);

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
    const helpers = layerThreads(1, '/nonexistent', 0);

    const reading = opened(archive, (image) => readLayers(image, [unknown], layersContext(), { helpers }));

    await expect(reading).rejects.toThrow('the analyzer unknown is on no list');
  });
});

describe('a time limit', () => {
  /** A layer that never ends: a stream that stalls behind some members. */
  function stalling(): OpenedImage {
    const layerHead = layers[0]!.subarray(0, 100_000);
    const open = async function* (signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
      yield layerHead;
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    };
    const good = { index: 0, size: layers[1]!.length, digest: 'sha256:good' };
    return {
      info: {
        reference: 'test',
        names: [],
        layers: [good, { index: 1, size: 1, digest: 'sha256:stalls' }, { ...good, index: 2 }],
        history: [],
        config: {},
      },
      layers: [
        new StreamLayer({
          size: 1,
          open: async function* () {
            yield layers[1]!;
          },
        }),
        new StreamLayer({ size: 1, open }),
        new StreamLayer({
          size: 1,
          open: async function* () {
            yield layers[1]!;
          },
        }),
      ],
      problems: [],
    };
  }

  it('says which member of which layer was at hand, and keeps what was read (T-12)', async () => {
    const context = { ...layersContext(), signal: AbortSignal.timeout(300) };
    const started = performance.now();

    const read = await readLayers(stalling(), analyzers, context);

    expect(performance.now() - started).toBeLessThan(1500);
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
    const helpers: LayerHelpers = {
      count: 2,
      worthwhile: 0,
      start: () => ({
        read: async ({ signal }) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          return await partial(3);
        },
        close: async () => undefined,
      }),
    };
    const context = { ...layersContext(), signal: stop.signal, timeLimited: true };
    setTimeout(() => stop.abort(new DOMException('late', 'TimeoutError')), 100);

    const read = await opened(archive, (image) => readLayers(image, analyzers, context, { helpers }));

    const late = read.filter(({ problems }) => problems.some(({ code }) => code === 'scan.timeout'));
    expect(late).toHaveLength(2);
    expect(late.map(({ facts }) => facts.index.count > 3)).toEqual([true, true]);
  });
});

describe('layers from elsewhere', () => {
  const compressed = layers.map((bytes) => gzipSync(bytes));

  function remote(open: (number: number) => AsyncIterable<Uint8Array>): OpenedImage {
    return {
      info: {
        reference: 'test',
        names: [],
        layers: compressed.map(({ length }, index) => ({ index, size: length, digest: `sha256:${index}` })),
        history: [],
        config: {},
      },
      layers: compressed.map(({ length }, number) => new StreamLayer({ size: length, open: () => open(number) })),
      problems: [],
    };
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

    const helpers = layerThreads(2, '/nonexistent', 0);

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

describe('the memory of an image', () => {
  const many = Array.from({ length: 12 }, (_, number) =>
    layer(Array.from({ length: 400 }, (_, i): TarEntry => ({ path: `d${number}/f${i}` }))),
  );
  /** For about five of them. */
  const limits = { heldBytes: 200_000 };

  function remote(opened: number[], read: string[] = []): OpenedImage {
    return {
      info: {
        reference: 'test',
        names: [],
        layers: many.map(({ length }, index) => ({ index, size: length, digest: `sha256:${index}` })),
        history: [],
        config: {},
      },
      layers: many.map(
        ({ length }, number) =>
          new StreamLayer({
            // Upper ones are larger, so that they are fetched first.
            size: length + number,
            open: async function* () {
              opened.push(number);
              for (let at = 0; at < length; at += 50_000) {
                await new Promise((resolve) => setTimeout(resolve, 1));
                yield many[number]!.subarray(at, at + 50_000);
              }
              read.push(String(number));
            },
          }),
      ),
      problems: [],
    };
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

describe('the layer cache', () => {
  const open = (): { cache: LayerCache; folder: string } => {
    const folder = path.join(temporaryFolder(), 'layers');
    return { folder, cache: new LayerCache(folder, { bytes: 1e9, age: 1e9 }, silent) };
  };
  const records = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'swept')
      .map(({ name }) => name);

  it('gives what a reading gave', async () => {
    const { cache, folder } = open();
    const first = await readArchive({ cache });

    expect(records(folder)).toHaveLength(5);
    expect(await readArchive({ cache })).toEqual(first);
    expect(first).toEqual(await readArchive());
  });

  it('spares the reading', async () => {
    const { cache } = open();
    await readArchive({ cache });
    const asked: string[] = [];
    const spies = analyzers.map((analyzer) => ({
      ...analyzer,
      open: (context: LayerContext) => {
        asked.push(analyzer.name);
        return analyzer.open(context);
      },
    }));

    await opened(archive, (image) => readLayers(image, spies, layersContext(), { cache }));

    expect(asked).toEqual([]);
  });

  it.each([
    ['another version of an analyzer', (one: Analyzer) => ({ ...one, version: one.version + 1 }), {}],
    ['other rules of an analyzer', (one: Analyzer) => ({ ...one, rules: 'other' }), {}],
    ['another limit', (one: Analyzer) => one, { bodyBytes: defaultLimits.bodyBytes - 1 }],
  ])('is no use to %s', async (_, change, limits) => {
    const { cache, folder } = open();
    await readArchive({ cache });

    await opened(archive, (image) => readLayers(image, analyzers.map(change), layersContext(limits), { cache }));

    expect(records(folder)).toHaveLength(10);
  });

  it('believes no digest that an archive only claims', async () => {
    const { cache } = open();
    const honest = await readArchive({ cache });
    const digest = sha256(compress(layers[0]!, 'gzip'));
    const edit = (files: ArchiveFiles): unknown =>
      files.set(`blobs/${digest.replace(':', '/')}`, compress(layerBytes(9), 'gzip'));
    const claims = writeTemporary('evil.tar', ociLayout({ layers, edit: (files) => void edit(files) }));

    const alone = await readArchive({}, {}, claims);
    const beside = await readArchive({ cache }, {}, claims);

    expect(beside).toEqual(alone);
    expect(codes(alone)).toContain('image.digest-mismatch');
    expect(await readArchive({ cache })).toEqual(honest);
  });

  it('does not hide that the size that is stated of a layer is wrong', async () => {
    const { cache } = open();
    const blob = gzipSync(layers[0]!);
    const remote = (size: number): OpenedImage => {
      const digest = sha256(blob);
      const content = new StreamLayer({
        size,
        digest,
        open: async function* () {
          yield blob.subarray(0, size);
          if (size < blob.length) throw new FormatError('it has more bytes');
        },
      });
      const info = { reference: 'test', names: [], layers: [{ index: 0, size, digest }], history: [], config: {} };
      return { info, layers: [content], problems: [] };
    };
    const read = async (size: number) =>
      codes(told(await readLayers(remote(size), analyzers, layersContext(), { cache })));

    expect(await read(blob.length)).not.toContain('layer.damaged');
    expect(await read(blob.length)).not.toContain('layer.damaged');
    expect(await read(blob.length - 1)).toContain('layer.damaged');
  });

  it('keeps nothing that a limit cut short', async () => {
    const { cache, folder } = open();

    await readArchive({ cache }, { entries: 5 });

    expect(() => records(folder)).toThrow('ENOENT');
  });
});
