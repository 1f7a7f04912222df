import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { epss } from '../../src/enrichers/epss/index.ts';
import type { Enrichment } from '../../src/model/enrichment.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { differencesOf, type Reason } from './differences.ts';

/** id, score, percentile, day. */
const ours = ({ name, epss: score }: Enrichment): string =>
  [name, score?.score, score?.percentile, score?.date].join(' | ');

interface Day {
  readonly score_date: string;
  readonly data: readonly { readonly id: string; readonly epss: number; readonly percentile?: number }[];
}

const digits =
  'FIRST publishes five decimals; the generation of September 2021 had sixteen of the percentile, and we keep five';

const generations: readonly (readonly [day: string, theirs: readonly Reason[], ours: readonly Reason[]])[] = [
  ['2021-04-14', [], []],
  ['2021-09-01', [[/\| 0\.\d{16} \|/, digits]], [[/\| 0\.\d{5} \|/, digits]]],
  ['2022-02-04', [], []],
  ['2023-03-07', [], []],
];

describe.skipIf(!hasShared)('the samples of EPSS', () => {
  it.each(generations)('generation of %s: as vuls-data-update', async (day, theirs, own) => {
    const files = sampleFiles('epss', 'vuls-data-update');
    const input = files.get(`fetch/epss/testdata/fixtures/epss_scores-${day}.csv.gz`)!;
    const golden = JSON.parse(
      files.get(`fetch/epss/testdata/golden/${day.slice(0, 4)}/${day}.json`)!.toString(),
    ) as Day;
    const { enrichments, notes } = await readFiles(epss, { [`epss_scores-${day}.csv`]: gunzipSync(input) });

    const expected = golden.data.map(({ id, epss: score, percentile }) =>
      [id, score, percentile, golden.score_date.slice(0, 10)].join(' | '),
    );
    const difference = differencesOf(expected, enrichments.map(ours), theirs, own);
    expect(difference.unexplained).toEqual([]);
    expect(enrichments).toHaveLength(golden.data.length);
    expect(notes).toEqual([]);
  });

  it('a comment without a day is noted, and the scores are taken without one', async () => {
    const file = sampleFiles('epss', 'vunnel').get('epss/test-fixtures/missing-date.csv')!;
    const { enrichments, notes } = await readFiles(epss, { 'a.csv': file });
    expect(enrichments.length).toBeGreaterThan(0);
    expect(enrichments.every((enrichment) => enrichment.epss?.date === undefined)).toBe(true);
    expect(notes).toEqual(['the comment does not tell the day of the scores']);
  });
});

describe.skipIf(!hasShared)('the scores of 2026-08-16', () => {
  it('are 360,142, each once, with their day', async () => {
    const { enrichments, notes } = await readFiles(epss, {
      'epss_scores-2026-08-16.csv': readShared('feeds/epss/epss_scores-2026-08-16.csv.gz'),
    });
    expect(enrichments).toHaveLength(360_142);
    expect(new Set(enrichments.map(({ name }) => name)).size).toBe(360_142);
    expect(enrichments.every((enrichment) => enrichment.epss?.date === '2026-08-16')).toBe(true);
    expect(notes).toEqual([]);
  });
});
