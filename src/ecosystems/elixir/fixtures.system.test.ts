import { describe, expect, it } from 'vitest';
import {
  type ExpectedPackage,
  type FixtureArchive,
  fixtureCases,
  fixtureFiles,
  named,
  readFixture,
  tally,
} from '../../../test/support/language-fixtures.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { elixir } from './index.ts';

const listers: readonly (readonly [FixtureArchive, string, string])[] = [
  ['osv-scalibr-language', 'language/elixir/mixlock', 'app/mix.lock'],
  ['osv-scalibr-language', 'language/erlang/mixlock', 'app/mix.lock'],
  ['syft', 'elixir', 'app/mix.lock'],
  ['syft', 'erlang', 'app/rebar.lock'],
];

/** Syft has the commit for a version where a package comes from a repository; osv-scalibr has none, as we. */
const withoutCommit = (one: ExpectedPackage): ExpectedPackage =>
  /^[0-9a-f]{40}$/.test(one.version) ? { ...one, version: '' } : one;

describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister, shownAs) => {
  it.each(fixtureCases(archive, lister).map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const content = fixtureFiles(archive, one.path).get('');
    const isApplication = one.path.endsWith('.app');
    const path = isApplication ? 'lib/rabbit-3.12.10/ebin/rabbit.app' : shownAs;

    const { packages, problems } = await readFixture(elixir.analyzers, new Map([[path, content!]]));

    const expected = named(one.packages.map(withoutCommit));
    tally(expected, named(packages));
    expect(named(packages)).toEqual(expected);
    expect(new Set(packages.map(({ type }) => type)).size).toBeLessThan(2);
    for (const { purlType, purl } of one.packages) {
      expect(packages[0]?.type).toBe(purlType ?? /^pkg:(\w+)\//.exec(purl ?? 'pkg:hex/')?.[1]);
    }
    const evidence = isApplication ? undefined : 'lockfile';
    expect(packages.every((pkg) => pkg.evidence === evidence)).toBe(true);
    // One entry of this case is damaged, which others pass over in silence.
    const isRead = one.expectError !== true && one.path !== 'language/elixir/mixlock/testdata/invalid';
    expect(problems).toEqual(isRead ? [] : [expect.objectContaining({ code: 'lockfile.unreadable', path: shownAs })]);
  });
});
