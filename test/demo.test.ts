import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeDemo } from '../examples/make-demo.ts';
import { openStarter } from '../src/advisories/starter.ts';
import type { Finding } from '../src/model/finding.ts';
import type { Report } from '../src/model/report.ts';
import { sha256 } from './support/image.ts';
import { projectRoot } from './support/run.ts';
import { scanOne } from './support/scan.ts';

const demo = path.join(projectRoot, 'examples/demo.tar');

describe('examples/demo.tar', () => {
  let report: Report;
  let vulnerabilities: readonly Finding[];

  beforeAll(async () => {
    const source = await openStarter();
    report = await scanOne(demo, { advisories: { supply: () => Promise.resolve({ source, problems: [] }) } });
    vulnerabilities = report.findings.filter((finding) => finding.kind === 'vulnerability');
    source.close();
  });

  it('is what examples/make-demo.ts makes', () => {
    expect(sha256(makeDemo())).toBe(sha256(readFileSync(demo)));
  });

  it('is small enough to be committed and shipped', () => {
    expect(readFileSync(demo).length).toBeLessThan(200_000);
  });

  it('shows packages of two layers, one of them upgraded, one removed', () => {
    const found = new Map(report.packages.map((pkg) => [pkg.name, pkg]));

    expect(report.image.distribution?.id).toBe('debian');
    expect(report.packages).toHaveLength(13);
    expect(found.get('libc6')?.layer.index).toBe(0);
    expect(found.get('libwebp7')?.layer.index).toBe(1);
    expect(found.get('libcurl4')).toMatchObject({ version: '7.88.1-10+deb12u5', layer: { index: 3 } });
    expect(found.has('openssh-client')).toBe(false);
    expect(report.coverage.byClass.unowned).toBeGreaterThan(0);
  });

  it('has something true to say with the starter set: several severities, several layers', () => {
    const ids = vulnerabilities.map((finding) => `${finding.id} ${finding.package?.name}`);

    expect(ids.length).toBeGreaterThanOrEqual(15);
    expect(ids.length).toBeLessThanOrEqual(25);
    expect(ids).toContain('CVE-2023-4911 libc6');
    expect(ids).toContain('CVE-2023-4863 libwebp7');
    // Fixed by the upgrade in layer 3, or long before.
    expect(ids).not.toContain('CVE-2023-38545 libcurl4');
    expect(ids).not.toContain('CVE-2014-0160 libssl3');
    expect(new Set(vulnerabilities.map((finding) => finding.severity))).toEqual(
      new Set(['negligible', 'low', 'medium', 'high', 'critical']),
    );
    expect(new Set(vulnerabilities.map((finding) => finding.layer?.index))).toEqual(new Set([0, 1, 3]));
    expect(vulnerabilities.some((finding) => finding.fixedVersion === undefined)).toBe(true);
  });

  it('is read completely', () => {
    expect(report.problems).toEqual([]);
    expect(report.coverage.complete).toBe(true);
  });
});
