import { describe, expect, it } from 'vitest';
import { ecosystems } from '../../src/ecosystems/index.ts';
import { python } from '../../src/ecosystems/python/index.ts';
import { osvNamespace } from '../../src/formats/osv/namespace.ts';
import { readOsv } from '../../src/formats/osv/read.ts';
import type { JsonRecord } from '../../src/formats/record.ts';
import { readFiles } from '../support/feed-events.ts';
import { hasShared, readShared } from '../support/shared.ts';
import { differencesOf } from './differences.ts';
import { osvGoldenFacts, rangeFacts } from './osv-facts.ts';

const records: readonly JsonRecord[] = hasShared
  ? readShared('feeds/samples/osv/osv-records.ndjson.zst')
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as JsonRecord)
  : [];

const results = records.map((record) =>
  readOsv(record, { namespaceOf: osvNamespace, nameKind: 'binary', cvssSource: 'test' }),
);
const advisories = results.flatMap((result) => (result.kind === 'advisory' ? [result.advisory] : []));

function idsOf(kind: string): string[] {
  return records.filter((_, i) => results[i]?.kind === kind).map((record) => String(record['id']));
}

interface Range {
  readonly type?: string;
  readonly events?: readonly Readonly<Record<string, string>>[];
}

/** Ranges of versions of a record. */
function rangesOf(record: JsonRecord): Range[] {
  const affected = (record['affected'] ?? []) as { ranges?: Range[] }[];
  return affected.flatMap(({ ranges = [] }) => ranges).filter(({ type }) => type !== 'GIT');
}

const count = (has: (record: JsonRecord) => boolean) => records.filter(has).length;

describe.skipIf(!hasShared)('samples of OSV: records of the tests of public projects', () => {
  it('reads all 193, of which 16 leave nothing', () => {
    expect(records).toHaveLength(193);
    expect(idsOf('unreadable')).toEqual([]);
    // pitfall 12
    expect(idsOf('withdrawn')).toEqual([
      'PYSEC-2019-156',
      'PYSEC-2023-73',
      'UBUNTU-CVE-2001-1593',
      'UBUNTU-CVE-2010-0751',
      'UBUNTU-CVE-2013-2208',
      'UBUNTU-CVE-2014-2901',
      'UBUNTU-CVE-2020-36325',
    ]);
    expect(idsOf('empty')).toEqual([
      // Neither ranges nor versions.
      'CVE-2',
      'CVE-2023-0001',
      'CVE-2023-0002',
      'CVE-5',
      'GSD-2022-1000008',
      // Commits alone.
      'GSD-2023-1000387',
      'OSV-2020-484',
      // Neither again.
      'OSV-2021-1658',
      // Commits alone.
      'OSV-2024-1282',
    ]);
    expect(advisories).toHaveLength(177);
  });

  it('pitfall 10: has ranges of several pairs, last ones that are affected, and limits, and reads each as it is listed', () => {
    const kept = records.filter((_, i) => results[i]?.kind === 'advisory');
    const expected = kept.flatMap((record) => osvGoldenFacts(record, osvNamespace));

    const { unexplained, equal } = differencesOf(expected, rangeFacts(advisories), [], []);

    expect(unexplained).toEqual([]);
    expect(equal).toBe(rangeFacts(advisories).length);
    const starts = (range: Range) => (range.events ?? []).filter((event) => event['introduced'] !== undefined).length;
    expect({
      pairs: count((record) => rangesOf(record).some((range) => starts(range) > 1)),
      last: count((record) => rangesOf(record).some(({ events = [] }) => events.some((e) => 'last_affected' in e))),
      limit: count((record) => JSON.stringify(record['affected'] ?? []).includes('"limit"')),
    }).toEqual({ pairs: 23, last: 2, limit: 3 });
  });

  it('a range without a type is one of versions', () => {
    expect(rangeFacts(advisories.filter(({ id }) => id === 'CVE-2023-2727'))).toEqual([
      'CVE-2023-2727 kubernetes k8s.io/apiserver 1.24.0..1.24.14',
    ]);
  });

  it('pitfall 26: an odd version of the schema costs no record, and the year 3000 is no date', async () => {
    const record = records.find(({ id }) => id === 'PYSEC-456');
    const { upserts } = await readFiles(python.osv, { 'PYSEC-456.json': JSON.stringify(record) });

    expect(record?.['schema_version']).toBe('SCHEMA_VERSION');
    expect(upserts).toMatchObject([
      { id: 'PYSEC-456', affected: [{ ranges: [{ introduced: '1.14.2', fixed: '1.31.0' }] }] },
    ]);
    expect(upserts[0]).not.toHaveProperty('published');
    expect(upserts[0]).not.toHaveProperty('modified');
  });

  it('pitfall 11: malware has a namespace of its own in each database', async () => {
    const own = ['npm', 'RubyGems', 'PyPI', 'crates.io'];
    const languages = ecosystems.flatMap(({ feeds }) => feeds);
    const documents = { 'all.ndjson': records.map((record) => JSON.stringify(record)).join('\n') };
    const found = [];
    for (const feed of languages.filter(({ folder }) => own.includes(folder.slice('osv/'.length)))) {
      const { upserts } = await readFiles(feed, documents);
      found.push(...upserts.filter(({ id }) => id.startsWith('MAL-')));
      for (const { id, affected } of upserts) {
        for (const { namespace } of affected)
          expect([id, namespace.startsWith('malicious:')]).toEqual([id, id.startsWith('MAL-')]);
      }
    }

    expect(found.map(({ id, affected }) => `${id} ${affected[0]?.namespace}`).toSorted()).toEqual([
      'MAL-2023-1 malicious:npm',
      'MAL-2023-11 malicious:rubygems',
      'MAL-2023-8 malicious:pypi',
      'MAL-2023-8429 malicious:crates.io',
    ]);
  });

  it('pitfall 15: builds of others stand under their own names', () => {
    const seal = advisories.filter(({ affected }) => affected.some(({ namespace }) => namespace.startsWith('seal:')));

    expect(seal.map(({ id }) => id)).toContain('CVE-2020-14387');
    expect(advisories.flatMap(({ affected }) => affected).filter(({ namespace }) => namespace === 'alpine')).toEqual(
      [],
    );
  });
});
