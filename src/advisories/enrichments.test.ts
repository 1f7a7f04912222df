import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeFeed, plainAdvisory } from '../../test/support/fake-feed.ts';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { Enrichment, EnrichmentHit } from '../model/enrichment.ts';
import type { Feed, FeedEvent } from '../model/feed.ts';
import { severities } from '../model/severity.ts';
import { openAdvisories } from './database.ts';
import { decodeEnrichment, encodeEnrichment } from './enrichment-encoding.ts';
import { runFeed } from './feed-run.ts';
import { decodeBlock, encodeBlock, nameAt, packScore, placeOf, unpackScore } from './score-block.ts';
import { loadSqlite } from './sqlite.ts';
import { AdvisoryWriter } from './writer.ts';

const day = (n: number): Date => new Date(Date.UTC(2024, 0, n));
const progress = { report() {} };
const scores = fakeFeed('scores', () => [], { enriches: true });

let file: string;
beforeEach(() => {
  file = path.join(temporaryFolder(), 'a.db');
});

async function run(events: Iterable<FeedEvent>, now = day(1), feed: Feed = scores, force = false) {
  const writer = await AdvisoryWriter.open(file);
  try {
    return await runFeed(
      writer,
      feed,
      async function* () {
        yield* events;
      },
      { now, progress, force },
    );
  } finally {
    writer.close();
  }
}

async function ask(names: readonly string[], asOf?: Date): Promise<readonly (readonly EnrichmentHit[])[]> {
  const database = await openAdvisories(file, asOf === undefined ? {} : { asOf });
  try {
    return database.enrich!(names);
  } finally {
    database.close();
  }
}

const enrich = (...enrichments: readonly Enrichment[]): FeedEvent[] =>
  enrichments.map((enrichment) => ({ type: 'enrich', enrichment }));
const all: FeedEvent = { type: 'replaced', prefix: '' };
const epss = (name: string, score: number, percentile = 0.5): Enrichment => ({
  name,
  epss: { score, percentile, date: '2024-01-01' },
});
const rated = (name: string, score: number): Enrichment => ({
  name,
  cvss: [{ version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score, source: 'nvd' }],
});

const share = fc.integer({ min: 0, max: 100_000 }).map((n) => n / 100_000);
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const cvss = fc.record({
  version: fc.constantFrom('2.0', '3.1', '4.0'),
  vector: fc.oneof(
    fc.constantFrom('CVSS:3.1/AV:N', 'CVSS:4.0/AV:N', 'AV:N/AC:L', 'CVSS:3.1'),
    fc.string({ minLength: 1 }),
  ),
  score: optional(fc.integer({ min: 0, max: 100 }).map((n) => n / 10)),
  source: fc.string(),
});
const enrichments: fc.Arbitrary<Enrichment> = fc
  .record({
    name: fc.string({ minLength: 1 }),
    cvss: optional(fc.array(cvss)),
    severity: optional(fc.constantFrom(...severities)),
    cwes: optional(
      fc.array(
        fc.oneof(
          fc.nat(99_999).map((n) => `CWE-${n}`),
          fc.string(),
        ),
      ),
    ),
    title: optional(fc.string()),
    description: optional(fc.string()),
    rejected: optional(fc.record({ reason: optional(fc.string()) })),
    exploited: optional(
      fc.record({ added: fc.string(), due: optional(fc.string()), ransomware: optional(fc.boolean()) }),
    ),
    epss: optional(fc.record({ score: share, percentile: optional(share), date: optional(fc.string()) })),
    cpes: optional(fc.array(fc.string())),
    endOfLife: optional(fc.string()),
    published: optional(fc.string()),
    modified: optional(fc.string()),
    urls: optional(fc.array(fc.string())),
  })
  .map((value) => withoutUndefined(value) as Enrichment);

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutUndefined(part)]));
}

