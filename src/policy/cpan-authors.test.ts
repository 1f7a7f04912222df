import { expect, it } from 'vitest';
import { makeReport, makeVulnerability } from '../../test/support/report.ts';
import { makePackage } from '../../test/support/view.ts';
import { diffReports } from '../diff/report-diff.ts';
import { packageName, parsePackageUrl } from '../formats/package-url.ts';
import { readVex } from '../formats/vex/read.ts';
import { withoutAuthor } from '../model/purl.ts';
import { applyPolicy } from './apply.ts';
import { readPolicy } from './read.ts';
import { applyVex } from './vex.ts';

const now = new Date('2026-08-21T12:00:00Z');
const purls = ['pkg:cpan/Try-Tiny@0.31', 'pkg:cpan/ETHER/Try-Tiny@0.31'] as const;

function reportOf(purl: string) {
  const pkg = makePackage('Try-Tiny', '0.31', { type: 'cpan', purl });
  const named = { name: pkg.name, version: pkg.version, purl };
  return makeReport({
    findings: [makeVulnerability('CVE-2024-1', 'Try-Tiny', '0.31', { package: named })],
    view: { packages: [pkg] },
  });
}

it.each(purls)('policies and VEX mean %s with its author and without', async (purl) => {
  const report = reportOf(purl);
  for (const pattern of ['Try-Tiny', 'pkg:cpan/Try-Tiny', 'pkg:cpan/ETHER/Try-Tiny@0.31', 'pkg:cpan/Try-*']) {
    const text = `accept:\n- {id: CVE-2024-1, package: "${pattern}", reason: x, expires: 2026-12-31}`;
    const { findings } = applyPolicy(report, await readPolicy(text, 'p.yaml', now), now);
    expect(findings[0]?.suppressed, pattern).toBeDefined();
  }
  for (const id of purls) {
    const statements = [
      {
        vulnerability: { name: 'CVE-2024-1' },
        products: [{ '@id': id }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
      },
    ];
    const document = {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      author: 'A',
      timestamp: '2026-01-01T00:00:00Z',
      statements,
    };
    const read = readVex(Buffer.from(JSON.stringify(document)));
    const { findings } = applyVex(report, [{ name: 'v.json', document: read }], now);
    expect(findings[0]?.suppressed, id).toBeDefined();
  }
});

it('a report of before has the same packages and findings', () => {
  expect(diffReports(reportOf(purls[0]), reportOf(purls[1]), undefined)).toMatchObject({
    findings: [],
    packages: [],
    unchanged: 1,
  });
});

it('an author is no part of the name', () => {
  for (const purl of purls) {
    expect(packageName(parsePackageUrl(purl)!)).toBe('Try-Tiny');
    expect(withoutAuthor(purl)).toBe('pkg:cpan/Try-Tiny@0.31');
  }
  expect(withoutAuthor('pkg:cpan/Try-Tiny@a/b')).toBe('pkg:cpan/Try-Tiny@a/b');
  expect(withoutAuthor('pkg:npm/%40a/b@1')).toBe('pkg:npm/%40a/b@1');
});
