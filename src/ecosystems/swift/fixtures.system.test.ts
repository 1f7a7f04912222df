import { describe, expect, it } from 'vitest';
import {
  type FixtureArchive,
  fixtureCases,
  fixtureFiles,
  named,
  readFixture,
} from '../../../test/support/language-fixtures.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { packagePurl } from '../../model/purl.ts';
import { swift } from './index.ts';

const listers: readonly (readonly [FixtureArchive, string])[] = [
  ['osv-scalibr-language', 'language/swift/packageresolved'],
  ['syft', 'swift'],
];

describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister) => {
  const cases = fixtureCases(archive, lister).filter(({ path }) => !path.endsWith('Podfile.lock'));

  it.each(cases.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const content = fixtureFiles(archive, one.path).get('');

    const { packages, problems } = await readFixture(swift.analyzers, new Map([['app/Package.resolved', content!]]));

    // Syft's names are the last part of ours; its package URLs are the same.
    const isSyft = archive === 'syft';
    const expected = isSyft ? one.packages.map(({ purl }) => purl ?? '').sort() : named(one.packages);
    const found = isSyft ? packages.map((pkg) => packagePurl(pkg)).sort() : named(packages);
    expect(found).toEqual(expected);
    expect(packages.every(({ type, evidence }) => type === 'swift' && evidence === 'lockfile')).toBe(true);
    expect(problems).toEqual(
      one.expectError === true ? [expect.objectContaining({ code: 'lockfile.unreadable' })] : [],
    );
  });

  it('leaves pods to the folder of CocoaPods', () => {
    expect(fixtureCases(archive, lister).length - cases.length).toBe(archive === 'syft' ? 1 : 0);
  });
});
