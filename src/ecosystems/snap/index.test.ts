import { expect, it } from 'vitest';
import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readFixture } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { snap } from './index.ts';

const path = 'snap/core/123/meta/snap.yaml';

holdsFixturesOf({
  analyzers: snap.analyzers,
  type: 'snap',
  listers: [['osv-scalibr-os-sbom', 'os/snap', path]],
  problem: 'file.format',
});

it('lists them in an image, where they stand in their own places alone', async () => {
  const content = 'name: hull # of a boat\nversion: "1.2"\narchitectures: [amd64]\napps:\n  name: other\n';
  const files = [path, 'app/meta/snap.yaml'].map((one) => ({ path: one, content }));
  const image = writeTemporary('snap.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages).toMatchObject([{ name: 'hull', version: '1.2', type: 'snap', locations: [path] }]);
});

it('lists one that is the image itself', async () => {
  const files = [{ path: 'meta/snap.yaml', content: 'name: hull\nversion: 1.2.0\n' }];
  const image = writeTemporary('snap.tar', dockerArchive({ layers: [layer(files)] }));

  expect((await scanOne(image)).packages).toMatchObject([{ name: 'hull', version: '1.2.0', type: 'snap' }]);
});

it.each(['', '{', '[]', '\0', 'name', 'name: a\nversion:'])('finds nothing in %j, and does not fail', async (text) => {
  const { packages } = await readFixture(snap.analyzers, new Map([[path, Buffer.from(text)]]));

  expect(packages).toEqual([]);
});
