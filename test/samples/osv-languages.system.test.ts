import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { asRecord, type JsonRecord } from '../../src/formats/record.ts';
import type { Feed } from '../../src/model/feed.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { tarMembers } from '../support/tar-members.ts';
import { differencesOf, type Reason } from './differences.ts';
import { osvGoldenFacts, rangeFacts } from './osv-facts.ts';

/** Folders of the samples of GitHub's database, by the folder of OSV that has the same packages. */
const ghsa: readonly (readonly [folder: string, ecosystem: string, goldens: number])[] = [
  ['cargo', 'crates.io', 1],
  ['composer', 'Packagist', 1],
  ['erlang', 'Hex', 1],
  ['golang', 'Go', 2],
  ['maven', 'Maven', 1],
  ['npm', 'npm', 1],
  ['nuget', 'NuGet', 1],
  ['pip', 'PyPI', 1],
  ['pub', 'Pub', 1],
  ['rubygems', 'RubyGems', 1],
  ['swift', 'SwiftURL', 1],
];

function database(ecosystem: string): Feed {
  const feeds = ecosystems.flatMap((one) => one.feeds);
  const feed = feeds.find(({ folder }) => folder === `osv/${ecosystem}`);
  if (feed === undefined) throw new Error(`no feed reads ${ecosystem}`);
  return feed;
}

function records(files: ReadonlyMap<string, Buffer>, pattern: RegExp): JsonRecord[] {
  return [...files]
    .filter(([path]) => pattern.test(path))
    .map(([, content]) => asRecord(JSON.parse(content.toString())) ?? {})
    .map((record) => asRecord(record['item']) ?? record);
}

function inputs(files: ReadonlyMap<string, Buffer>, pattern: RegExp): Record<string, Buffer> {
  return Object.fromEntries([...files].filter(([path]) => pattern.test(path)));
}

/** Names as the feed keeps them: of these ecosystems without case. */
const withoutCase = new Set(['Packagist', 'Hex', 'NuGet', 'Pub', 'SwiftURL']);
const nameIn = (ecosystem: string) => (name: string) =>
  ecosystem === 'PyPI'
    ? name.toLowerCase().replace(/[-_.]+/g, '-')
    : withoutCase.has(ecosystem)
      ? name.toLowerCase()
      : name;
const own = (ecosystem: string) => (name: string) =>
  name === ecosystem ? ecosystem.toLowerCase().replace(' ', '-') : undefined;

const theirs: readonly Reason[] = [
  [/ 0\.\.$/, 'an entry with neither ranges nor versions would mean every version: it is left out, with a note'],
];

describe.skipIf(!hasShared)('samples of OSV databases of languages', () => {
  it.each([
    ['bitnami', 'Bitnami', 2],
    ['golang', 'Go', 3],
  ] as const)(
    'vuls-data-update: %s, the archive of %s has the ranges of its %i goldens',
    async (source, ecosystem, count) => {
      const files = sampleFiles(source, 'vuls-data-update');
      const { upserts } = await readFiles(database(ecosystem), {
        'all.zip': files.get(`fetch/${source}/osv/testdata/fixtures/all.zip`) ?? '',
      });
      const goldens = records(files, new RegExp(`^fetch/${source}/osv/testdata/golden/`));

      expect(goldens).toHaveLength(count);
      const expected = goldens.flatMap((record) => osvGoldenFacts(record, own(ecosystem)));
      expect(differencesOf(expected, rangeFacts(upserts), theirs, [])).toMatchObject({ ours: {}, unexplained: [] });
      expect(rangeFacts(upserts).length).toBeGreaterThan(1);
    },
  );

  it.each([
    ['bitnami', 'Bitnami', /\/vulndb\/data\/.*json$/],
    ['golang', 'Go', /\/vulndb\/ID\/.*json$/],
  ] as const)(
    'vunnel: %s, records of %s have the ranges and aliases of its snapshots',
    async (source, ecosystem, input) => {
      const files = sampleFiles(source, 'vunnel');
      const { upserts, notes } = await readFiles(database(ecosystem), inputs(files, input));
      const goldens = records(files, /\/snapshots\//);

      expect(goldens).toHaveLength(2);
      expect(notes).toEqual([]);
      expect(rangeFacts(upserts)).toEqual(
        goldens.flatMap((record) => osvGoldenFacts(record, own(ecosystem))).toSorted(),
      );
      expect(upserts.map(({ id, aliases }) => [id, aliases]).toSorted()).toEqual(
        goldens.map((record) => [record['id'], record['aliases']]).toSorted(),
      );
    },
  );

  it.each(ghsa)(
    'vuls-data-update: GitHub, %s: records of %s have the ranges of its %i goldens',
    async (folder, ecosystem, count) => {
      const files = sampleFiles('ghsa', 'vuls-data-update');
      const archive = tarMembers(
        gunzipSync(files.get(`fetch/${folder}/ghsa/testdata/fixtures/main.tar.gz`) ?? Buffer.of()),
      );
      const { upserts } = await readFiles(database(ecosystem), inputs(archive, /\/github-reviewed\/.*json$/));
      const goldens = records(files, new RegExp(`^fetch/${folder}/ghsa/testdata/golden/`));

      expect(goldens).toHaveLength(count);
      expect(rangeFacts(upserts)).toEqual(
        goldens.flatMap((record) => osvGoldenFacts(record, own(ecosystem), nameIn(ecosystem))).toSorted(),
      );
      expect(upserts.map(({ id }) => id).toSorted()).toEqual(goldens.map((record) => record['id']).toSorted());
      // The publisher's word, which it has for every record that was reviewed.
      expect(upserts.filter(({ severity }) => severity === 'unknown')).toEqual([]);
    },
  );

  it.each(ghsa)('vuls-data-update: GitHub, %s: reads the single records of %s', async (folder, ecosystem) => {
    const files = inputs(
      sampleFiles('ghsa', 'vuls-data-update'),
      new RegExp(`^extract/${folder}/ghsa/testdata/fixtures/`),
    );
    const { upserts } = await readFiles(database(ecosystem), files);
    const expected = records(new Map(Object.entries(files)), /./).flatMap((record) =>
      osvGoldenFacts(record, own(ecosystem), nameIn(ecosystem)),
    );

    expect(rangeFacts(upserts)).toEqual([...new Set(expected)].toSorted());
    expect(upserts.length).toBeGreaterThan(0);
  });

  it('GitHub: an advisory that nobody reviewed names no packages, and leaves nothing', async () => {
    const files = sampleFiles('ghsa', 'vuls-data-update');
    const archive = tarMembers(gunzipSync(files.get('fetch/cargo/ghsa/testdata/fixtures/main.tar.gz') ?? Buffer.of()));
    const { upserts, removed } = await readFiles(database('crates.io'), inputs(archive, /\/unreviewed\//));

    expect([upserts.length, removed]).toEqual([0, ['GHSA-2fh4-45ph-7q27']]);
  });

  // vunnel asks GitHub's GraphQL interface, which is not read here: its two goldens of GitHub have no input in a form of ours.
});