describe('the encoding', () => {
  it('gives every enrichment back', () => {
    fc.assert(
      fc.property(
        enrichments.filter(({ cvss: list = [] }) => list.every(({ vector }) => !vector.startsWith('/'))),
        (enrichment) => {
          expect(decodeEnrichment(enrichment.name, encodeEnrichment(enrichment))).toEqual(enrichment);
        },
      ),
    );
  });

  it('gives every block of scores back, whatever is in it', () => {
    const entries = fc.uniqueArray(fc.record({ number: fc.nat(999), score: share, percentile: optional(share) }), {
      selector: ({ number }) => number,
      maxLength: 1000,
    });
    fc.assert(
      fc.property(entries, fc.constantFrom('', '2026-08-16'), (list, date) => {
        const told = new Map(
          list.map(({ number, ...given }) => [
            number,
            packScore({ name: 'x', epss: withoutUndefined(given) as { score: number } })!,
          ]),
        );
        const block = decodeBlock(encodeBlock(told, date));
        expect(block.date).toBe(date);
        expect(block.scores.size).toBe(list.length);
        for (const { number, ...given } of list) {
          const expected = withoutUndefined({ ...given, ...(date !== '' && { date }) });
          expect(unpackScore(block.scores.get(number)!, date)).toEqual(expected);
        }
      }),
    );
  });

  it.each([
    ['CVE-1999-0001', true],
    ['CVE-2024-12345', true],
    ['CVE-2016-1000000', true],
    ['CVE-2024-00012345', false],
    ['CVE-2024-99999999999', false],
    ['GHSA-aaaa', false],
    ['CVE-2024-12', false],
  ])('has a place for %s: %s', (name, has) => {
    const place = placeOf(name);
    expect(place !== undefined).toBe(has);
    if (place !== undefined) expect(nameAt(place.block, place.number)).toBe(name);
  });
});

describe('enrichments', () => {
  it('are kept by source: none overwrites another', async () => {
    await run(enrich(epss('CVE-2024-0001', 0.5)));
    await run(
      enrich(rated('CVE-2024-0001', 9.8)),
      day(2),
      fakeFeed('nvd', () => [], { enriches: true }),
    );
    expect(await ask(['CVE-2024-0002', 'CVE-2024-0001'])).toEqual([
      [],
      [
        { feed: 'nvd', enrichment: rated('CVE-2024-0001', 9.8) },
        { feed: 'scores', enrichment: epss('CVE-2024-0001', 0.5) },
      ],
    ]);
  });

  it.each([
    ['rows', rated],
    ['packed scores', (name: string, value: number) => epss(name, value / 10)],
  ])('that are %s: added, changed, unchanged and removed are counted, and each day can be asked', async (_, make) => {
    const names = ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-5003', 'CVE-2023-0001'];
    const [one, two, three, four] = names as [string, string, string, string];
    const first = await run([...enrich(make(one, 1), make(two, 2), make(three, 3)), all], day(1));
    const same = await run([...enrich(make(three, 3), make(two, 2), make(one, 1)), all], day(2));
    const second = await run([...enrich(make(one, 1), make(two, 5), make(four, 4)), all], day(3), scores);
    const gone = await run(
      [
        { type: 'remove', key: two },
        { type: 'remove', key: 'CVE-2000-0001' },
      ],
      day(4),
    );

    expect(first.change).toMatchObject({ added: 3, changed: 0, removed: 0, unchanged: 0, records: 3, generation: 1 });
    expect(same).toMatchObject({ status: 'unchanged', change: { added: 0, unchanged: 3, records: 3 } });
    expect(second.change).toMatchObject({ added: 1, changed: 1, removed: 1, unchanged: 1, records: 3, generation: 2 });
    expect(gone.change).toMatchObject({ added: 0, changed: 0, removed: 1, records: 2, generation: 3 });
    const known = async (asOf?: Date) =>
      (await ask(names, asOf)).map((hits) => hits.map(({ enrichment }) => enrichment));
    expect(await known(day(1))).toEqual([[make(one, 1)], [make(two, 2)], [make(three, 3)], []]);
    expect(await known(day(3))).toEqual([[make(one, 1)], [make(two, 5)], [], [make(four, 4)]]);
    expect(await known()).toEqual([[make(one, 1)], [], [], [make(four, 4)]]);
  });

  it('that come twice in one run count once, the later one', async () => {
    const outcome = await run(
      enrich(rated('a', 1), rated('a', 2), epss('CVE-2024-0001', 0.1), epss('CVE-2024-0001', 0.2)),
    );
    expect(outcome.change).toMatchObject({ added: 2, changed: 0, records: 2 });
    expect((await ask(['a', 'CVE-2024-0001'])).flat().map(({ enrichment }) => enrichment)).toEqual([
      rated('a', 2),
      epss('CVE-2024-0001', 0.2),
    ]);
  });

  it('of a part that was told anew are replaced, others stay', async () => {
    await run(enrich(rated('CVE-2023-0001', 1), rated('CVE-2024-0001', 1), epss('CVE-2024-0002', 0.1)));
    const outcome = await run(
      [...enrich(rated('CVE-2024-0009', 1)), { type: 'replaced', prefix: 'CVE-2024-' }],
      day(2),
    );
    expect(outcome.change).toMatchObject({ added: 1, removed: 2, records: 2 });
    expect((await ask(['CVE-2023-0001', 'CVE-2024-0001', 'CVE-2024-0002'])).map((hits) => hits.length)).toEqual([
      1, 0, 0,
    ]);
  });

  it('are refused where more than half would be lost, unless it is forced', async () => {
    const many = Array.from({ length: 100 }, (_, i) => epss(`CVE-2024-${1000 + i}`, 0.1));
    await run(enrich(...many));
    const shrunk = [...enrich(...many.slice(0, 40)), all];
    expect(await run(shrunk, day(2))).toMatchObject({
      status: 'failed',
      error: { code: 'feed.refused', message: expect.stringContaining('records: from 100 to 40') },
    });
    expect(await ask(['CVE-2024-1099'])).toHaveLength(1);
    expect((await run(shrunk, day(2), scores, true)).change).toMatchObject({ removed: 60 });
  });

  it('of a feed that has advisories too are both kept', async () => {
    const mixed = fakeFeed('mixed', () => []);
    await run([{ type: 'upsert', advisory: plainAdvisory('1') }, ...enrich(rated('repo:a', 1))], day(1), mixed);
    const database = await openAdvisories(file);
    expect(database.status().feeds).toMatchObject([{ name: 'mixed', records: 2 }]);
    expect(database.status().feeds[0]).not.toHaveProperty('enriches');
    expect(database.enrich!(['repo:a'])[0]).toHaveLength(1);
    database.close();
  });

  it('that are damaged are told to be so', async () => {
    await run(enrich(epss('CVE-2024-0001', 0.5)));
    const { DatabaseSync } = await loadSqlite();
    const database = new DatabaseSync(file);
    database.exec("UPDATE score_block SET data = x'00'");
    database.close();
    await expect(ask(['CVE-2024-0001'])).rejects.toMatchObject({ code: 'advisories.unusable' });
  });

  it('are told apart in the status', async () => {
    await run(enrich(epss('CVE-2024-0001', 0.5)));
    const database = await openAdvisories(file);
    expect(database.status().feeds).toMatchObject([{ name: 'scores', enriches: true, records: 1 }]);
    database.close();
  });
});

