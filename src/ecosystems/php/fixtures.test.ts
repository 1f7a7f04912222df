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
import { php } from './index.ts';

/** Cases of PEAR and PECL, which are no packages of Composer: `pear` reads them. */
const other = /\.reg$/;

/** Lister -> the path under which the file of a case is shown. */
const listers: readonly (readonly [FixtureArchive, string, string])[] = [
  ['osv-scalibr-language', 'language/php/composerlock', 'app/composer.lock'],
  ['syft', 'php', 'app/composer.lock'],
];

/** Packages that only we list, by case. */
const explained: Readonly<Record<string, readonly string[]>> = {
  // Syft leaves out what is for development; it is in group `dev` here, as osv-scalibr has it.
  'php/testdata/composer.lock': ['behat/gherkin@v4.6.2', 'codeception/codeception@4.1.6'],
};

describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister, shownAs) => {
  const cases = fixtureCases(archive, lister).filter(({ path }) => !other.test(path));

  it.each(cases.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const content = fixtureFiles(archive, one.path).get('');

    const { packages, problems } = await readFixture(php.analyzers, new Map([[shownAs, content!]]));

    tally(named(one.packages), named(packages));
    expect(named(packages)).toEqual([...named(one.packages), ...(explained[one.path] ?? [])].sort());
    for (const { name, version, groups } of one.packages) {
      const ours = packages.filter((found) => found.name === name && found.version === version);
      expect(ours.map((found) => found.groups)).toContainEqual(groups);
    }
    expect(packages.every(({ type, evidence }) => type === 'composer' && evidence === 'lockfile')).toBe(true);
    if (one.expectError === true) expect(problems).toMatchObject([{ code: 'lockfile.unreadable' }]);
    else expect(problems).toEqual([]);
  });

  it('leaves out what is not of Composer', () => {
    expect(fixtureCases(archive, lister).length - cases.length).toBe(archive === 'syft' ? 4 : 0);
  });
});

describe.skipIf(!hasShared)('syft php, installed.json of Composer', () => {
  it.each([
    ['1', 'php/testdata/vendor/composer_1/installed.json', undefined],
    ['2', 'php/testdata/vendor/composer_2/installed.json', ['dev']],
  ])('%s', async (_, path, groups) => {
    const content = fixtureFiles('syft', path).get('');

    const { packages, problems } = await readFixture(
      php.analyzers,
      new Map([['var/www/vendor/composer/installed.json', content!]]),
    );

    expect(problems).toEqual([]);
    expect(named(packages)).toEqual(['asm89/stack-cors@1.3.0', 'behat/mink@v1.8.1']);
    expect(packages.map((one) => [one.evidence, one.groups])).toEqual([
      [undefined, undefined],
      [undefined, groups],
    ]);
  });
});
