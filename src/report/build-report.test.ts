import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport, oneOfEachKind, someProblems } from '../../test/support/report.ts';
import { makePackage } from '../../test/support/view.ts';

describe('buildReport', () => {
  it('gives the same bytes whatever the order of its parts (T-19)', () => {
    const packages = ['b', 'a', 'c'].flatMap((name) => [makePackage(name, '2'), makePackage(name, '1')]);
    const findings = [
      ...oneOfEachKind,
      makeFinding('A', { location: { path: 'x', line: 2 } }),
      makeFinding('A', { location: { path: 'x', line: 1 } }),
      makeFinding('A', { evidence: 'differs in this alone' }),
    ];
    const rules = ['z', 'a'].map((name) => ({ name, digest: 'sha256:1' }));
    const feeds = ['z', 'a'].map((name) => ({ name, records: 1 }));
    const make = (turn: <T>(list: readonly T[]) => readonly T[]) =>
      JSON.stringify(
        makeReport({
          view: { packages: turn(packages) },
          findings: turn(findings),
          problems: turn(someProblems),
          rules: turn(rules),
          advisories: { feeds: turn(feeds), starter: false },
        }),
      );

    expect(make((list) => list.toReversed())).toBe(make((list) => list));
  });

  it('sorts findings by kind, the gravest first, then by id', () => {
    const findings = [
      makeFinding('B', { severity: 'low' }),
      makeFinding('rule', { kind: 'secret', severity: 'critical' }),
      makeFinding('C', { severity: 'unknown' }),
      makeFinding('A', { severity: 'low' }),
      makeFinding('D', { severity: 'critical' }),
    ];

    expect(makeReport({ findings }).findings.map(({ id }) => id)).toEqual(['D', 'A', 'B', 'C', 'rule']);
  });

  it('puts what makes it incomplete before other problems, and takes each problem once', () => {
    const report = makeReport({ problems: someProblems, view: { problems: someProblems } });

    expect(report.problems.map(({ code }) => code)).toEqual(['file.format', 'layer.trailing-bytes']);
  });

  it.each([
    ['no problem', [], true],
    ['a problem that hides nothing', someProblems.slice(0, 1), true],
    ['a problem that hides something', someProblems, false],
  ])('is complete or not by its problems: %s', (_, problems, complete) => {
    expect(makeReport({ problems }).coverage.complete).toBe(complete);
  });

  it('counts findings by severity and kind, without the suppressed', () => {
    const findings = [
      makeFinding('A', { severity: 'high' }),
      makeFinding('B', { severity: 'high', suppressed: { by: 'policy', reason: 'unreachable' } }),
      makeFinding('C', { severity: 'low', kind: 'secret' }),
    ];

    expect(makeReport({ findings }).summary).toEqual({
      bySeverity: { critical: 0, high: 1, medium: 0, low: 1, negligible: 0, unknown: 0 },
      byKind: { vulnerability: 1, secret: 1 },
    });
  });

  it.each([
    ['2026-08-21T12:00:00Z', '2026-08-21T12:00:00Z'],
    ['2026-08-21T12:00:00.123Z', '2026-08-21T12:00:00.123Z'],
  ])('writes the moment %s as %s', (moment, expected) => {
    expect(makeReport({ createdAt: new Date(moment) }).createdAt).toBe(expected);
  });
});
