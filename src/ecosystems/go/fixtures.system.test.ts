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
import { go } from './index.ts';

/** Lister -> the paths under which the files of a case are shown. */
const listers: readonly (readonly [FixtureArchive, string, (path: string) => ReadonlyMap<string, string>])[] = [
  ['osv-scalibr-language', 'language/golang/gomod', (path) => withSum(path, path.replace(/\.mod$/, '.sum'))],
  ['osv-scalibr-language', 'language/golang/vendormodules', (path) => new Map([[path, 'app/vendor/modules.txt']])],
  ['osv-scalibr-language', 'language/golang/gobinary', (path) => new Map([[path, 'usr/bin/program']])],
  ['syft', 'golang', (path) => withSum(`${folder(path)}/go.mod`, `${folder(path)}/go.sum`)],
];

/** Cases are about a file or its folder. */
function folder(path: string): string {
  return path.replace(/\/go\.mod$/, '');
}

function withSum(mod: string, sum: string): ReadonlyMap<string, string> {
  return new Map([
    [mod, 'app/go.mod'],
    [sum, 'app/go.sum'],
  ]);
}

const gomod = 'language/golang/gomod/testdata';
const gobinary = 'language/golang/gobinary/testdata/binary_with_module_replacement';
const syftMod = 'golang/testdata/go-mod-fixtures';

/** Packages that only we list, by case. */
const explained: Readonly<Record<string, readonly string[]>> = {
  // The module that the directory takes the place of, without the version that is no longer used.
  [`${gomod}/replace-local.mod`]: ['golang.org/x/net@'],
  // The program itself, whose version is said to be (devel).
  [`${gobinary}-linux-amd64`]: ['binary_with_module_replacement@', 'stdlib@1.22.0'],
  [`${gobinary}-windows-amd64`]: ['binary_with_module_replacement@', 'stdlib@1.22.0'],
  // `go 1.14` and its like: osv-scalibr lists the standard library of it, syft does not.
  [`${syftMod}/one-package/go.mod`]: ['stdlib@1.14'],
  [`${syftMod}/relative-replace/go.mod`]: ['stdlib@1.22'],
  [`${syftMod}/many-packages/go.mod`]: ['stdlib@1.14'],
  'golang/testdata/go-sum-hashes': ['stdlib@1.18'],
};

/** What is expected and is not so, by case. */
const wrong: Readonly<Record<string, readonly string[]>> = {
  // A path in the file system is the name of no package; syft names the module here.
  [`${gomod}/replace-local.mod`]: ['./fork/net@'],
  // The same as stdlib, as advisories and osv-scalibr's own lister of go.mod call it.
  [`${gobinary}-linux-amd64`]: ['go@1.22.0'],
  [`${gobinary}-windows-amd64`]: ['go@1.22.0'],
};

/** osv-scalibr takes the letter away, syft keeps it as it is written. */
function plain(names: readonly string[]): string[] {
  return names.map((name) => name.replace(/@v(?=\d)/, '@')).sort();
}

describe.skipIf(!hasShared).each(listers)('%s %s', (archive, lister, shown) => {
  it.each(fixtureCases(archive, lister).map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const files = new Map<string, Buffer>();
    for (const [from, to] of shown(one.path)) {
      const content = fixtureFiles(archive, from).get('');
      // The archive leaves out files without bytes.
      if (content !== undefined || from === one.path) files.set(to, content ?? Buffer.alloc(0));
    }

    const { packages, problems } = await readFixture(go.analyzers, files);

    tally(plain(named(one.packages)), plain(named(packages)));
    const expected = plain(named(one.packages)).filter((name) => !(wrong[one.path] ?? []).includes(name));
    expect(plain(named(packages))).toEqual([...expected, ...(explained[one.path] ?? [])].sort());
    expect(packages.every(({ type }) => type === 'golang')).toBe(true);
    expect(problems).toEqual(
      one.expectError === true ? [expect.objectContaining({ code: 'lockfile.unreadable' })] : [],
    );
  });
});
