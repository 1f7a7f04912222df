import { describe, expect, it } from 'vitest';
import type { Analyzer } from '../../src/model/analyzer.ts';
import type { PackageRecord } from '../../src/model/fact.ts';
import type { ProblemCode } from '../../src/model/problem.ts';
import {
  type FixtureArchive,
  type FixtureCase,
  type FoundPackage,
  fixtureCases,
  fixtureFiles,
  named,
  readFixture,
  tally,
} from './language-fixtures.ts';
import { hasShared } from './shared.ts';

/** Readers of files that stand by themselves, with what is known to be right. */
interface HeldFixtures {
  readonly analyzers: readonly Analyzer[];
  /** Of all that is found. */
  readonly type: string;
  /** Where the data has cases, and the path under which the file of one is shown. */
  readonly listers: readonly (readonly [
    archive: FixtureArchive,
    lister: string,
    shownAs: string | ((path: string) => string),
  ])[];
  /** Cases that are others' are passed over. */
  readonly where?: (one: FixtureCase) => boolean;
  /** Packages that only we list, by the path of the case. */
  readonly explained?: Readonly<Record<string, readonly string[]>>;
  /** Why a package is listed, by the path that is shown; absent: not looked at. */
  readonly evidence?: (shownAs: string) => PackageRecord['evidence'];
  /** What is said of a file that is none. */
  readonly problem?: ProblemCode;
  /** What else is right. */
  readonly also?: (packages: readonly FoundPackage[], one: FixtureCase) => void;
}

/** Holds readers against the packages that others find in their own test data. */
export function holdsFixturesOf(held: HeldFixtures): void {
  const { analyzers, type, listers, where = () => true, explained = {}, evidence, also } = held;
  const { problem = 'lockfile.unreadable' } = held;
  describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister, shownAs) => {
    const cases = fixtureCases(archive, lister).filter(where);

    it.each(cases.map((one) => [one.title, one] as const))('%s', async (_, one) => {
      const path = typeof shownAs === 'string' ? shownAs : shownAs(one.path);
      const content = fixtureFiles(archive, one.path).get('');

      const { packages, problems } = await readFixture(analyzers, new Map([[path, content!]]));

      tally(named(one.packages), named(packages));
      expect(named(packages)).toEqual([...named(one.packages), ...(explained[one.path] ?? [])].sort());
      expect(packages.filter((found) => found.type !== type)).toEqual([]);
      if (evidence !== undefined) expect(packages.filter((found) => found.evidence !== evidence(path))).toEqual([]);
      expect(problems.map(({ code }) => code)).toEqual(one.expectError === true ? [problem] : []);
      also?.(packages, one);
    });
  });
}
