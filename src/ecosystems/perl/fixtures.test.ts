import { describe, expect, it } from 'vitest';
import { fixtureCases, fixtureFiles, named, readFixture, tally } from '../../../test/support/language-fixtures.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { perl } from './index.ts';

const archive = 'osv-scalibr-language';

/** Packages that only we list, by case. */
const explained: Readonly<Record<string, readonly string[]>> = {
  // Passed over there, since a META.json stands beside it, which says the same.
  'language/perl/cpan/testdata/META_correct1.yml': ['ExtUtils-Helpers@0.028'],
};

describe.skipIf(!hasShared)(`files of osv-scalibr${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it.each(hasShared ? fixtureCases(archive, 'language/perl/cpan') : [])('$title', async (one) => {
    const content = fixtureFiles(archive, one.path).get('')!;
    const shownAs = `srv/${one.path.endsWith('.yml') ? 'META.yml' : 'META.json'}`;

    const { packages, problems } = await readFixture(perl.analyzers, new Map([[shownAs, content]]));

    tally(named(one.packages), named(packages));
    expect(named(packages)).toEqual([...named(one.packages), ...(explained[one.path] ?? [])].sort());
    expect(packages.every(({ type, evidence }) => type === 'cpan' && evidence === 'manifest')).toBe(true);
    if (one.expectError === true) expect(problems).toMatchObject([{ code: 'lockfile.unreadable' }]);
    else expect(problems).toEqual([]);
  });
});
