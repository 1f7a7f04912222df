import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { fixtureCases, fixtureFiles, named, readFixture, tally } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { mise } from './index.ts';

const path = 'app/mise.toml';

describe.skipIf(!hasShared)('osv-scalibr runtime/mise', () => {
  it.each(fixtureCases('osv-scalibr-os-sbom', 'runtime/mise').map((one) => [one.title, one] as const))(
    '%s',
    async (_, one) => {
      const content = fixtureFiles('osv-scalibr-os-sbom', one.path).get('');

      const { packages, problems } = await readFixture(mise.analyzers, new Map([[path, content!]]));

      tally(named(one.packages), named(packages));
      expect(named(packages)).toEqual(named(one.packages));
      expect(problems.map(({ code }) => code)).toEqual(one.expectError === true ? ['lockfile.unreadable'] : []);
    },
  );
});

it('lists them in an image, where they stand in their own places alone', async () => {
  const content = '[tools]\nhull = "1.2"\n';
  const files = [path, 'app/config.toml'].map((one) => ({ path: one, content }));
  const image = writeTemporary('mise.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages).toMatchObject([{ name: 'hull', version: '1.2', type: 'mise', locations: [path] }]);
});

it.each([
  ['many versions of one', `hull = [${Array.from({ length: 1002 }, (_, i) => `"${i}"`).join(', ')}]`],
  ['many tools', Array.from({ length: 1002 }, (_, i) => `hull${i} = "1"`).join('\n')],
])('says of %s that there are more', async (_, tools) => {
  const { packages, problems } = await readFixture(
    mise.analyzers,
    new Map([[path, Buffer.from(`[tools]\n${tools}\n`)]]),
  );

  expect(packages).toHaveLength(1000);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('2 tools beyond the first 1000')]);
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
  const { packages } = await readFixture(mise.analyzers, new Map([[path, Buffer.from(text)]]));

  expect(packages).toEqual([]);
});