describe('scores that all change every day', () => {
  const count = 20_000;
  const names = Array.from({ length: count }, (_, i) => `CVE-2024-${String(i).padStart(4, '0')}`);
  const on = (n: number): FeedEvent[] => [
    ...enrich(...names.map((name, i) => epss(name, ((i * 7919 + n * 104_729) % 100_000) / 100_000, (i % 1000) / 1000))),
    all,
  ];
  const blocks = async (): Promise<{ rows: number; bytes: number; current: number }> => {
    const { DatabaseSync } = await loadSqlite();
    const database = new DatabaseSync(file, { readOnly: true });
    const row = database
      .prepare('SELECT count(*) AS rows, sum(length(data)) AS bytes, sum(valid_to IS NULL) AS current FROM score_block')
      .get() as { rows: number; bytes: number; current: number };
    database.close();
    return row;
  };

  it('are kept for seven days and take few bytes each', async () => {
    for (let n = 1; n <= 12; n++) {
      expect((await run(on(n), day(n))).change).toMatchObject(
        n === 1 ? { added: count } : { changed: expect.any(Number) },
      );
    }
    const { rows, bytes, current } = await blocks();
    expect(current).toBe(20);
    // Today's, and those of the seven days before, which were answered from until the next.
    expect(rows).toBe(20 * 8);
    expect(bytes / (count * 8)).toBeLessThan(7);
    expect((await ask([names[0]!], day(11)))[0]).toHaveLength(1);
  });
});
