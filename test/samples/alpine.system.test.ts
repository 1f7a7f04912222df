import { describe, expect, it } from 'vitest';
import { alpineSecdb } from '../../src/ecosystems/alpine/feed.ts';
import { alpineUnfixed } from '../../src/ecosystems/alpine/unfixed.ts';
import { readFiles, updateFrom } from '../support/feed-events.ts';
import { startFeedMirror } from '../support/feed-mirror.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { tarMembers } from '../support/tar-members.ts';
import { detectionFacts, factsOf, fixedInFacts, goldenRecords, sample } from './goldens.ts';
import { rangeFacts } from './osv-facts.ts';

interface Package {
  readonly name: string;
  readonly distroversion: string;
  readonly secfixes: Readonly<Record<string, readonly string[]>>;
}

/** What a golden says that keeps one package a file, as we say it. */
function packageFacts({ name, distroversion, secfixes }: Package): string[] {
  const namespace = `alpine:${distroversion}`;
  return Object.entries(secfixes).flatMap(([version, ids]) =>
    ids.map((id) => `${id} ${namespace} ${name} 0..${version}`),
  );
}

describe.skipIf(!hasShared)('samples of Alpine Linux', () => {
  it('vuln-list-update: the fixes of its goldens', async () => {
    const files = sampleFiles('alpine', 'vuln-list-update');
    const documents = ['311', '312', 'edge'].flatMap((branch) =>
      ['main', 'community'].map((repository) => {
        const path = `${branch === 'edge' ? branch : `v3.${branch.slice(1)}`}/${repository}.json`;
        return [path, sample(files, `alpine/testdata/${branch}-${repository}.json`)] as const;
      }),
    );
    const { upserts } = await readFiles(alpineSecdb, Object.fromEntries(documents));
    const goldens = [...files]
      .filter(([path]) => path.startsWith('alpine/testdata/golden/'))
      .map(([, text]) => JSON.parse(text.toString()) as Package);

    expect(goldens).toHaveLength(3);
    expect(rangeFacts(upserts)).toEqual(goldens.flatMap(packageFacts).toSorted());
  });

  it('pitfall 9: takes from an index the branches that it does not know; one without branches is none', async () => {
    const files = sampleFiles('alpine', 'vuln-list-update');
    for (const [page, asked] of [
      ['index.html', true],
      ['norelease.html', false],
    ] as const) {
      const mirror = await startFeedMirror();
      try {
        mirror.set('alpine-secdb/', sample(files, `alpine/testdata/${page}`).toString().replace('v3.12/', 'v3.99/'));
        await expect(updateFrom(mirror, alpineSecdb)).rejects.toThrow('are not there');
        expect(mirror.requests.some(({ path }) => path === 'alpine-secdb/v3.99/main.json')).toBe(asked);
      } finally {
        mirror.close();
      }
    }
  });

  it('vuln-list-update: the open issues of its golden', async () => {
    const files = sampleFiles('alpine', 'vuln-list-update');
    const archive = tarMembers(sample(files, 'alpine-unfixed/testdata/happy/all.tar.gz'));
    const { upserts } = await readFiles(alpineUnfixed, Object.fromEntries(archive));
    const golden = JSON.parse(String(files.get('alpine-unfixed/testdata/golden/CVE-2019-1003051.json'))) as {
      id: string;
      state: { repo: string; fixed: boolean; packageName: string; packageVersion: string }[];
    };
    const expected = golden.state
      .filter(({ fixed }) => !fixed)
      .map(({ repo, packageName, packageVersion }) => {
        const branch = repo.replace(/-.*/, '').replace(/^3/, 'v3');
        return `${golden.id} alpine:${branch} ${packageName} 0..<=${packageVersion}`;
      });

    expect(expected).toHaveLength(3);
    expect(rangeFacts(upserts)).toEqual(expected.toSorted());
  });

  it('vuls-data-update: the documents of its goldens, and the detections', async () => {
    const files = sampleFiles('alpine', 'vuls-data-update');
    const fixtures = 'fetch/alpine/secdb/testdata/fixtures/';
    const documents = [...files].filter(([path]) => path.startsWith(fixtures) && path.endsWith('.json'));
    const { upserts } = await readFiles(
      alpineSecdb,
      Object.fromEntries(documents.map(([path, content]) => [path.slice(fixtures.length), content])),
    );
    const goldens = [...files]
      .filter(([path]) => path.startsWith('fetch/alpine/secdb/testdata/golden/'))
      .map(([, text]) => JSON.parse(text.toString()) as { distroversion: string; packages: { pkg: Package }[] });
    const expected = goldens.flatMap(({ distroversion, packages }) =>
      packages.flatMap(({ pkg }) => packageFacts({ ...pkg, distroversion })),
    );

    expect(goldens).toHaveLength(5);
    expect(rangeFacts(upserts)).toEqual(expected.toSorted());

    const detected = goldenRecords(files, /^extract\/alpine\/secdb\/testdata\/golden\/data\//);
    const inputs = [...files].flatMap(([path, content]) => {
      const [, branch, repository, name] =
        /\/secdb\/testdata\/fixtures\/([^/]+)\/(main|community)\/(.*)$/.exec(path) ?? [];
      if (name === undefined) return [];
      return [[`${branch === 'edge' ? branch : `v${branch}`}/${repository}.json`, content] as const];
    });
    const own = await readFiles(alpineSecdb, Object.fromEntries(inputs));
    const namespaceOf = (name: string) => name.replace(/^alpine:3/, 'alpine:v3');
    expect(factsOf(own.upserts)).toEqual(
      [...new Set(detected.flatMap((record) => detectionFacts(record, namespaceOf)))].toSorted(),
    );
    expect(detected).toHaveLength(14);
  });

  it('vunnel: reads its YAML, with the fixes of its snapshots', async () => {
    const files = sampleFiles('alpine', 'vunnel');
    const folder = 'alpine/test-fixtures/input/secdb/';
    const inputs = [...files].filter(([path]) => path.startsWith(folder));
    const { upserts, notes } = await readFiles(
      alpineSecdb,
      Object.fromEntries(inputs.map(([path, content]) => [path.slice(folder.length), content])),
    );
    const goldens = goldenRecords(files, /\/snapshots\//);
    const own = upserts.flatMap(({ id, affected }) =>
      affected.map((row) => `${row.namespace.replace('v', '')} ${id} ${row.package} ${row.ranges[0]?.fixed}`),
    );

    expect(goldens).toHaveLength(16);
    expect(own.toSorted()).toEqual(goldens.flatMap(fixedInFacts).toSorted());
    expect(notes).toEqual([]);
  });

  it('the first form of the database, in YAML: 105 records', async () => {
    const document = readShared('clair/testdata/ext/vulnsrc/alpine/testdata/v34_main.yaml');
    const { upserts, notes } = await readFiles(alpineSecdb, { 'v3.4/main.yaml': document });

    expect([upserts.length, notes]).toEqual([105, []]);
    expect(rangeFacts(upserts.slice(0, 1))).toEqual(['CVE-2016-5387 alpine:v3.4 apache2 0..2.4.23-r1']);
  });

  // Records of OSV are conversions of the same database (`ALPINE-CVE-...`), and are not read: the publisher's own has them.
});
