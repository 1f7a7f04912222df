import { describe, expect, it } from 'vitest';
import {
  type FixtureArchive,
  type FixtureCase,
  type FoundPackage,
  fixtureCases,
  fixtureFiles,
  named,
  readFixture,
} from '../../../test/support/language-fixtures.ts';
import { hasShared, sharedAbsent } from '../../../test/support/shared.ts';
import { nodeLockfiles } from './lockfiles.ts';
import { nodePackages } from './packages.ts';

/** Under which path the file of a case is shown, by its lister. */
const shownAs: readonly (readonly [lister: string, path: (file: string) => string])[] = [
  ['language/javascript/bunlock', () => 'app/bun.lock'],
  ['language/javascript/denojson', () => 'app/deno.json'],
  ['language/javascript/denotssource', () => 'app/main.ts'],
  ['language/javascript/packagejson', () => 'app/package.json'],
  [
    'language/javascript/packagelockjson',
    (file) => (file.endsWith('npm-shrinkwrap.json') ? 'app/npm-shrinkwrap.json' : 'app/package-lock.json'),
  ],
  ['language/javascript/pnpmlock', () => 'app/pnpm-lock.yaml'],
  ['language/javascript/vsix', () => 'app/extension.vsix'],
  ['language/javascript/yarnlock', () => 'app/yarn.lock'],
];

/** Files that stand beside that of a case. */
const beside: Readonly<Record<string, readonly string[]>> = {
  // Sources count where Deno is used.
  'language/javascript/denotssource/testdata/importSpecifiers.tstest': ['deno.json'],
  'language/javascript/packagelockjson/testdata/both/package-lock.json': ['npm-shrinkwrap.json'],
};

/** What syft reads by its name; files that have another one are shown as that. */
function syftPath(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (file.includes('/pkg-json/')) return 'app/package.json';
  if (file.includes('/pkg-lock/')) return 'app/package-lock.json';
  return `app/${name}`;
}

const root = 'the project itself, which other files of the same kind are expected to list';
const shortened =
  'asked for in `dependencies`, as another file that was shortened is expected to be read (pnpm/pnpm-lock.yaml)';
const forDevelopment = 'for development, which syft leaves out unless it is asked: it says so (group dev)';

/** What we find beyond what a case expects: by the case, each package with the reason. */
const explained: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'commits: language/javascript/packagelockjson/testdata/commits.v2.json': { 'bump-test@0.0.1': root },
  'bundled_dependencies_are_grouped: language/javascript/packagelockjson/testdata/bundled-dependencies.v3.json': {
    'npm-bundled@1.0.0': root,
  },
  'TypeScript file contains direct package imports: language/javascript/denotssource/testdata/importSpecifiers.tstest':
    {
      '@luca/cases@1.0.0': 'a name of JSR has its @ (docs of jsr.io, and what syft expects of deno.lock)',
      'deno.land/x/openai@4.69.0': 'a module of deno.land is no package of npm, whoever has its name there',
    },
  'deno.json with basic fields: language/javascript/denojson/testdata/deno.json': {
    '@std1/path1@^1': 'a name of JSR has its @ (docs of jsr.io, and what syft expects of deno.lock)',
  },
  'TestParseBunLock_ExcludeDevDependencies: javascript/test-fixtures/bun/bun.lock': {
    'eslint-visitor-keys@4.0.0': forDevelopment,
    'eslint@9.0.0': forDevelopment,
    'typescript@5.0.0': forDevelopment,
  },
  'TestParsePackageLockV1NestedDependencies: javascript/testdata/pkg-lock/nested-package-lock-1.json': {
    'dev-nested@1.0.0': 'below one for development, though it does not say so itself',
    'dev-parent@1.0.0': forDevelopment,
  },
  'multiple versions: language/javascript/pnpmlock/testdata/multiple-versions.v9.yaml': {
    'aws-sdk@2.1602.0': shortened,
  },
  'multiple versions: language/javascript/pnpmlock/testdata/multiple-versions.yaml': { 'aws-sdk@2.1087.0': shortened },
  'invalid dep path: language/javascript/pnpmlock/testdata/invalid-path.yaml': { 'test@1.2.3': shortened },
  'invalid dep paths (first error): language/javascript/pnpmlock/testdata/invalid-paths.yaml': {
    'test@1.2.3': shortened,
  },
  'invalid dep paths (second error): language/javascript/pnpmlock/testdata/invalid-paths.yaml': {
    'test@1.2.3': shortened,
  },
  'peer dependencies advanced: language/javascript/pnpmlock/testdata/peer-dependencies-advanced.yaml': {
    'typescript@4.6.2': shortened,
  },
  'exotic: language/javascript/pnpmlock/testdata/exotic.yaml': { '@typescript-eslint/types@5.13.0': shortened },
  'TestParsePackageLockV2: javascript/testdata/pkg-lock/package-lock-2.json': { 'async@3.2.4': forDevelopment },
  'TestParsePackageLockV3: javascript/testdata/pkg-lock/package-lock-3.json': { 'async@3.2.4': forDevelopment },
  'TestParsePnpmLock_ExcludeDevDependencies: javascript/testdata/pnpm/pnpm-lock.yaml': {
    '@bcoe/v8-coverage@0.2.3': forDevelopment,
  },
};

