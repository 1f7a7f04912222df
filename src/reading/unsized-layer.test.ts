import path from 'node:path';
import { expect, it } from 'vitest';
import { compress, layer, sha256 } from '../../test/support/image.ts';
import { layersContext } from '../../test/support/layers.ts';
import { noise } from '../../test/support/noise.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { OpenedImage } from '../image/opened-image.ts';
import { RegistryLayer } from '../image/registry-layer.ts';
import { silent } from '../log.ts';
import { FolderLayerCache } from './layer-cache-folder.ts';
import { readLayers } from './read-layers.ts';

const bytes = compress(layer([{ path: 'a', content: noise(300_000) }]), 'gzip');

it('a layer of which the manifest says no size is fetched once, then it is known by its digest', async () => {
  let fetched = 0;
  const image = (): OpenedImage => {
    const digest = sha256(bytes);
    const content = new RegistryLayer({
      digest,
      async *open() {
        fetched++;
        yield bytes;
      },
    });
    const info = { reference: 'test', names: [], layers: [{ index: 0, size: 0, digest }], history: [], config: {} };
    return { info, layers: [content], problems: [] };
  };
  const cache = new FolderLayerCache(path.join(temporaryFolder(), 'layers'), { bytes: 1e9, age: 1e9 }, silent);

  for (let time = 0; time < 2; time++) {
    const [read] = await readLayers(image(), [], layersContext(), { cache });

    expect(read?.facts.index.count).toBe(1);
    expect(read?.problems).toEqual([]);
  }
  expect(fetched).toBe(1);
});
