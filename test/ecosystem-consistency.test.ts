import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { allFeeds } from '../src/cli/select-feeds.ts';
import { ecosystems } from '../src/ecosystems/index.ts';
import { matchPackages } from '../src/match/match.ts';
import { askedBy } from './support/asked-namespaces.ts';
import { languageSamples, unwatchedSamples } from './support/language-samples.ts';
import { projectRoot } from './support/run.ts';
import { advisoriesOf, makeAdvisory, makePackage, makeView } from './support/view.ts';

const table = ecosystems.map((ecosystem) => ({ ecosystem, id: ecosystem.id }));
const read = (file: string): string => readFileSync(path.join(projectRoot, file), 'utf8');

/** Distributions whose publishers tell no days. */
const endsUnknown: ReadonlySet<string> = new Set(['listed', 'openeuler']);

/** Languages of which the reference data has what others find. */
const compared = [
  'cocoapods',
  'conan',
  'dart',
  'dotnet',
  'elixir',
  'go',
  'haskell',
  'java',
  'julia',
  'lua',
  'node',
  'ocaml',
  'perl',
  'php',
  'python',
  'r',
  'ruby',
  'rust',
  'swift',
  'vcpkg',
];

describe.each(table)('$id', ({ ecosystem, id }) => {
  const tests = globSync(`src/ecosystems/${id}/*.test.ts`, { cwd: projectRoot });
  const words = tests.map(read).join('\n');

  const isLanguage = ecosystem.detect === undefined;

  it.skipIf(isLanguage)('has tests of its detection', () => {
    // By itself, or by an image with its release file.
    expect(words).toMatch(/\bdetect\w*\(|\brelease: |os-release/);
  });

  it.runIf(isLanguage)('has no releases', () => {
    expect(ecosystem.releases ?? []).toEqual([]);
    expect(ecosystem.infer).toBeUndefined();
  });

  it.runIf(compared.includes(id))('is held against what others find in the reference data', () => {
    expect(words).toMatch(/\b(?:fixtureCases|holdsFixturesOf)\(/);
  });

  it('has a test that judges an image', () => {
    const judged = /\b(?:scanOne|scanJudged|scanImage|judged)\b/.test(words);
    const elsewhere = globSync('test/e2e/*.test.ts', { cwd: projectRoot }).some((file) =>
      read(file).includes(`ecosystems/${id}/`),
    );
    // test/languages.test.ts judges images with a package of each of these.
    const sampled = [...languageSamples, ...unwatchedSamples].some((sample) => sample.id === id);
    expect(judged || elsewhere || sampled).toBe(true);
  });

  it.skipIf(endsUnknown.has(id))('says of each release when its updates end, unless it is never finished', () => {
    const { releases = [] } = ecosystem;
    // `rolling` is no release.
    const undated = releases.filter(({ endOfLife, version }) => endOfLife === undefined && version !== 'rolling');
    const open = undated.map((one) => one.version);
    // The next one that is being made, and those that end when their maker says so.
    expect(open.length <= 2 || open.length < releases.length / 2, open.join(', ')).toBe(true);
  });

  it('stands in docs/ecosystems.md with its feeds', () => {
    const page = read('docs/ecosystems.md');
    expect(page).toContain(`## ${ecosystem.displayName}\n`);
    for (const { name } of ecosystem.feeds) expect(page).toContain(`\`${name}\``);
  });
});

describe('what is judged by whom', () => {
  it('a purl type is of one language, or of distributions alone', () => {
    const languages = ecosystems.filter(({ detect }) => detect === undefined);
    const types = languages.flatMap((one) => one.types);
    const others = ecosystems.filter(({ detect }) => detect !== undefined).flatMap((one) => one.types);

    expect(new Set(types).size).toBe(types.length);
    expect(types.filter((type) => others.includes(type))).toEqual([]);
  });

  it.each(table.filter(({ ecosystem }) => ecosystem.detect === undefined && ecosystem.feeds.length > 0))(
    'a package of $id is judged by its language, whatever distribution the image is of, and by no other',
    ({ ecosystem }) => {
      const { types, namespaces } = ecosystem;
      const pkg = makePackage('hull', '1.0', { type: types[0]! });
      const own = new Set(namespaces(pkg));
      const elsewhere = new Set(
        ecosystems
          .flatMap((one) =>
            one.detect === undefined
              ? one.namespaces(makePackage('hull', '1.0', { type: one.types[0]! }))
              : [...askedBy(one)],
          )
          .filter((namespace) => !own.has(namespace)),
      );
      const row = { package: 'hull', ranges: [{ fixed: '99' }] };
      const [first] = own;
      const told = [first!, ...elsewhere].flatMap((namespace) =>
        (['binary', 'source'] as const).map((nameKind) => ({ ...row, namespace, nameKind })),
      );
      const source = advisoriesOf({
        own: [makeAdvisory('CVE-2024-1000', told.slice(0, 1))],
        others: [makeAdvisory('CVE-2024-2000', told.slice(2))],
      });

      for (const distribution of [undefined, ...ecosystems.map(({ releases }) => releases?.at(-1))]) {
        const view = makeView({ ...(distribution && { distribution }), packages: [pkg] });
        expect(matchPackages(view, ecosystems, source).findings.map(({ id }) => id)).toEqual(['CVE-2024-1000']);
      }
    },
  );

  it.each(table.filter(({ ecosystem }) => ecosystem.detect !== undefined && ecosystem.feeds.length > 0))(
    'pitfall 22: a package of $id is judged by its distribution alone',
    ({ ecosystem }) => {
      const { releases = [], types } = ecosystem;
      const distribution = releases.at(-1)!;
      const name = 'python3-requests';
      const pkg = makePackage(name, '1.0', {
        type: types[0]!,
        source: { name, version: '1.0' },
        distribution: `${distribution.id}:${distribution.version}`,
      });
      const names = [name, 'requests'];
      const told = ['pypi', 'npm', 'maven', 'nvd', '', 'debian', 'python'].flatMap((namespace) =>
        names.flatMap((one) =>
          (['binary', 'source'] as const).map((nameKind) => ({
            namespace,
            package: one,
            nameKind,
            ranges: [{ fixed: '99' }],
          })),
        ),
      );
      const view = makeView({ distribution, packages: [pkg] });
      const { findings } = matchPackages(
        view,
        ecosystems,
        advisoriesOf({ pypi: [makeAdvisory('CVE-2024-1000', told)] }),
      );

      expect(findings).toEqual([]);
    },
  );
});

describe('pitfall 25: the licence of every feed', async () => {
  const pages = ['docs/ecosystems.md', ...globSync('src/enrichers/*/README.md', { cwd: projectRoot })]
    .map(read)
    .join('\n');

  it.each((await allFeeds()).map((feed) => ({ ...feed })))('$name: $licence', ({ licence, title }) => {
    expect(licence.length).toBeGreaterThan(2);
    expect(pages).toContain(title);
    expect(pages).toContain(licence.split(/[,(]/)[0]!.trim());
  });
});
