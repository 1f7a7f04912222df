import { describe, expect, it } from 'vitest';
import { clairFaults } from '../../../test/support/clair-v4-schemas.ts';
import { makeReport } from '../../../test/support/report.ts';
import type { Finding } from '../../model/finding.ts';
import type { Package } from '../../model/package.ts';
import { clairJson, clairText, clairXml } from './formats.ts';

const options = { width: 80, colour: false };
const digest = `sha256:${'a1'.repeat(32)}`;
const packageOf = (name: string, version: string, more: Partial<Package> = {}): Package => ({
  ...{ name, version, type: 'deb', purl: `pkg:deb/debian/${name}@${version}`, licences: [], presence: 'present' },
  ...{ distribution: 'debian:12', layer: { index: 0 }, locations: ['var/lib/dpkg/status'], ...more },
});
const packages = [packageOf('bash', '5.2'), packageOf('openssl\x1b[31m', '3.0.11-1'), packageOf('zlib1g', '1')];
const findingOf = (id: string, pkg: Package, more: Partial<Finding> = {}): Finding => ({
  ...{ kind: 'vulnerability', id, aliases: [], severity: 'high', confidence: 'certain', title: `of ${id}` },
  ...{ from: 'own', evidence: '', source: { name: 'tracker' }, package: pkg, ...more },
});
const findings = [
  findingOf('CVE-2024-1', packages[0]!, { fixedVersion: '5.3' }),
  findingOf('CVE-2024-22', packages[1]!),
  findingOf('CVE-2024-3', packages[1]!, { suppressed: { by: 'policy:a:1', reason: 'x' } }),
  findingOf('CVE-2024-4', packageOf('unlisted', '1')),
];
const base = makeReport();
const report = {
  ...{ ...base, packages, findings },
  image: { ...base.image, reference: 'registry.example/team/app:1', digest, layers: [{ index: 0, digest, size: 1 }] },
};
const clean = { ...base, packages: [], findings: [] };

describe('the forms of clairctl', () => {
  it('are documents of Clair, one a line', () => {
    const text = clairJson.render([report, clean], options);
    const documents = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents.map((one) => clairFaults('vulnerability_report', one))).toEqual(['', '']);
    const [{ manifest_hash: hash, vulnerabilities, package_vulnerabilities: byPackage, packages: listed }] = documents;
    expect(hash).toBe(digest);
    const told = Object.entries(byPackage as Record<string, string[]>).map(([id, ids]) => [
      listed[id].name,
      ids.map((one) => vulnerabilities[one].name),
    ]);
    expect(told).toEqual([
      ['bash', ['CVE-2024-1']],
      ['openssl\x1b[31m', ['CVE-2024-22']],
      ['unlisted', ['CVE-2024-4']],
    ]);
    expect(text).not.toContain('\x1b');
  });

  it('are lines in columns, or ok', () => {
    expect(clairText.render([report, clean], options).split('\n')).toEqual([
      'app:1 found bash            5.2      CVE-2024-1 (fixed: 5.3)',
      'app:1 found openssl\\x1b[31m 3.0.11-1 CVE-2024-22',
      'app:1 found unlisted        1        CVE-2024-4',
      expect.stringMatching(/ ok$/),
      '',
    ]);
    const incomplete = { ...clean, coverage: { ...clean.coverage, complete: false } };
    expect(clairText.render([incomplete], options)).toMatch(/ error not everything could be read or judged\n$/);
  });

  it('are tests of packages', () => {
    const text = clairXml.render([report], options);
    expect(text).toMatch(/<testsuite name="registry\.example\/team\/app:1" tests="4" errors="0" failures="3"/);
    expect(text).toContain(`<property name="manifest" value="${digest}"`);
    expect(text).toMatch(/<testcase name="zlib1g 1"\s*\/>/);
    expect(text).toMatch(/<failure>Found the following vulnerabilities:&#xa;&#x9;CVE-2024-1<\/failure>/);
  });
});
