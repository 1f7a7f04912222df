import { describe, expect, it } from 'vitest';
import { readFiles, updateFrom } from '../../test/support/feed-events.ts';
import { startFeedMirror } from '../../test/support/feed-mirror.ts';
import { hasShared, readShared } from '../../test/support/shared.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Advisory } from '../model/advisory.ts';
import type { Feed } from '../model/feed.ts';

const ofEcosystems = ecosystems.flatMap(({ feeds }) => feeds);

/** The feed of a folder. */
function database(folder: string): Feed {
  const feed = ofEcosystems.find((one) => one.folder === `osv/${folder}`);
  if (feed === undefined) throw new Error(`no database ${folder}`);
  return feed;
}

interface OsvRecord {
  readonly id: string;
  readonly withdrawn?: string | null;
  readonly affected?: readonly {
    readonly package?: { readonly ecosystem: string; readonly name: string };
    readonly ranges?: readonly { readonly type?: string; readonly events?: readonly Record<string, string>[] }[];
    readonly versions?: readonly string[];
    readonly database_specific?: { readonly informational?: string | null };
  }[];
}

/** Why a record leaves nothing, told from the record itself; undefined for one that is kept. */
function classOf({ withdrawn, affected = [] }: OsvRecord, own: RegExp): string | undefined {
  if (withdrawn !== undefined && withdrawn !== null) return 'withdrawn';
  const mine = affected.filter((entry) => own.test(entry.package?.ecosystem ?? ''));
  if (mine.length === 0) return 'elsewhere';
  const real = mine.filter((entry) => (entry.database_specific?.informational ?? null) === null);
  if (real.length === 0) return 'informational';
  const versioned = real.filter(
    ({ ranges = [], versions = [] }) => versions.length > 0 || ranges.some(({ type }) => type !== 'GIT'),
  );
  if (versioned.length === 0) return 'commits';
  // One ends where it begins.
  const events = versioned.flatMap(({ ranges = [] }) => ranges.flatMap((range) => range.events ?? []));
  const [first, second] = events;
  const isEmpty =
    events.length === 2 && first?.['introduced'] !== undefined && first['introduced'] === second?.['fixed'];
  return isEmpty && versioned.every(({ versions = [] }) => versions.length === 0) ? 'empty range' : undefined;
}

const others: Readonly<Record<string, RegExp>> = { Drupal: /^Packagist/, Hackage: /^(?:Hackage|GHC)$/ };

/** Records of each folder as the table of the reference data has them, and how many of these leave nothing, by reason. */
const counts: readonly (readonly [folder: string, records: number, without: Readonly<Record<string, number>>])[] = [
  ['Bitnami', 7444, {}],
  ['CRAN', 14, {}],
  ['Drupal', 591, {}],
  ['Go', 4305, { withdrawn: 17 }],
  ['Hackage', 35, {}],
  ['Hex', 2, {}],
  ['Homebrew', 43, {}],
  ['Julia', 1703, { withdrawn: 4 }],
  ['Maven', 372, {}],
  ['NuGet', 9, {}],
  ['Packagist', 1598, {}],
  ['Pub', 1, {}],
  ['PyPI', 2671, { withdrawn: 10 }],
  ['RubyGems', 1174, { 'empty range': 1 }],
  ['SwiftURL', 3, {}],
  ['crates.io', 1219, { informational: 466, withdrawn: 13 }],
  ['npm', 470, {}],
];

