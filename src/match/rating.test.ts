import { describe, expect, it } from 'vitest';
import { makeAdvisory } from '../../test/support/view.ts';
import type { AdvisoryHit } from '../model/advisory.ts';
import type { CvssScore } from '../model/cvss.ts';
import type { Severity } from '../model/severity.ts';
import { rate } from './rating.ts';

interface Words {
  readonly row?: Severity;
  readonly record?: Severity;
  readonly cvss?: readonly CvssScore[];
}

function hit({ row, record = 'unknown', cvss }: Words): AdvisoryHit {
  const { affected, ...advisory } = makeAdvisory(
    'CVE-2024-0001',
    [{ package: 'p', ...(row === undefined ? {} : { severity: row }) }],
    { severity: record, ...(cvss === undefined ? {} : { cvss }) },
  );
  return { feed: 'f', advisory, affected: affected[0]! };
}

function score(version: string, source: string, value?: number): CvssScore {
  return { version, source, vector: `${source}/${version}`, ...(value === undefined ? {} : { score: value }) };
}

describe('the severity by records alone', () => {
  it.each<[string, readonly Words[], Severity]>([
    ['nobody judged it', [{}], 'unknown'],
    ['the row before the record', [{ row: 'low', record: 'critical' }], 'low'],
    ['an unknown row leaves it to the record', [{ row: 'unknown', record: 'critical' }], 'critical'],
    ['a word before a score', [{ record: 'negligible', cvss: [score('3.1', 'vendor', 9.8)] }], 'negligible'],
    ['the first record that has a word', [{}, { record: 'medium' }, { record: 'high' }], 'medium'],
    ['the row of a later record before the word of the first', [{ record: 'high' }, { row: 'low' }], 'low'],
    ['the publisher before NVD', [{ cvss: [score('3.1', 'nvd', 9.8), score('2.0', 'vendor', 5)] }], 'medium'],
    ['version 4 before 3.1', [{ cvss: [score('3.1', 'nvd', 9.8), score('4.0', 'nvd', 2)] }], 'low'],
    [
      'version 3.1 before 3.0 before 2',
      [{ cvss: [score('2.0', 'nvd', 9), score('3.0', 'nvd', 7), score('3.1', 'nvd', 5)] }],
      'medium',
    ],
    ['a score of 9 is no critical in version 2', [{ cvss: [score('2.0', 'nvd', 9)] }], 'high'],
    ['a score of 0 is negligible', [{ cvss: [score('3.1', 'nvd', 0)] }], 'negligible'],
    ['a vector without score is passed over', [{ cvss: [score('4.0', 'vendor'), score('3.1', 'nvd', 7.5)] }], 'high'],
  ])('%s', (_, words, expected) => {
    expect(rate(words.map(hit)).severity).toBe(expected);
  });
});

describe('the scores of records', () => {
  it('keeps every score once, the one that counts first', () => {
    const nvd = score('3.1', 'nvd', 9.8);
    const vendor = score('3.0', 'vendor', 5);

    expect(rate([hit({ cvss: [nvd] }), hit({ cvss: [nvd, vendor] })]).score?.cvss).toEqual([vendor, nvd]);
  });

  it('computes the score of a bare vector', () => {
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

    const rating = rate([hit({ cvss: [{ version: '3.1', vector, source: 'vendor' }] })]);
    expect([rating.score?.cvss[0]?.score, rating.severity]).toEqual([9.8, 'critical']);
  });
});
