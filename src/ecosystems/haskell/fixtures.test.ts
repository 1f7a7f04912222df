import { describe, expect, it } from 'vitest';
import {
  type FixtureArchive,
  fixtureCases,
  fixtureFiles,
  named,
  readFixture,
  tally,
} from '../../../test/support/language-fixtures.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { haskell } from './index.ts';

const listers: readonly (readonly [FixtureArchive, string, string])[] = [
  ['osv-scalibr-language', 'language/haskell/cabal', 'cabal.project.freeze'],
  ['osv-scalibr-language', 'language/haskell/stacklock', 'stack.yaml.lock'],
  ['syft', 'haskell', ''],
];

/** Packages that only we list, by case. */
const explained: Readonly<Record<string, readonly string[]>> = {
  // A constraint without `any.` holds the package to one version as well, where it is a direct dependency.
  'language/haskell/cabal/testdata/valid_2': ['foo@2.4.0.3'],
  // Syft leaves out what comes from a repository, although the lockfile has its version.
  'haskell/testdata/stack.yaml.lock': ['kore@0.60.0.0'],
};

describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister, shownAs) => {
  it.each(fixtureCases(archive, lister).map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const content = fixtureFiles(archive, one.path).get('');
    const name = shownAs === '' ? one.path.slice(one.path.lastIndexOf('/') + 1) : shownAs;

    const { packages, problems } = await readFixture(haskell.analyzers, new Map([[`app/${name}`, content!]]));

    tally(named(one.packages), named(packages));
    expect(named(packages)).toEqual([...named(one.packages), ...(explained[one.path] ?? [])].sort());
    const evidence = name === 'stack.yaml' ? 'manifest' : 'lockfile';
    expect(packages.every((pkg) => pkg.type === 'hackage' && pkg.evidence === evidence)).toBe(true);
    expect(problems).toEqual([]);
  });
});