describe('databases of OSV', () => {
  it('are read by one feed each, whose name tells', () => {
    for (const [folder] of counts) {
      expect(ofEcosystems.filter((feed) => feed.folder === `osv/${folder}`)).toHaveLength(1);
      expect(database(folder).name).toMatch(/^[a-z]+(?:-[a-z]+)*-osv$/);
    }
  });

  it.skipIf(!hasShared)('have all of the reference data', () => {
    const known = ofEcosystems.map(({ folder }) => folder);
    const there = readShared('feeds/osv/ecosystems.txt').toString().trim().split('\n');

    expect(there).toHaveLength(23);
    // On distributions, workflows and commits that nobody judges by.
    const left = ['Alpaquita', 'CleanStart', 'GitHub Actions', 'OSS-Fuzz'];
    expect(there.filter((folder) => !known.includes(`osv/${folder}`))).toEqual(left);
  });

  it.skipIf(!hasShared).each(counts)('%s: of %i records %j leave nothing', async (folder, total, without) => {
    const document = readShared(`feeds/osv/${folder}/all.ndjson.zst`);
    const records = document
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as OsvRecord);
    const own = others[folder] ?? new RegExp(`^${folder.replace('.', '\\.')}(?::|$)`);
    const classes = new Map<string, number>();
    for (const record of records) {
      const found = classOf(record, own);
      if (found !== undefined) classes.set(found, (classes.get(found) ?? 0) + 1);
    }

    const { upserts, removed, notes } = await readFiles(database(folder), { 'all.ndjson': document });

    expect(records).toHaveLength(total);
    expect(Object.fromEntries(classes)).toEqual(without);
    const gone = [...classes.values()].reduce((sum, count) => sum + count, 0);
    expect({ upserts: upserts.length, removed: removed.length }).toEqual({ upserts: total - gone, removed: gone });
    // A note for each entry without versions; some stand beside others that have some.
    for (const note of notes) expect(note).toMatch(/ is left out, since it names no versions$/);
    expect(new Set(upserts.map(({ key }) => key)).size).toBe(upserts.length);
  });
});

async function read(folder: string, ...records: readonly object[]): Promise<readonly Advisory[]> {
  const document = records.map((record) => JSON.stringify(record)).join('\n');
  return (await readFiles(database(folder), { 'all.ndjson': document })).upserts;
}

function affected(ecosystem: string, name: string, more: object = {}): object {
  return {
    package: { ecosystem, name },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2' }] }],
    ...more,
  };
}

