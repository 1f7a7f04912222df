import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFinding, makeVulnerability } from '../../../../test/support/report.ts';
import { groupFindings, groupings, listGroups } from './finding-groups.ts';

const findings = [
  makeVulnerability('CVE-1', 'curl', '1', { severity: 'high' }),
  makeVulnerability('CVE-2', 'curl', '1', { severity: 'low' }),
  makeVulnerability('CVE-1', 'libcurl', '1', { severity: 'high' }),
  makeFinding('key', { kind: 'secret', severity: 'critical', location: { path: 'app/.env' }, layer: { index: 2 } }),
];
const all = [3, 0, 2, 1];

describe('groupFindings', () => {
  it.each([
    ['vulnerability', [[3], [0, 2], [1]]],
    ['package', [[3], [0, 1], [2]]],
    ['layer', [[3], [0, 2, 1]]],
    ['kind', [[3], [0, 2, 1]]],
  ] as const)('by %s, the group of what comes first at the top', (grouping, expected) => {
    expect(groupFindings(findings, all, grouping).map(({ rows }) => rows)).toEqual(expected);
  });

  it('keeps every finding once, in its order, and counts it by severity', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3]);
    const grouping = fc.constantFrom(...groupings.filter((one) => one !== 'none'));
    fc.assert(
      fc.property(order, grouping, (rows, by) => {
        const groups = groupFindings(findings, rows, by);

        expect(groups.flatMap((group) => group.rows).sort()).toEqual([...rows].sort());
        for (const group of groups) {
          expect([...group.rows].sort((a, b) => rows.indexOf(a) - rows.indexOf(b))).toEqual(group.rows);
          expect(group.bySeverity.reduce((sum, count) => sum + count, 0)).toBe(group.rows.length);
          expect(group.first).toBe(group.rows[0]);
        }
      }),
    );
  });
});

describe('listGroups', () => {
  it('has the head of each group, and what is in those that are open', () => {
    const groups = groupFindings(findings, all, 'package');

    expect([...listGroups(groups, () => false)]).toEqual([-1, -2, -3]);
    expect([...listGroups(groups, ({ key }) => key.startsWith('package curl'))]).toEqual([-1, -2, 0, 1, -3]);
  });
});
