import { describe, expect, it } from 'vitest';
import { ecosystems } from '../src/ecosystems/index.ts';
import { languageOf } from '../src/model/ecosystem.ts';
import type { Package } from '../src/model/package.ts';
import { installedDebs, whyNoDebs } from './support/debs.ts';
import { dockerArchive } from './support/image.ts';
import { scanOne } from './support/scan.ts';
import { writeTemporary } from './support/temporary.ts';
import { advisoriesOf, makeAdvisory } from './support/view.ts';

const why = whyNoDebs();

/** What Debian brings of each language, and a package of the language that must be seen in it. */
const stocks: readonly (readonly [language: string, debs: readonly string[], seen: string])[] = [
  ['python3', ['python3-requests', 'python3-urllib3', 'python3-pip'], 'pypi requests'],
  ['node', ['node-undici', 'node-lodash', 'node-semver'], 'npm lodash'],
  ['ruby', ['libruby3.3', 'ruby-rubygems', 'rake', 'ruby-rack'], 'gem rack'],
  ['openjdk', ['openjdk-21-jre-headless', 'libcommons-io-java', 'liblog4j2-java'], 'maven commons-io:commons-io'],
  ['php', ['composer', 'php-composer-semver', 'php-symfony-console'], ''],
  ['go', ['caddy'], 'golang stdlib'],
  ['elixir', ['erlang-crypto', 'rebar3'], 'otp crypto'],
  ['haskell', ['libghc-random-dev', 'libghc-network-dev'], 'hackage network'],
  ['ocaml', ['libfmt-ocaml-dev'], 'opam fmt'],
];

/** Says of every package of a language that all versions of it are affected. */
function everythingIsWrong(packages: readonly Package[]) {
  const advisories = packages.flatMap((pkg) => {
    const language = pkg.distribution === undefined ? languageOf(pkg.type, ecosystems) : undefined;
    const namespace = language?.namespaces(pkg)[0];
    if (language === undefined || namespace === undefined) return [];
    return [{ package: language.advisoryName?.(pkg.name) ?? pkg.name, namespace }];
  });
  // Debian knows its own packages: it speaks of each of them.
  const debian = packages.flatMap(({ name, type }) =>
    type === 'deb' ? [{ package: name, namespace: 'debian:13', ranges: [{ introduced: '0', fixed: '0' }] }] : [],
  );
  const source = advisoriesOf({
    osv: [makeAdvisory('GHSA-everything-is-wrong', advisories)],
    debian: [makeAdvisory('CVE-2024-0001', debian)],
  });
  return { supply: async () => ({ source, problems: [] }) };
}

describe.skipIf(why !== undefined)(`packages of languages that Debian brings (${why ?? 'downloaded'})`, () => {
  it.each(stocks)('are judged by Debian alone: %s', async (_language, debs, seen) => {
    const { files, base } = installedDebs(debs);
    const stock = writeTemporary('stock.tar', dockerArchive({ layers: [...files, base] }));
    const { packages } = await scanOne(stock);
    const languages = packages.filter(({ type }) => type !== 'deb');
    const installed = languages.filter(({ evidence }) => evidence === undefined);

    const advisories = everythingIsWrong(packages);
    const report = await scanOne(stock, { advisories });

    if (seen !== '') expect(installed.map(({ type, name }) => `${type} ${name}`)).toContain(seen);
    expect(installed.filter(({ ownedBy }) => ownedBy === undefined)).toEqual([]);
    expect(report.findings.filter(({ kind }) => kind === 'vulnerability')).toEqual([]);
    if (installed.length === 0) return;

    // The same files without the database are whoever's: then all of it is found.
    const loose = writeTemporary('loose.tar', dockerArchive({ layers: files }));
    const found = await scanOne(loose, { advisories });
    const watched = installed.filter(({ type }) => (languageOf(type, ecosystems)?.feeds.length ?? 0) > 0);
    expect(new Set(found.findings.flatMap((finding) => finding.package?.purl ?? []))).toEqual(
      new Set(watched.map(({ purl }) => purl)),
    );
  });
});
