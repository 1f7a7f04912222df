import { describe, expect, it } from 'vitest';
import { readFiles } from '../../test/support/feed-events.ts';
import { hasShared, readShared, sharedAbsent } from '../../test/support/shared.ts';
import { advisoriesOf, makePackage, makeView } from '../../test/support/view.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Package } from '../model/package.ts';
import { leastFix } from './fixes.ts';
import { judgePackage } from './judge.ts';
import { matchPackages } from './match.ts';
import { namesOf, watcher } from './watch.ts';

interface Row {
  readonly package: string;
  readonly version: string;
  readonly id: string;
  readonly fixed: readonly string[];
}

interface Truth {
  readonly findings: Readonly<Record<string, readonly Row[]>>;
}

interface Expected {
  readonly packages: readonly { name: string; version: string; purlType?: string; purl?: string; type?: string }[];
}

/** By folder of OSV: the purl type, and the type that syft gives. */
const kinds: readonly (readonly [folder: string, type: string, syft: string, rows: number])[] = [
  ['Go', 'golang', 'GoModulePkg', 471],
  ['PyPI', 'pypi', 'PythonPkg', 46],
  ['crates.io', 'cargo', 'RustPkg', 3],
  ['npm', 'npm', 'NpmPkg', 3],
];

/** Rows of the truth that are no findings of ours, by what is right about that. */
const left: Readonly<Record<string, string>> = {
  'ansi_term 0.12.1 RUSTSEC-2021-0139': 'it tells that nobody maintains the crate: good to know, and no vulnerability',
};

/** Rows of ours that the truth leaves out, by what is right about them. */
const more: Readonly<Record<string, string>> = {
  'PyCrypto  PYSEC-2017-94 ': 'every version has it, so that one without a version has it too',
  'PyCrypto  PYSEC-2018-97 ': 'every version has it, so that one without a version has it too',
  'telemetry 0.1.0 RUSTSEC-2021-0046 ':
    'a crate of the project itself, as its lockfile shows; the name alone, which is all there is here, is that of a crate that has it',
};

/** Every package and version that the fixtures of languages expect. */
function packagesOf(type: string, syft: string): readonly Package[] {
  const cases = ['osv-scalibr-language', 'syft'].flatMap(
    (name) => JSON.parse(readShared(`fixtures/lang/${name}.expected.json`).toString()) as Expected[],
  );
  const found = new Map<string, Package>();
  for (const pkg of cases.flatMap(({ packages }) => packages)) {
    if (pkg.purlType !== type && pkg.type !== syft) continue;
    const name = type === 'golang' && pkg.name === 'go' ? 'stdlib' : pkg.name;
    found.set(`${name} ${pkg.version}`, makePackage(name, pkg.version, { type }));
  }
  return [...found.values()];
}

describe.skipIf(!hasShared)(`packages of languages against OSV${hasShared ? '' : `: ${sharedAbsent}`}`, () => {
  it.each(kinds)('%s: what the records say, and no more', async (folder, type, syft, count) => {
    const truth = JSON.parse(readShared('fixtures/findings-truth/lang-vs-osv.json').toString()) as Truth;
    const rows = truth.findings[folder]!;
    const ecosystem = ecosystems.find(({ types }) => types[0] === type)!;
    const feed = ecosystem.feeds[0]!;
    const text = readShared(`feeds/osv/${folder}/all.ndjson.zst`);
    const { upserts } = await readFiles(feed, { 'all.ndjson': text });
    const advisories = advisoriesOf({ [feed.name]: upserts });
    const packages = packagesOf(type, syft);
    const watchOf = watcher({}, ecosystems);
    // A row of the truth is what one record says; records of one vulnerability are one finding.
    const told = packages.flatMap((pkg) => {
      const watch = watchOf(pkg)!;
      const keys = namesOf(pkg, watch).map((name) => ({ namespace: watch.namespaces[0]!, package: name }));
      const { affected } = judgePackage(pkg, watch, advisories.lookUp(keys).flat());
      return affected.flatMap(({ assessments }) =>
        assessments.flatMap(({ hit, verdict, scheme }) => {
          if (verdict.outcome !== 'affected') return [];
          const fixed = leastFix(pkg.version, [hit.affected], scheme);
          return [
            rowWords({
              package: pkg.name,
              version: pkg.version,
              id: hit.advisory.id,
              fixed: fixed === undefined ? [] : [fixed],
            }),
          ];
        }),
      );
    });
    const { findings } = matchPackages(makeView({ packages }), ecosystems, advisories);

    expect(rows).toHaveLength(count);
    const expected = rows.filter((row) => left[`${row.package} ${row.version} ${row.id}`] === undefined);
    const short = (words: readonly string[]) => [...new Set(words)].sort();
    expect(short(told.filter((words) => more[words] === undefined))).toEqual(short(expected.map(rowWords)));
    for (const row of expected) {
      const own = findings.filter(
        ({ package: pkg }) => sameName(pkg!.name, row.package, type) && pkg!.version === row.version,
      );
      expect(
        own.filter(({ id, aliases }) => [id, ...aliases].includes(row.id)),
        rowWords(row),
      ).toHaveLength(1);
    }
  });
});

function rowWords(row: Row): string {
  const name = row.package === 'go' ? 'stdlib' : row.package;
  return `${name} ${row.version} ${row.id} ${row.fixed.join(' ')}`;
}

function sameName(a: string, b: string, type: string): boolean {
  const ecosystem = ecosystems.find(({ types }) => types.includes(type))!;
  const name = (text: string) => ecosystem.advisoryName?.(text) ?? text;
  return name(a) === name(b) || (b === 'go' && a === 'stdlib');
}
