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
import { dart } from './index.ts';

const listers: readonly (readonly [FixtureArchive, string])[] = [
  ['osv-scalibr-language', 'language/dart/pubspec'],
  ['syft', 'dart'],
];

/** Packages that only we list, by case. */
const explained: Readonly<Record<string, readonly string[]>> = {
  // Syft leaves out what an SDK brings where the lockfile does not say which one; it is listed as it stands there, as osv-scalibr does.
  'dart/testdata/invalid-sdk/pubspec.lock': ['flutter@0.0.0'],
  'dart/testdata/missing-sdk/pubspec.lock': ['flutter@0.0.0'],
};

describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister) => {
  it.each(fixtureCases(archive, lister).map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const content = fixtureFiles(archive, one.path).get('');
    const isManifest = one.path.endsWith('.yaml');

    const { packages, problems } = await readFixture(
      dart.analyzers,
      new Map([[isManifest ? 'app/pubspec.yaml' : 'app/pubspec.lock', content!]]),
    );

    // What a manifest wants is listed with it; Syft lists the project alone.
    const own = isManifest ? packages.slice(0, 1) : packages;
    expect(
      packages.slice(own.length).every(({ name, evidence }) => {
        return evidence === 'manifest' && content!.toString().includes(`\n  ${name}:`);
      }),
    ).toBe(true);
    tally(named(one.packages), named(own));
    expect(named(own)).toEqual([...named(one.packages), ...(explained[one.path] ?? [])].sort());
    for (const { name, groups } of one.packages.filter((expected) => expected.groups !== undefined)) {
      expect(own.find((found) => found.name === name)?.groups).toEqual(groups);
    }
    expect(packages.every(({ type }) => type === 'pub')).toBe(true);
    expect(problems).toEqual(
      one.expectError === true ? [expect.objectContaining({ code: 'lockfile.unreadable' })] : [],
    );
  });
});