/** What a case expects that we call otherwise; it stands in `explained` under our name. */
const otherwise: Readonly<Record<string, string>> = {
  'luca/cases@1.0.0': '@luca/cases@1.0.0',
  'openai@4.69.0': 'deno.land/x/openai@4.69.0',
  'std1/path1@^1': '@std1/path1@^1',
};

async function read(archive: FixtureArchive, one: FixtureCase, shown: string): Promise<ReturnType<typeof readFixture>> {
  const files = new Map<string, Buffer>();
  for (const [name, content] of fixtureFiles(archive, one.path))
    files.set(name === '' ? shown : `app/${name}`, content);
  const folder = one.path.slice(0, one.path.lastIndexOf('/'));
  for (const name of beside[one.path] ?? [])
    files.set(`app/${name}`, fixtureFiles(archive, `${folder}/${name}`).get('')!);
  return await readFixture([nodePackages, nodeLockfiles], files);
}

function check(one: FixtureCase, packages: readonly FoundPackage[], shown: string): void {
  const expected = named(one.packages);
  const known = new Set(expected.map((name) => otherwise[name] ?? name));
  const wants = shown.endsWith('package.json') && one.options?.['includeDeps'] !== true;
  const own = packages.filter(({ location, evidence, name, version }) => {
    if (beside[one.path] !== undefined && location !== shown) return false;
    // What a package.json asks for is expected of those cases alone that are read so.
    return !(wants && evidence === 'manifest') || known.has(`${name}@${version}`);
  });
  const found = named(own);
  expect([...known].filter((name) => !found.includes(name))).toEqual([]);
  for (const { name, version, groups } of one.packages) {
    if (groups === undefined || version === '') continue; // several repositories have one name, and no version
    expect(own.find((pkg) => pkg.name === name && pkg.version === version)?.groups, name).toEqual([...groups].sort());
  }
  const reasons = explained[`${one.title}: ${one.path}`] ?? {};
  expect(found.filter((name) => !expected.includes(name))).toEqual(Object.keys(reasons).sort());
}

/** What cannot be read of a file that only asks for packages leaves nothing unjudged. */
const codeOf = (lister: string): string =>
  lister === 'language/javascript/packagejson' ? 'file.format' : 'lockfile.unreadable';

describe.skipIf(!hasShared)(`files of osv-scalibr${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  describe.each(hasShared ? shownAs : [])('%s', (lister, path) => {
    it.each(fixtureCases('osv-scalibr-language', lister))('$title ($path)', async (one) => {
      const shown = path(one.path);
      const { packages, problems } = await read('osv-scalibr-language', one, shown);

      check(one, packages, shown);
      if (one.expectError === true) expect(problems).toMatchObject([{ code: codeOf(lister), path: shown }]);
    });
  });
});

describe.skipIf(!hasShared)(`files of syft${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it.each(hasShared ? fixtureCases('syft', 'javascript') : [])('$title ($path)', async (one) => {
    const shown = syftPath(one.path);
    const { packages } = await read('syft', one, shown);

    check(one, packages, shown);
  });
});

it.skipIf(!hasShared)(`explains no case that is not there${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  const cases = [
    ...shownAs.flatMap(([lister]) => fixtureCases('osv-scalibr-language', lister)),
    ...fixtureCases('syft', 'javascript'),
  ].map(({ title, path }) => `${title}: ${path}`);

  expect(Object.keys(explained).filter((key) => !cases.includes(key))).toEqual([]);
});
