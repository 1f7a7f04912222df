import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { fixtureCases, fixtureFiles, named, readFixture, tally } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { flatpak } from './index.ts';

const path = 'var/lib/flatpak/app/org.hull/x86_64/stable/abc/export/share/metainfo/org.hull.metainfo.xml';

describe.skipIf(!hasShared)('osv-scalibr os/flatpak', () => {
  it.each(fixtureCases('osv-scalibr-os-sbom', 'os/flatpak').map((one) => [one.title, one] as const))(
    '%s',
    async (_, one) => {
      const content = fixtureFiles('osv-scalibr-os-sbom', one.path).get('');

      const { packages, problems } = await readFixture(flatpak.analyzers, new Map([[path, content!]]));

      tally(named(one.packages), named(packages));
      expect(named(packages)).toEqual(named(one.packages));
      expect(problems.map(({ code }) => code)).toEqual(one.expectError === true ? ['file.format'] : []);
    },
  );
});

it('lists them in an image, where they stand in their own places alone', async () => {
  const content =
    '<component><id>hull</id><releases><release version="1.2"/><release version="1.1"/></releases></component>';
  const files = [path, 'usr/share/metainfo/org.hull.metainfo.xml'].map((one) => ({ path: one, content }));
  const image = writeTemporary('flatpak.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(packages).toMatchObject([{ name: 'hull', version: '1.2', type: 'flatpak', locations: [path] }]);
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
  const { packages } = await readFixture(flatpak.analyzers, new Map([[path, Buffer.from(text)]]));

  expect(packages).toEqual([]);
});
