import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { fixtureCases, fixtureFiles, named, readFixture, tally } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { spack } from './index.ts';

const path = 'opt/spack/linux/hull-1.2-abc/.spack/spec.json';

describe.skipIf(!hasShared)('osv-scalibr os/spack', () => {
  it.each(fixtureCases('osv-scalibr-os-sbom', 'os/spack').map((one) => [one.title, one] as const))(
    '%s',
    async (_, one) => {
      const content = fixtureFiles('osv-scalibr-os-sbom', one.path).get('');

      const { packages, problems } = await readFixture(spack.analyzers, new Map([[path, content!]]));

      tally(named(one.packages), named(packages));
      expect(named(packages)).toEqual(named(one.packages));
      expect(problems.map(({ code }) => code)).toEqual(one.expectError === true ? ['file.format'] : []);
    },
  );
});

it('lists them in an image, where they stand in their own places alone', async () => {
  const content = JSON.stringify({ spec: { nodes: [{ name: 'hull', version: '1.2' }] } });
  const files = [path, 'app/spec.json'].map((one) => ({ path: one, content }));
  const image = writeTemporary('spack.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages).toMatchObject([{ name: 'hull', version: '1.2', type: 'spack', locations: [path] }]);
});

it.each([
  '',
  '{',
  '[]',
  '<',
  '\0',
  'name',
  '<component>',
  '{"spec":{"nodes":[1,null,{"name":1}]}}',
  'name: a\nversion:',
])('finds nothing in %j, and does not fail', async (text) => {
  const { packages } = await readFixture(spack.analyzers, new Map([[path, Buffer.from(text)]]));

  expect(packages).toEqual([]);
});

it('says of a spec with more nodes than any has that its packages are not known', async () => {
  const nodes = Array.from({ length: 10_001 }, (_, i) => ({ name: `n${i}`, version: '1' }));
  const content = Buffer.from(JSON.stringify({ spec: { nodes } }));
  const { packages, problems } = await readFixture(spack.analyzers, new Map([[path, content]]));
  expect(packages).toEqual([]);
  expect(problems).toMatchObject([{ code: 'file.format', message: expect.stringContaining('10000 nodes') }]);
});
