import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport } from '../../test/support/report.ts';
import { countingFindings, type FindingFilter, filterReport } from './filters.ts';

const report = makeReport({
  findings: [
    makeFinding('A', { severity: 'critical' }),
    makeFinding('B', { severity: 'high', fixedVersion: '2' }),
    makeFinding('C', { severity: 'high', suppressed: { by: 'policy', reason: 'unreachable' } }),
    makeFinding('key', { severity: 'low', kind: 'secret' }),
    makeFinding('D', { severity: 'unknown', fixedVersion: '2' }),
  ],
});

describe('filterReport', () => {
  it.each<[string, FindingFilter, readonly string[]]>([
    ['nothing asked', {}, ['A', 'B', 'C', 'D', 'key']],
    ['some severities', { severities: ['high', 'low'] }, ['B', 'C', 'key']],
    ['unknown is a severity of its own', { severities: ['unknown'] }, ['D']],
    ['no severity', { severities: [] }, []],
    ['only what can be fixed: other kinds stay', { ignoreUnfixed: true }, ['B', 'D', 'key']],
    ['both', { severities: ['high'], ignoreUnfixed: true }, ['B']],
  ])('%s', (_, filter, expected) => {
    expect(filterReport(report, filter).findings.map(({ id }) => id)).toEqual(expected);
  });

  it('counts anew and leaves the rest', () => {
    const { findings, summary, ...rest } = filterReport(report, { severities: ['high'] });
    const { findings: _, summary: __, ...before } = report;

    expect(summary.bySeverity).toMatchObject({ critical: 0, high: 1, low: 0 });
    expect(findings).toHaveLength(2);
    expect(rest).toEqual(before);
  });
});

describe('countingFindings', () => {
  it('leaves out what a policy suppresses', () => {
    expect(countingFindings(report).map(({ id }) => id)).toEqual(['A', 'B', 'D', 'key']);
  });
});
