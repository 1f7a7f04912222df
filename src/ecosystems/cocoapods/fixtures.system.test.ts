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
import { cocoapods } from './index.ts';

const listers: readonly (readonly [FixtureArchive, string])[] = [
  ['osv-scalibr-language', 'language/swift/podfilelock'],
  ['syft', 'swift'],
];

describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister) => {
  const cases = fixtureCases(archive, lister).filter(({ path }) => archive !== 'syft' || path.endsWith('Podfile.lock'));

  it.each(cases.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const content = fixtureFiles(archive, one.path).get('');

    for (const [path, evidence] of [
      ['app/Podfile.lock', 'lockfile'],
      ['app/Pods/Manifest.lock', undefined],
    ] as const) {
      const { packages, problems } = await readFixture(cocoapods.analyzers, new Map([[path, content!]]));

      tally(named(one.packages), named(packages));
      expect(named(packages)).toEqual(named(one.packages));
      expect(packages.every((pkg) => pkg.type === 'cocoapods' && pkg.evidence === evidence)).toBe(true);
      const code = evidence === undefined ? 'file.format' : 'lockfile.unreadable';
      expect(problems).toEqual(one.expectError === true ? [expect.objectContaining({ code })] : []);
    }
  });
});
