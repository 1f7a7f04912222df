import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readFixture } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { holdsFixturesOf } from '../../../test/support/system-listers.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { spack } from './index.ts';

const path = 'opt/spack/linux/hull-1.2-abc/.spack/spec.json';

holdsFixturesOf({ analyzers: spack.analyzers, folder: 'os/spack', path, problem: 'file.format' });

it('lists them in an image, where they stand in their own places alone', async () => {
  const content = JSON.stringify({ spec: { nodes: [{ name: 'hull', version: '1.2' }] } });
  const files = [path, 'app/spec.json'].map((one) => ({ path: one, content }));
  const image = writeTemporary('spack.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages).toMatchObject([{ name: 'hull', version: '1.2', type: 'spack', locations: [path] }]);
});

it('says of a spec with more nodes than any has that its packages are not known', async () => {
  const nodes = Array.from({ length: 10_001 }, (_, i) => ({ name: `n${i}`, version: '1' }));
  const content = Buffer.from(JSON.stringify({ spec: { nodes } }));
  const { packages, problems } = await readFixture(spack.analyzers, new Map([[path, content]]));
  expect(packages).toEqual([]);
  expect(problems).toMatchObject([{ code: 'file.format', message: expect.stringContaining('10000 nodes') }]);
});
