import { describe, expect, it } from 'vitest';
import { makeReport, makeVulnerability } from '../../test/support/report.ts';
import type { Finding, FindingScore } from '../model/finding.ts';
import { comparePriority, type Ranked } from './priority.ts';
import { renderTable } from './table.ts';

const ranked = (more: Partial<Ranked>): Ranked => ({ severity: 'medium', ...more });

describe('comparePriority', () => {
  it.each<[string, Partial<Ranked>, Partial<Ranked>]>([
    [
      'what a run used before what it did not',
      { severity: 'low', use: 'loaded' },
      { severity: 'critical', score: { kev: true }, use: 'not-seen' },
    ],
    [
      'what is exploited before what is critical',
      { severity: 'low', score: { kev: true } },
      { severity: 'critical', score: { epss: 0.9 } },
    ],
    [
      'an even chance before a severity',
      { severity: 'low', score: { epss: 0.5 } },
      { severity: 'critical', score: { epss: 0.49 } },
    ],
    [
      'a chance of 10 % before a severity',
      { severity: 'low', score: { epss: 0.1 } },
      { severity: 'critical', score: { epss: 0.09 } },
    ],
    [
      'a severity before a smaller chance',
      { severity: 'high', score: { epss: 0.001 } },
      { severity: 'medium', score: { epss: 0.09 } },
    ],
    ['what can be mended before what cannot', { fixedVersion: '2', score: { epss: 0.01 } }, { score: { epss: 0.02 } }],
    ['the greater chance of equals', { score: { epss: 0.02 } }, { score: { epss: 0.01 } }],
    ['some chance before an unknown one', { score: { epss: 0.02 } }, {}],
  ])('puts %s', (_, first, second) => {
    expect(comparePriority(ranked(first), ranked(second))).toBeLessThan(0);
    expect(comparePriority(ranked(second), ranked(first))).toBeGreaterThan(0);
  });
});

describe('the table', () => {
  const finding = (id: string, severity: Finding['severity'], score?: Partial<FindingScore>): Finding =>
    makeVulnerability(id, 'bash', '5.1', {
      severity,
      title: `Title of ${id}`,
      ...(score && { score: { cvss: [], ...score } }),
    });
  const grave = finding('CVE-2024-0001', 'critical', { epss: 0.0004 });
  const exploited = finding('CVE-2024-0002', 'medium', { epss: 0.942, kev: true });
  const order = (text: string): string[] => [...text.matchAll(/^ {2}[A-Z]+ +(CVE-\S+)/gm)].map(([, id]) => id!);
  const render = (findings: Finding[], sort?: 'priority' | 'severity', width = 100) =>
    renderTable(makeReport({ findings }), { width, colour: false, ...(sort && { sort }) });

  it('tells what is exploited first, and how probable it is', () => {
    const text = render([grave, exploited]);
    expect(order(text)).toEqual(['CVE-2024-0002', 'CVE-2024-0001']);
    expect(text).toMatch(/CVE-2024-0002 .*KEV EPSS 94\.2 %/);
    expect(text).toMatch(/CVE-2024-0001 .*EPSS 0\.04 %/);
  });

  it('tells what is grave first where that is asked for', () => {
    expect(order(render([grave, exploited], 'severity'))).toEqual(['CVE-2024-0001', 'CVE-2024-0002']);
  });

  it('does not hide on a narrow page that something is exploited', () => {
    expect(render([grave, exploited], undefined, 50)).toContain('[KEV]');
  });

  it('is the same in both orders where nothing is known of exploitation', () => {
    const findings = [finding('CVE-2024-0001', 'low'), finding('CVE-2024-0002', 'high')];
    expect(render(findings, 'priority')).toBe(render(findings, 'severity'));
    expect(render(findings)).not.toMatch(/EPSS|KEV/);
  });
});
