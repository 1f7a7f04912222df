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
import { rust } from './index.ts';

/** Lister -> the path under which the file of a case is shown. */
const listers: readonly (readonly [FixtureArchive, string, string])[] = [
  ['osv-scalibr-language', 'language/rust/cargolock', 'app/Cargo.lock'],
  ['osv-scalibr-language', 'language/rust/cargotoml', 'app/Cargo.toml'],
  ['osv-scalibr-language', 'language/rust/cargoauditable', 'usr/bin/program'],
  ['syft', 'rust', 'app/Cargo.lock'],
];

const cargotoml = 'language/rust/cargotoml/testdata';

/** Packages that only we list, by case: osv-scalibr lists what is taken from a repository only where the commit is told. */
const explained: Readonly<Record<string, readonly string[]>> = {
  [`${cargotoml}/git-dependency-tagged.toml`]: ['regex@'],
  [`${cargotoml}/git-dependency-with-pr.toml`]: ['regex@'],
  [`${cargotoml}/two-dependencies.toml`]: ['regex@'],
  // Only the dependency of it is damaged.
  [`${cargotoml}/invalid-dependency.toml`]: ['hello_world@0.1.0'],
};

describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister, shownAs) => {
  it.each(fixtureCases(archive, lister).map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const content = fixtureFiles(archive, one.path).get('');

    const { packages, problems } = await readFixture(rust.analyzers, new Map([[shownAs, content!]]));

    tally(named(one.packages), named(packages));
    expect(named(packages)).toEqual([...named(one.packages), ...(explained[one.path] ?? [])].sort());
    expect(packages.every(({ type }) => type === 'cargo')).toBe(true);
    expect(problems).toEqual(
      one.expectError === true ? [expect.objectContaining({ code: 'lockfile.unreadable' })] : [],
    );
  });
});
