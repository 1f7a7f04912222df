import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severities } from '../../../../src/model/severity.ts';
import { comparePriority } from '../../../../src/report/priority.ts';
import { makeFinding, makeVulnerability } from '../../../../test/support/report.ts';
import type { Finding } from '../../api/schema.ts';
import { orderFindings } from './finding-order.ts';

describe('orderFindings', () => {
  it('orders by priority as every other form of the report does', () => {
    const finding = fc
      .record({
        severity: fc.constantFrom(...severities),
        use: fc.option(fc.constantFrom('listening', 'opened', 'not-seen' as const), { nil: undefined }),
        fixedVersion: fc.option(fc.constant('2'), { nil: undefined }),
        epss: fc.option(fc.constantFrom(0, 0.05, 0.1, 0.11, 0.49, 0.5, 0.51, 1), { nil: undefined }),
        kev: fc.boolean(),
      })
      .map(({ epss, kev, ...rest }) =>
        makeFinding('CVE-2024-1', {
          ...rest,
          score: { cvss: [], kev, ...(epss !== undefined && { epss }) },
        } as Partial<Finding>),
      );
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 30 }), (findings) => {
        const expected = [...findings.keys()].sort((a, b) => comparePriority(findings[a]!, findings[b]!) || a - b);

        expect([...orderFindings(findings, 'priority')]).toEqual(expected);
      }),
    );
  });

  const findings = [
    makeVulnerability('CVE-2024-2', 'zlib', '1', { severity: 'low', score: { cvss: [], epss: 0.9 } }),
    makeFinding('secret-rule', { kind: 'secret', severity: 'critical', location: { path: 'a' } }),
    makeVulnerability('CVE-2024-1', 'apt', '1', {
      severity: 'high',
      score: { cvss: [{ version: '3.1', vector: 'V', score: 5, source: 'nvd' }] },
    }),
  ];

  it.each([
    ['severity', false, [1, 2, 0]],
    ['severity', true, [0, 2, 1]],
    ['name', false, [2, 0, 1]],
    ['package', false, [2, 0, 1]],
    ['package', true, [1, 0, 2]],
    ['epss', false, [0, 1, 2]],
    ['cvss', false, [2, 0, 1]],
  ] as const)('orders by %s, backwards: %s', (order, backwards, expected) => {
    expect([...orderFindings(findings, order, backwards)]).toEqual(expected);
  });
});
