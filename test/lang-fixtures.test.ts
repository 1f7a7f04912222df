import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Analyzer } from '../src/model/analyzer.ts';
import { apkInstalled } from '../src/packages/apk/installed.ts';
import { pacmanLocal } from '../src/packages/pacman/local.ts';
import {
  type FixtureArchive,
  fixtureArchives,
  fixtureCases,
  fixtureFiles,
  fixtureListers,
  fixturePaths,
  named,
} from './support/language-fixtures.ts';
import { readLayerWith } from './support/layers.ts';
import { projectRoot } from './support/run.ts';
import { hasShared, sharedAbsent } from './support/shared.ts';

/* All that others find in their own test data, and who is held against it here: nothing of it is left out without a reason. */

/** Listers that are compared below, since no ecosystem does it, and where the file of a case that is one file is shown. */
const compared: readonly (readonly [lister: string, analyzer: Analyzer, file: string])[] = [
  ['alpine', apkInstalled, 'lib/apk/db/installed'],
  ['arch', pacmanLocal, 'var/lib/pacman/local/a-1-1/desc'],
];

/** Listers whose packages nobody here looks for. */
const uncovered: Readonly<Record<string, string>> = {
  'osv-scalibr-language language/gleam/gleamtoml': 'named and not read (src/ecosystems/listed)',
  'osv-scalibr-os-sbom os/flatpak': 'named and not read (src/ecosystems/listed)',
  'osv-scalibr-os-sbom os/spack': 'named and not read (src/ecosystems/listed)',
  'osv-scalibr-os-sbom runtime/mise': 'named and not read (src/ecosystems/listed)',
  'syft githubactions': 'actions run at their host, not in the image',
};

/** Folders of which no packages are recorded: their publishers test other things with them, or in a way that left no list. */
const withoutExpectations: Readonly<Record<string, string>> = {
  'osv-scalibr-os-sbom runtime/asdf': 'what a project wants to be installed',
  'osv-scalibr-os-sbom runtime/nodejs': 'what a project wants to be installed',
  'syft bitnami': 'the lists that Bitnami ships, without what is in them',
  'syft debian': 'files beside a database of dpkg, which osv-scalibr has with its packages (os/dpkg)',
  'syft nix': 'two paths of a store (src/ecosystems/nix tries them)',
  'syft ocaml': 'files of opam, of which osv-scalibr has others with their packages (language/ocaml/opam)',
  'syft terraform': 'a lockfile of providers, which run where the infrastructure is made',
};

/** Packages that only we find, by case. */
const explained: Readonly<Record<string, readonly string[]>> = {};

/** `language/python` of a file of osv-scalibr, `python` of one of syft. */
function folderOf(archive: FixtureArchive, file: string): string {
  return file
    .split('/')
    .slice(0, archive === 'syft' ? 1 : 2)
    .join('/');
}

/** Tests of the source that compare what is found with what is expected. */
const tests: readonly string[] = globSync('src/**/*.test.ts', { cwd: projectRoot })
  .map((file) => readFileSync(path.join(projectRoot, file), 'utf8'))
  .filter(
    (text) => (text.includes('language-fixtures.ts') && /\bnamed\(/.test(text)) || /\bholdsFixturesOf\(/.test(text),
  );

/** Whether a test names a lister: `'language/php/composerlock'`, `('syft', 'php')`, `scalibr('pylock'` where it is Python's. */
function isClaimed(archive: FixtureArchive, lister: string): boolean {
  if (archive === 'syft') {
    const named = new RegExp(`'syft'[^\\n]{0,40}'${lister}'`);
    return compared.some(([name]) => name === lister) || tests.some((text) => named.test(text));
  }
  const last = lister.slice(lister.lastIndexOf('/') + 1);
  const folder = lister.slice(0, lister.lastIndexOf('/'));
  return tests.some(
    (text) => text.includes(`'${lister}'`) || (text.includes(`\`${folder}/\${`) && text.includes(`('${last}'`)),
  );
}

describe.skipIf(!hasShared)(`what others find in their test data${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  const archives = hasShared ? fixtureArchives : [];
  const listers = archives.flatMap((archive) =>
    [...fixtureListers(archive).keys()].map((lister) => ({ archive, lister, key: `${archive} ${lister}` })),
  );

  it.each(listers)('$key is compared by somebody, or has a reason', ({ archive, lister, key }) => {
    const reason = Object.hasOwn(uncovered, key) ? uncovered[key] : undefined;

    // A reason is no longer one when somebody compares it.
    expect([isClaimed(archive, lister), reason !== undefined]).toEqual([reason === undefined, reason !== undefined]);
  });

  it.each(archives)('%s has no folder that nobody knows', (archive) => {
    const folders = new Set(fixturePaths(archive).map((file) => folderOf(archive, file)));
    const known = new Set([...fixtureListers(archive).keys()].map((lister) => folderOf(archive, lister)));
    const stated = Object.keys(withoutExpectations)
      .filter((key) => key.startsWith(`${archive} `))
      .map((key) => key.slice(archive.length + 1));

    expect([...folders].filter((folder) => !known.has(folder)).sort()).toEqual(stated);
  });

  it('is all of it', () => {
    const expected = archives.map((archive) =>
      [...fixtureListers(archive).values()].reduce((sum, count) => sum + count, 0),
    );

    expect(expected).toEqual([1082, 112, 493]);
  });

  describe.each(hasShared ? compared : [])('syft %s', (lister, analyzer, file) => {
    it.each(fixtureCases('syft', lister).map((one) => [`${one.title} ${one.path}`, one] as const))(
      '%s',
      async (_, one) => {
        const entries = [...fixtureFiles('syft', one.path)].map(([name, content]) => {
          return { path: name === '' ? file : name, content };
        });

        const { facts } = await readLayerWith(analyzer, entries);

        const packages = facts.flatMap((fact) =>
          fact.kind === 'package' ? [fact.package] : fact.kind === 'package-database' ? fact.packages : [],
        );
        expect(named(packages)).toEqual([...named(one.packages), ...(explained[one.path] ?? [])].sort());
      },
    );
  });
});
