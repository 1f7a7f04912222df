import { describe, expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { fixtureCases, fixtureFiles, named, readFixture } from '../../../test/support/language-fixtures.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { cos } from './index.ts';

const list = 'etc/cos-package-info.json';

it('lists what an image says it is made of', async () => {
  const content = JSON.stringify({
    installedPackages: [{ category: 'sys-libs', name: 'zlib', version: '17162.336.17' }, { name: 'a' }, 1],
    buildTimePackages: [{ name: 'eselect', version: '1' }],
  });
  const files = [
    { path: 'etc/os-release', content: 'ID=cos\nVERSION_ID=101\n' },
    { path: list, content },
  ];
  const archive = writeTemporary('cos.tar', dockerArchive({ layers: [layer(files)] }));

  const {
    packages,
    problems,
    image: { distribution },
  } = await scanOne(archive);

  expect(distribution?.name).toBe('Container-Optimized OS 101');
  expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(['sys-libs/zlib@17162.336.17']);
  expect(problems.filter(({ path }) => path === list)).toMatchObject([
    { code: 'file.format', message: '2 entries of it have no name or no version, and were left out' },
  ]);
});

describe.skipIf(!hasShared)('osv-scalibr os/cos', () => {
  it.each(fixtureCases('osv-scalibr-os-sbom', 'os/cos').map((one) => [one.title, one] as const))(
    '%s',
    async (_, one) => {
      const content = fixtureFiles('osv-scalibr-os-sbom', one.path).get('');

      const { packages, problems } = await readFixture(cos.analyzers, new Map([[list, content!]]));

      // Names have their category here.
      const ours = named(packages.map((found) => ({ ...found, name: found.name.replace(/^.*\//, '') })));
      expect(ours).toEqual(named(one.packages));
      expect(problems.map(({ code }) => code)).toEqual(one.expectError === true ? ['file.format'] : []);
    },
  );
});
