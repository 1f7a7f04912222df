import { describe, expect, it } from 'vitest';
import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { fixtureFiles, readFixture } from '../../../test/support/language-fixtures.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { julia } from './index.ts';

const archive = 'osv-scalibr-language';

holdsFixturesOf({
  analyzers: julia.analyzers,
  type: 'julia',
  listers: [
    [archive, 'language/julia/manifesttoml', 'app/Manifest.toml'],
    [archive, 'language/julia/projecttoml', 'app/Project.toml'],
  ],
  evidence: (shownAs) => (shownAs.endsWith('Manifest.toml') ? 'lockfile' : 'manifest'),
});

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
