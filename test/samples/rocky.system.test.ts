import { describe, expect, it } from 'vitest';
import { rockyOsv } from '../../src/ecosystems/rocky/feed.ts';
import { readFiles } from '../support/feed-events.ts';
import { sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { cvesOf, detectionCves, detectionFacts, factsOf, goldenRecords } from './goldens.ts';

/** The same facts without modules: OSV has no field for them, so that the golden has none. */
function withoutModules(facts: readonly string[]): string[] {
  return facts.map((fact) => fact.replace(/ \S+::/, ' ')).toSorted();
}

describe.skipIf(!hasShared)('samples of Rocky Linux', () => {
  it('vuls-data-update: OSV gives the facts and CVEs of its detections', async () => {
    const files = sampleFiles('rocky', 'vuls-data-update');
    const inputs = [...files].filter(([path]) => path.startsWith('extract/rocky/osv/testdata/fixtures/'));
    const { upserts } = await readFiles(rockyOsv, Object.fromEntries(inputs));
    const records = goldenRecords(files, /^extract\/rocky\/osv\/testdata\/golden\/data\//);

    expect(records).toHaveLength(5);
    expect(withoutModules(factsOf(upserts))).toEqual(
      records.flatMap((record) => detectionFacts(record, (name) => name)).toSorted(),
    );
    expect(cvesOf(upserts)).toEqual(records.flatMap(detectionCves).toSorted());
  });

  it('vuls-data-update: the archive of OSV has the records of its goldens', async () => {
    const files = sampleFiles('rocky', 'vuls-data-update');
    const { upserts } = await readFiles(rockyOsv, {
      'all.zip': files.get('fetch/rocky/osv/testdata/fixtures/all.zip') ?? '',
    });
    const records = goldenRecords(files, /^fetch\/rocky\/osv\/testdata\/golden\//);

    expect(upserts.map(({ id }) => id).toSorted()).toEqual(records.map((record) => record['id']).toSorted());
    expect(upserts).toHaveLength(2);
  });

  it('vunnel: reads its records, which have no golden', async () => {
    const inputs = [...sampleFiles('rocky', 'vunnel')].filter(([path]) => path.includes('/osv/'));
    const { upserts, notes } = await readFiles(rockyOsv, Object.fromEntries(inputs));

    expect(
      upserts.map(({ id, severity, aliases, affected }) => [id, severity, aliases.length, affected[0]?.only?.module]),
    ).toEqual([
      ['RLSA-2021:3891', 'high', 10, undefined],
      ['RLSA-2023:3220', 'high', 7, undefined],
      ['RLSA-2024:3671', 'medium', 3, 'ruby:3.3'],
    ]);
    expect(notes).toEqual([]);
  });
});
