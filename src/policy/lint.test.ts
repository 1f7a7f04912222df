import { describe, expect, it } from 'vitest';
import { makeReport, makeVulnerability } from '../../test/support/report.ts';
import { lintPolicy } from './lint.ts';
import { readPolicy } from './read.ts';

const now = new Date('2026-08-21T12:00:00Z');
const reports = [
  makeReport({ findings: [makeVulnerability('CVE-2024-1', 'openssl', '3.0.11', { severity: 'low' })] }),
  makeReport({ findings: [makeVulnerability('CVE-2024-2', 'bash', '5.2')] }),
];

async function lint(entries: readonly string[], subjects = reports) {
  const policy = await readPolicy(
    ['accept:', ...entries.map((one) => `- {reason: x, ${one}}`)].join('\n'),
    'p.yaml',
    now,
  );
  return lintPolicy(policy, now, subjects).map(({ line, code }) => `${line} ${code}`);
}

describe('lintPolicy', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['nothing of what is right', ['id: CVE-2024-1, expires: 2026-12-31', 'id: CVE-2024-2, expires: 2026-12-31'], []],
    ['what has expired', ['id: CVE-2024-1, expires: 2026-08-20'], ['2 expired']],
    ['what expires within 14 days', ['id: CVE-2024-1, expires: 2026-09-04'], ['2 expires-soon']],
    ['not what expires in 15', ['id: CVE-2024-1, expires: 2026-09-05'], []],
    ['what means nothing', ['id: CVE-2024-3, expires: 2026-12-31'], ['2 unused']],
    ['what means everything of a kind', ['severity: low, expires: 2026-12-31'], ['2 broad']],
    ['the same twice', ['id: CVE-2024-1, expires: 2026-12-31', 'id: CVE-2024-1, expires: 2026-12-31'], ['3 shadowed']],
    [
      'what is narrower than an earlier one',
      ['id: [CVE-2024-1, CVE-2024-9], expires: 2026-12-31', 'id: CVE-2024-9, package: x, expires: 2026-12-31'],
      ['3 shadowed'],
    ],
    [
      'what others have accepted all of',
      ['package: openssl, expires: 2026-12-31', 'id: CVE-2024-1, expires: 2026-12-31'],
      ['3 shadowed'],
    ],
    [
      'not what holds longer',
      ['id: CVE-2024-7, expires: 2026-10-01', 'id: CVE-2024-7, expires: 2026-12-31'],
      ['2 unused', '3 unused'],
    ],
    [
      'not what an expired one hides',
      ['id: CVE-2024-1, expires: 2026-01-01', 'id: CVE-2024-1, expires: 2026-12-31'],
      ['2 expired'],
    ],
  ])('names %s', async (_, entries, expected) => {
    expect(await lint(entries)).toEqual(expected);
  });

  it('knows of no use without a report', async () => {
    expect(await lint(['id: CVE-2024-3, expires: 2026-12-31'], [])).toEqual([]);
  });

  it('looks at a report as if the policy had not been applied to it', async () => {
    const [first] = reports;
    const suppressed = { by: 'policy:p.yaml:2', reason: 'x', expires: '2026-12-31' };
    const used = { ...first!, findings: first!.findings.map((finding) => ({ ...finding, suppressed })) };

    expect(await lint(['id: CVE-2024-1, expires: 2026-12-31'], [used])).toEqual([]);
  });
});
