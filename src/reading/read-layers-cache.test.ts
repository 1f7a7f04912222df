import { readdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  analyzers,
  archive,
  codes,
  layerBytes,
  layers,
  opened,
  readArchive,
  told,
} from '../../test/support/alpine-layers.ts';
import { type ArchiveFiles, compress, ociLayout, sha256 } from '../../test/support/image.ts';
import { layersContext } from '../../test/support/layers.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { FormatError } from '../errors.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { StreamLayer } from '../image/stream-layer.ts';
import { defaultLimits } from '../limits.ts';
import { silent } from '../log.ts';
import type { Analyzer, LayerContext } from '../model/analyzer.ts';
import { FolderLayerCache } from './layer-cache-folder.ts';
import { readLayers } from './read-layers.ts';

describe('the layer cache', () => {
  const open = (): { cache: FolderLayerCache; folder: string } => {
    const folder = path.join(temporaryFolder(), 'layers');
    return { folder, cache: new FolderLayerCache(folder, { bytes: 1e9, age: 1e9 }, silent) };
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
