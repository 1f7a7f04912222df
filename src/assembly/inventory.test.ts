import { expect, it } from 'vitest';
import { imageOf, layersContext } from '../../test/support/layers.ts';
import type { PackageDatabaseFact } from '../model/fact.ts';
import { Pauses } from '../pauses.ts';
import { readLayers } from '../reading/read-layers.ts';
import { takeInventory } from './inventory.ts';
import { MergedFiles } from './merged-files.ts';

it('an inventory may drop more packages than a call can have arguments', async () => {
  const image = imageOf([], []);
  const context = layersContext();
  const pauses = new Pauses(context.signal);
  const files = await MergedFiles.of(image.info, await readLayers(image, [], context), context.limits, pauses);
  const database = (count: number): PackageDatabaseFact => ({
    kind: 'package-database',
    slot: 'dpkg',
    path: 'var/lib/dpkg/status',
    packages: Array.from({ length: count }, (_, i) => ({ name: `p${i}`, version: '1', type: 'deb' })),
  });
  files.add(0, [database(150_000)]);
  files.add(1, [database(1)]);

  const { installed, dropped } = await takeInventory(files, 2, pauses);

  expect([installed.length, dropped.length]).toEqual([1, 149_999]);
});
