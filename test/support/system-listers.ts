import { describe, expect, it } from 'vitest';
import type { Analyzer } from '../../src/model/analyzer.ts';
import type { ProblemCode } from '../../src/model/problem.ts';
import { fixtureCases, fixtureFiles, named, readFixture, tally } from './language-fixtures.ts';
import { hasShared } from './shared.ts';

const SYSTEMS = 'osv-scalibr-os-sbom';

/** A reader that lists what stands in one place of a system, with what is known to be right. */
interface SystemLister {
  readonly analyzers: readonly Analyzer[];
  /** Folder of the corpus of osv-scalibr's readers of systems. */
  readonly folder: string;
  /** Where it looks for its file. */
  readonly path: string;
  /** What it says of a file that it cannot read. */
  readonly problem: ProblemCode;
}

/** Holds a reader against its fixtures, and against files that are none. */
export function holdsFixturesOf({ analyzers, folder, path, problem }: SystemLister): void {
  describe.skipIf(!hasShared)(`osv-scalibr ${folder}`, () => {
    it.each(fixtureCases(SYSTEMS, folder).map((one) => [one.title, one] as const))('%s', async (_, one) => {
      const content = fixtureFiles(SYSTEMS, one.path).get('');

      const { packages, problems } = await readFixture(analyzers, new Map([[path, content!]]));

      tally(named(one.packages), named(packages));
      expect(named(packages)).toEqual(named(one.packages));
      expect(problems.map(({ code }) => code)).toEqual(one.expectError === true ? [problem] : []);
    });
  });

  it.each([
    '',
    '{',
    '[]',
    '<',
    '\0',
    'name',
    '<component>',
    '{"spec":{"nodes":[1,null,{"name":1}]}}',
    'name: a\nversion:',
  ])('finds nothing in %j, and does not fail', async (text) => {
    const { packages } = await readFixture(analyzers, new Map([[path, Buffer.from(text)]]));

    expect(packages).toEqual([]);
  });
}
