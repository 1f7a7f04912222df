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
import { ruby } from './index.ts';

const SPECIFICATION = 'usr/lib/ruby/gems/3.3.0/specifications/x-1.gemspec';

/** Lister -> the path under which the file of a case is shown. */
const listers: readonly (readonly [FixtureArchive, string, (path: string) => string])[] = [
  ['osv-scalibr-language', 'language/ruby/gemfilelock', () => 'app/Gemfile.lock'],
  ['osv-scalibr-language', 'language/ruby/gemspec', () => SPECIFICATION],
  ['syft', 'ruby', (path) => (path.endsWith('.lock') ? 'app/Gemfile.lock' : SPECIFICATION)],
];

/** Packages that only we list, by case. There is none. */
const explained: Readonly<Record<string, readonly string[]>> = {};

describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister, shownAs) => {
  it.each(fixtureCases(archive, lister).map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const content = fixtureFiles(archive, one.path).get('');

    const { packages, problems } = await readFixture(ruby.analyzers, new Map([[shownAs(one.path), content!]]));

    tally(named(one.packages), named(packages));
    expect(named(packages)).toEqual([...named(one.packages), ...(explained[one.path] ?? [])].sort());
    expect(packages.every(({ type }) => type === 'gem')).toBe(true);
    if (one.expectError === true) expect(problems).toMatchObject([{ code: 'file.format' }]);
    else if (one.packages.length > 0) expect(problems).toEqual([]);
  });
});
