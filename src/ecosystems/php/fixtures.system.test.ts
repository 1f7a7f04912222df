import { describe, expect, it } from 'vitest';
import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { fixtureFiles, named, readFixture } from '../../../test/support/language-fixtures.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { php } from './index.ts';

holdsFixturesOf({
  analyzers: php.analyzers,
  type: 'composer',
  listers: [
    ['osv-scalibr-language', 'language/php/composerlock', 'app/composer.lock'],
    ['syft', 'php', 'app/composer.lock'],
  ],
  // Of PEAR and PECL, which `pear` reads.
  where: ({ path }) => !path.endsWith('.reg'),
  explained: {
    // Syft leaves out what is for development; it is in group `dev` here, as osv-scalibr has it.
    'php/testdata/composer.lock': ['behat/gherkin@v4.6.2', 'codeception/codeception@4.1.6'],
  },
  evidence: () => 'lockfile',
  also(packages, one) {
    for (const { name, version, groups } of one.packages) {
      const ours = packages.filter((found) => found.name === name && found.version === version);
      expect(ours.map((found) => found.groups)).toContainEqual(groups);
    }
  },
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
