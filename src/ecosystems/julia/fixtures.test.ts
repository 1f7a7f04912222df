import { describe, expect, it } from 'vitest';
import { fixtureCases, fixtureFiles, named, readFixture, tally } from '../../../test/support/language-fixtures.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { julia } from './index.ts';

const archive = 'osv-scalibr-language';
const listers = [
  ['language/julia/manifesttoml', 'app/Manifest.toml', 'lockfile'],
  ['language/julia/projecttoml', 'app/Project.toml', 'manifest'],
] as const;

describe.skipIf(!hasShared).each(hasShared ? listers : [])(
  `%s${hasShared ? '' : `: ${sharedAbsent}`}`,
  (lister, shownAs, evidence) => {
    it.each(fixtureCases(archive, lister).map((one) => [one.title, one] as const))('%s', async (_, one) => {
      const content = fixtureFiles(archive, one.path).get('');

      const { packages, problems } = await readFixture(julia.analyzers, new Map([[shownAs, content!]]));

      tally(named(one.packages), named(packages));
      expect(named(packages)).toEqual(named(one.packages));
      expect(packages.every((found) => found.type === 'julia' && found.evidence === evidence)).toBe(true);
      if (one.expectError === true) expect(problems).toMatchObject([{ code: 'lockfile.unreadable' }]);
      else expect(problems).toEqual([]);
    });
  },
);

describe.skipIf(!hasShared)('the project of osv-scalibr', () => {
  it.each([
    ['in a depot', 'root/.julia/packages/StaticArraysCore/7xxEJ/Project.toml'],
    ['that comes with Julia', 'usr/local/julia/share/julia/stdlib/v1.11/StaticArraysCore/Project.toml'],
  ])('is installed %s, with the uuid that its purl asks for', async (_, path) => {
    const content = fixtureFiles(archive, 'language/julia/projecttoml/testdata/project.toml').get('');

    const { packages, problems } = await readFixture(julia.analyzers, new Map([[path, content!]]));

    expect(problems).toEqual([]);
    expect(packages).toEqual([
      {
        type: 'julia',
        name: 'StaticArraysCore',
        version: '1.4.3',
        qualifiers: { uuid: '1e83bf80-4336-4d27-bf5d-d5a4f845583c' },
        location: path,
      },
    ]);
  });
});
