import { describe, expect, it } from 'vitest';
import { kev } from '../../src/enrichers/kev/index.ts';
import type { Enrichment } from '../../src/model/enrichment.ts';
import { readFiles } from '../support/feed-events.ts';
import { type SampleProject, sampleFiles } from '../support/samples.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { differencesOf } from './differences.ts';

type Row = Readonly<Record<string, unknown>>;

/** id, added, due, used by ransomware, title. */
const ours = ({ name, exploited, title }: Enrichment): string =>
  [name, exploited?.added, exploited?.due, exploited?.ransomware === true, title].join(' | ');
/** The catalogue's own members, which two of the converters keep. */
const plain = (row: Row): string =>
  [
    row['cveID'],
    row['dateAdded'],
    row['dueDate'],
    row['knownRansomwareCampaignUse'] === 'Known',
    row['vulnerabilityName'],
  ].join(' | ');

const cases: readonly (readonly [SampleProject, string, string, (file: Row) => string])[] = [
  ['vuln-list-update', 'kevc/testdata/happy/known_exploited_vulnerabilities.json', 'kevc/testdata/golden/', plain],
  [
    'vunnel',
    'kev/test-fixtures/valid-catalog-1.json',
    'kev/test-fixtures/snapshots/valid-catalog-1/',
    (file) => plain(file['item'] as Row),
  ],
  [
    'vuls-data-update',
    'fetch/cisa/kev/testdata/fixtures/known_exploited_vulnerabilities.json',
    'fetch/cisa/kev/testdata/golden/',
    plain,
  ],
  [
    'vuls-data-update',
    'fetch/cisa/kev/testdata/fixtures/known_exploited_vulnerabilities.json',
    'extract/cisa/kev/testdata/golden/data/',
    (file) => {
      const { content } = (file['vulnerabilities'] as Row[])[0] as { content: Row };
      const entry = content['kev'] as Row;
      const day = (value: unknown): string => String(value).slice(0, 10);
      return [
        content['id'],
        day(entry['date_added']),
        day(entry['due_date']),
        entry['known_ransomware_campaign_use'] === 'Known',
        content['title'],
      ].join(' | ');
    },
  ],
];

describe.skipIf(!hasShared)('the samples of KEV', () => {
  it.each(cases)('%s %s: as %s', async (project, input, golden, map) => {
    const files = sampleFiles('kev', project);
    const goldens = [...files].filter(([name]) => name.startsWith(golden) && name.endsWith('.json'));
    const { enrichments, notes } = await readFiles(kev, { 'known.json': files.get(input)! });

    const expected = goldens.map(([, text]) => map(JSON.parse(text.toString()) as Row));
    const difference = differencesOf(expected, enrichments.map(ours), [], []);
    expect(difference.unexplained).toEqual([]);
    expect(difference.equal).toBeGreaterThan(0);
    // Catalogues of samples were cut.
    expect(
      notes.filter((note) => !/^the catalogue says that it has \d+ vulnerabilities, and has \d$/.test(note)),
    ).toEqual([]);
  });
});

describe.skipIf(!hasShared)('the catalogue of 2025-08-25', () => {
  it('has 1,404 entries, each with a day', async () => {
    const { enrichments, notes } = await readFiles(kev, {
      'known.json': readShared('feeds/cisa-kev/known_exploited_vulnerabilities.json.zst'),
    });
    expect(enrichments).toHaveLength(1404);
    expect(new Set(enrichments.map(({ name }) => name)).size).toBe(1404);
    expect(enrichments.every(({ exploited }) => exploited?.added !== undefined && exploited.due !== undefined)).toBe(
      true,
    );
    expect(notes).toEqual([]);
  });
});
