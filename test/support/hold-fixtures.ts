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
} from './language-fixtures.ts';
import { hasShared } from './shared.ts';

/** Readers of files that stand by themselves, with what is known to be right. */
interface HeldFixtures {
  readonly analyzers: readonly Analyzer[];
  /** Of all that is found; absent: not looked at. */
  readonly type?: string;
  /** Where the data has cases, and the path under which the file of one is shown. */
  readonly listers: readonly (readonly [
    archive: FixtureArchive,
    lister: string,
    shownAs: string | ((path: string) => string),
  ])[];
  /** Cases that are others' are passed over. */
  readonly where?: (one: FixtureCase) => boolean;
  /** Files that are shown beside that of a case: their paths in the archive by those under which they are shown. */
  readonly beside?: (path: string, shownAs: string) => Readonly<Record<string, string>>;
  /** How both sides write `name@version`, for publishers that write it in several ways. */
  readonly plain?: (name: string) => string;
  /** Packages that only we list, by the path of the case. */
  readonly explained?: Readonly<Record<string, readonly string[]>>;
  /** What is expected and has another name here, or is not so, by the path of the case. */
  readonly corrected?: Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;
  /** What is compared of all that is found. Default: everything. */
  readonly of?: (packages: readonly FoundPackage[], shownAs: string) => readonly FoundPackage[];
  /** Why a package is listed, by the path that is shown; absent: not looked at. */
  readonly evidence?: (shownAs: string) => PackageRecord['evidence'];
  /** What is said of a file that is none. */
  readonly problem?: ProblemCode | ((shownAs: string) => ProblemCode);
  /** Cases without an expected error of which that is said too. */
  readonly stricter?: readonly string[];
  /** What else is right. */
  readonly also?: (packages: readonly FoundPackage[], one: FixtureCase, content: Buffer) => void;
}

/** Holds readers against the packages that others find in their own test data. */
export function holdsFixturesOf(held: HeldFixtures): void {
  const { analyzers, type, listers, where = () => true, beside, plain = (name) => name, evidence, also } = held;
  const { explained = {}, corrected = {}, of = (all) => all, problem = 'lockfile.unreadable', stricter = [] } = held;
  describe.skipIf(!hasShared).each(listers)('%s %s %s', (archive, lister, shownAs) => {
    const cases = fixtureCases(archive, lister).filter(where);

    it.each(cases.map((one) => [one.title, one] as const))('%s', async (_, one) => {
      const path = typeof shownAs === 'string' ? shownAs : shownAs(one.path);
      // The archive leaves out files without bytes.
      const content = [...fixtureFiles(archive, one.path).values()][0] ?? Buffer.alloc(0);
      const files = new Map([[path, content]]);
      for (const [name, from] of Object.entries(beside?.(one.path, path) ?? {})) {
        const other = fixtureFiles(archive, from).get('');
        if (other !== undefined) files.set(name, other);
      }

      const { packages, problems } = await readFixture(analyzers, files);

      const found = named(of(packages, path)).map(plain).sort();
      const expected = named(one.packages).map(plain);
      const corrections = corrected[one.path] ?? {};
      const right = expected.flatMap((name) => (Object.hasOwn(corrections, name) ? (corrections[name] ?? []) : name));
      expect(found).toEqual([...right, ...(explained[one.path] ?? [])].sort());
      if (type !== undefined) expect(packages.filter((other) => other.type !== type)).toEqual([]);
      if (evidence !== undefined) expect(packages.filter((other) => other.evidence !== evidence(path))).toEqual([]);
      const isTold = one.expectError === true || stricter.includes(one.path);
      const code = typeof problem === 'string' ? problem : problem(path);
      expect(problems.map((told) => told.code)).toEqual(isTold ? [code] : []);
      also?.(packages, one, content);
    });
  });
}
