import path from 'node:path';
import { expect, it } from 'vitest';
import { type Compression, compress, layer, sha256 } from '../../test/support/image.ts';
import { layersContext } from '../../test/support/layers.ts';
import { noise } from '../../test/support/noise.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { MemorySource } from '../formats/byte-source.ts';
import type { LayerContent } from '../image/content.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { RegistryLayer } from '../image/registry-layer.ts';
import { TarLayer } from '../image/tar-layer.ts';
import { silent } from '../log.ts';
import { FolderLayerCache } from './layer-cache-folder.ts';
import { readLayers } from './read-layers.ts';

const archive = layer([{ path: 'a', content: noise(300_000) }]);
const types = 'application/vnd.oci.image.layer.v1.tar';

const contents: Record<string, (bytes: Buffer) => LayerContent> = {
  registry: (bytes) =>
    new RegistryLayer({
      size: bytes.length,
      digest: sha256(bytes),
      async *open() {
        yield bytes;
      },
    }),
  layout: (bytes) => new TarLayer(new MemorySource(bytes)),
};

it.each<[string, Compression, string, string | undefined]>([
  ['registry', 'gzip', `${types}+gzip`, undefined],
  ['registry', 'zstd', `${types}+gzip`, 'layer 0 is compressed with zstd, its media type says compressed with gzip'],
  ['registry', 'gzip', types, 'layer 0 is compressed with gzip, its media type says not compressed'],
  ['registry', 'none', `${types}+zstd`, 'layer 0 is not compressed, its media type says compressed with zstd'],
  ['layout', 'gzip', `${types}+gzip`, undefined],
  ['layout', 'none', `${types}+gzip`, 'layer 0 is not compressed, its media type says compressed with gzip'],
  ['layout', 'zstd', `${types}+gzip`, 'layer 0 is compressed with zstd, its media type says compressed with gzip'],
])('a layer of a %s that is %s and called %s, also when it was read before', async (kind, how, mediaType, message) => {
  const bytes = compress(archive, how);
  const content = contents[kind]!(bytes);
  const info = { index: 0, size: bytes.length, digest: sha256(bytes), mediaType };
  const image: OpenedImage = {
    info: { reference: 'test', names: [], layers: [info], history: [], config: {} },
    layers: [content],
    problems: [],
  };
  const cache = new FolderLayerCache(path.join(temporaryFolder(), 'layers'), { bytes: 1e9, age: 1e9 }, silent);
  const expected = message === undefined ? [] : [{ code: 'image.media-type', message, layer: 0 }];

  for (let time = 0; time < 2; time++) {
    const [read] = await readLayers(image, [], layersContext(), { cache });

    expect(read?.facts.index.count).toBe(1);
    expect(read?.problems).toEqual(expected);
  }
});