describe('records of these databases', () => {
  it.each([
    ['PyPI', 'Foo__Bar.baz', 'foo-bar-baz'],
    ['NuGet', 'Newtonsoft.Json', 'newtonsoft.json'],
    ['Packagist', 'Drupal/Core', 'drupal/core'],
    ['npm', 'JSONStream', 'JSONStream'],
    ['Maven', 'org.Example:Name', 'org.Example:Name'],
    ['Go', 'github.com/Masterminds/sprig', 'github.com/Masterminds/sprig', 'github.com/masterminds/sprig'],
    ['RubyGems', 'RedCloth', 'RedCloth'],
    ['crates.io', 'serde_json', 'serde_json'],
  ])('pitfall 16: of %s, %s is called %s', async (folder, name, ...expected) => {
    const [advisory] = await read(folder, { id: 'X-1', affected: [affected(folder, name)] });

    expect(advisory?.affected.map((row) => row.package)).toEqual(expected);
  });

  it('a module that is named in both cases has no row twice', async () => {
    const names = ['x/A', 'x/a', 'x/A'];
    const [advisory] = await read('Go', { id: 'X-1', affected: names.map((name) => affected('Go', name)) });

    expect(advisory?.affected.map((row) => row.package).sort()).toEqual(['x/A', 'x/A', 'x/a']);
  });

  it('pitfall 11: malware has a namespace of its own', async () => {
    const upserts = await read(
      'npm',
      { id: 'MAL-2023-1', affected: [{ package: { ecosystem: 'npm', name: 'bad' }, versions: ['77.77.79'] }] },
      {
        id: 'MAL-2023-2',
        affected: [affected('npm', 'worse', { ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] })],
      },
      { id: 'GHSA-1', affected: [affected('npm', 'bad')] },
    );

    expect(upserts.map((advisory) => advisory.affected)).toEqual([
      [expect.objectContaining({ namespace: 'malicious:npm', ranges: [], versions: ['77.77.79'] })],
      [expect.objectContaining({ namespace: 'malicious:npm', ranges: [], state: 'affected' })],
      [expect.objectContaining({ namespace: 'npm' })],
    ]);
  });

  it('what is informational is no vulnerability, of RustSec alone', async () => {
    const entry = (informational: string | null) =>
      affected('crates.io', 'a', { database_specific: { informational, categories: [] } });

    const upserts = await read(
      'crates.io',
      { id: 'RUSTSEC-2020-1', affected: [entry('unmaintained')] },
      { id: 'RUSTSEC-2020-2', affected: [entry(null)] },
      { id: 'RUSTSEC-2020-3', affected: [entry('unsound'), entry(null)] },
    );

    expect(upserts.map(({ id, affected: rows }) => [id, rows.length])).toEqual([
      ['RUSTSEC-2020-2', 1],
      ['RUSTSEC-2020-3', 1],
    ]);
  });

  it('pitfall 12: a record that is withdrawn takes back what was known', async () => {
    const document = JSON.stringify({ id: 'GO-1', withdrawn: '2024-01-01T00:00:00Z', affected: [affected('Go', 'a')] });

    const { upserts, removed } = await readFiles(database('Go'), { 'GO-1.json': document });

    expect([upserts.length, removed]).toEqual([0, ['GO-1']]);
  });

  it('pitfall 13: other names of one thing are aliases, related ones are not', async () => {
    const [advisory] = await read('PyPI', {
      id: 'PYSEC-2024-1',
      aliases: ['CVE-2024-1111', 'ghsa-2464-8J7C-4cjm'],
      related: ['CVE-2024-2222'],
      affected: [affected('PyPI', 'a')],
    });

    expect([advisory?.aliases, advisory?.related]).toEqual([
      ['CVE-2024-1111', 'GHSA-2464-8j7c-4cjm'],
      ['CVE-2024-2222'],
    ]);
  });

  it('pitfall 15: of several ecosystems in a record each folder takes its own', async () => {
    const record = { id: 'GHSA-1', affected: [affected('Go', 'a'), affected('Maven', 'b:c'), affected('Alpine', 'd')] };

    expect((await read('Go', record))[0]?.affected.map(({ namespace }) => namespace)).toEqual(['go']);
    expect((await read('Maven', record))[0]?.affected.map(({ namespace }) => namespace)).toEqual(['maven']);
    expect(await read('npm', record)).toEqual([]);
  });

  it.each([
    ['limit is for commits', [{ introduced: '1' }, { limit: '3' }], [{ introduced: '1' }]],
    [
      'the last one that is affected',
      [{ introduced: '1' }, { last_affected: '3' }],
      [{ introduced: '1', lastAffected: '3' }],
    ],
    [
      'two pairs',
      [{ introduced: '1' }, { fixed: '2' }, { introduced: '3' }, { fixed: '4' }],
      [
        { introduced: '1', fixed: '2' },
        { introduced: '3', fixed: '4' },
      ],
    ],
    [
      'the beginning of all pre-releases',
      [{ introduced: '0.0.0-0' }, { fixed: '1' }],
      [{ introduced: '0.0.0-0', fixed: '1' }],
    ],
  ])('pitfall 10: %s', async (_, events, ranges) => {
    const [advisory] = await read('npm', {
      id: 'X-1',
      affected: [
        affected('npm', 'a', {
          ranges: [
            { type: 'SEMVER', events },
            { type: 'GIT', events: [{ introduced: '0' }] },
          ],
        }),
      ],
    });

    expect(advisory?.affected[0]?.ranges).toEqual(ranges);
  });

  it('pitfall 26: a time of zero, or one that cannot be, is unknown', async () => {
    const upserts = await read('Go', {
      id: 'GO-1',
      modified: '0001-01-01T00:00:00Z',
      published: '3000-01-01T00:00:00Z',
      affected: [affected('Go', 'a')],
    });

    expect(upserts[0]).not.toHaveProperty('modified');
    expect(upserts[0]).not.toHaveProperty('published');
  });

  it('pitfall 27: a folder that OSV may not have is a note; one that it had is not', async () => {
    const mirror = await startFeedMirror();
    try {
      const { notes, state } = await updateFrom(mirror, database('Drupal'));
      expect([notes, state]).toEqual([
        [expect.stringContaining('is not there: Packagist has its records too')],
        undefined,
      ]);
      await expect(updateFrom(mirror, database('Drupal'), { modified: '2024', edge: 'x' })).rejects.toThrow(
        'is not there',
      );
      await expect(updateFrom(mirror, database('npm'))).rejects.toThrow('is not there');
    } finally {
      mirror.close();
    }
  });
});
