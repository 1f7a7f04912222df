import { describe, expect, it } from 'vitest';
import { fixtureCases, fixtureFiles, named, readFixture } from '../../../test/support/language-fixtures.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { r } from './index.ts';

/** Packages that only we list, by case. */
const explained: Readonly<Record<string, readonly string[]>> = {
  // osv-scalibr lists what comes from CRAN alone; a package of GitHub is CRAN's, further on.
  'language/r/renvlock/testdata/with-mixed-sources.lock': ['mime@0.12.1'],
  // Bioconductor's has a type of its own.
  'language/r/renvlock/testdata/with-bioconductor.lock': ['BSgenome@1.60.0'],
  // Nothing tells where it is from.
  'language/r/renvlock/testdata/without-repository.lock': ['morning@0.1.0'],
};

describe.skipIf(!hasShared)(`files of osv-scalibr${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it.each(hasShared ? fixtureCases('osv-scalibr-language', 'language/r/renvlock') : [])('$title', async (one) => {
    const content = fixtureFiles('osv-scalibr-language', one.path).get('');

    const { packages, problems } = await readFixture(r.analyzers, new Map([['app/renv.lock', content!]]));

    expect(named(packages)).toEqual([...named(one.packages), ...(explained[one.path] ?? [])].sort());
    for (const { name, purlType } of one.packages) {
      expect(packages.filter((found) => found.name === name).map(({ type }) => type)).toEqual([purlType]);
    }
    expect(packages.filter(({ type }) => type === 'bioconductor').map(({ name }) => name)).toEqual(
      one.path.includes('bioconductor') ? ['BSgenome'] : [],
    );
    expect(packages.every(({ evidence }) => evidence === 'lockfile')).toBe(true);
    if (one.expectError === true) expect(problems).toMatchObject([{ code: 'lockfile.unreadable' }]);
    else expect(problems).toEqual([]);
  });
});

describe.skipIf(!hasShared)(`files of syft${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it.each(hasShared ? fixtureCases('syft', 'r') : [])('$title', async (one) => {
    const files = [...fixtureFiles('syft', one.path)].map(
      ([path, body]) => [`usr/lib/R/library/${path}`, body] as const,
    );

    const { packages, problems } = await readFixture(r.analyzers, new Map(files));

    expect(problems).toEqual([]);
    expect(named(packages)).toEqual(named(one.packages));
    // The second one says nothing of having been built.
    expect(packages.map(({ name, type, evidence }) => [name, type, evidence])).toEqual([
      ['base', 'cran', undefined],
      ['stringr', 'cran', 'manifest'],
    ]);
  });

  it.each([
    ['map-parse/no-name', undefined],
    ['map-parse/no-version', 'its package has no version; its packages are not known'],
    ['map-parse/bad', undefined],
  ])('%s, where others have such files, too', async (path, message) => {
    const content = fixtureFiles('syft', `r/testdata/${path}`).get('');

    const { packages, problems } = await readFixture(r.analyzers, new Map([['srv/DESCRIPTION', content!]]));

    expect(packages).toEqual([]);
    expect(problems.map((problem) => problem.message)).toEqual(message === undefined ? [] : [message]);
  });
});
