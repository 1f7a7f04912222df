import { describe, expect, it } from 'vitest';
import type { VexDocument } from '../../src/formats/vex/document.ts';
import { readVex } from '../../src/formats/vex/read.ts';
import type { Package } from '../../src/model/package.ts';
import { formatPurl } from '../../src/model/purl.ts';
import { applyVex } from '../../src/policy/vex.ts';
import { makeReport, makeVulnerability } from '../support/report.ts';
import { type SampleProject, sampleFiles } from '../support/samples.ts';
import { hasShared } from '../support/shared.ts';
import { makePackage } from '../support/view.ts';

const now = new Date('2026-08-21T12:00:00Z');

function documents(source: string, project: SampleProject, folder: string): ReadonlyMap<string, VexDocument> {
  const files = [...sampleFiles(source, project)].filter(([name]) => name.startsWith(folder) && name.endsWith('.json'));
  return new Map(files.map(([name, bytes]) => [name, readVex(bytes)]));
}

function count(read: ReadonlyMap<string, VexDocument>) {
  const all = [...read.values()];
  return {
    documents: all.length,
    statements: all.reduce((sum, { statements }) => sum + statements.length, 0),
    skipped: all.flatMap(({ skipped }) => skipped.map(({ reason }) => reason)),
  };
}

describe.skipIf(!hasShared)('statements of publishers, given to --vex', () => {
  it('reads what Canonical publishes as OpenVEX', () => {
    expect(count(documents('ubuntu', 'vunnel', 'ubuntu/test-fixtures/vex/'))).toEqual({
      documents: 2,
      statements: 5,
      skipped: [],
    });
  });

  it('reads what Red Hat publishes as CSAF', () => {
    const read = documents('redhat', 'vunnel', 'rhel/test-fixtures/csaf/advisories/');

    const { statements, skipped } = count(read);
    expect([read.size > 0, statements >= read.size, skipped]).toEqual([true, true, []]);
  });

  it.each<[string, string, string, boolean, string]>([
    ['the version that Canonical fixed it in', '7.81.0-1ubuntu1.24', 'jammy', true, ''],
    ['an older version', '7.81.0-1ubuntu1.10', 'jammy', false, 'other-version'],
    ['the same version of another release', '7.81.0-1ubuntu1.24', 'noble', false, 'other-version'],
  ])('rules out CVE-2023-38545 in %s: %s of %s', (_, version, codename, suppressed, mismatch) => {
    const read = documents('ubuntu', 'vunnel', 'ubuntu/test-fixtures/vex/');
    const document = [...read].find(([name]) => name.endsWith('/CVE-2023-38545.json'))![1];
    const release = codename === 'jammy' ? '22.04' : '24.04';
    const curl: Package = makePackage('libcurl4', version, {
      source: { name: 'curl', version },
      distribution: `ubuntu:${release}`,
      purl: formatPurl('deb', 'ubuntu', 'libcurl4', version, { arch: 'amd64', distro: `ubuntu-${release}` }),
    });
    const { name, purl, layer } = curl;
    const report = makeReport({
      view: { packages: [curl], distribution: { id: 'ubuntu', version: release, name: '', codename } },
      findings: [makeVulnerability('CVE-2023-38545', name, version, { package: { name, version, purl }, layer })],
    });

    const { findings, outcomes } = applyVex(report, [{ name: 'x', document }], now);

    expect(findings[0]?.suppressed !== undefined).toBe(suppressed);
    if (mismatch !== '') expect(Object.keys(outcomes[0]!.mismatches)).toContain(mismatch);
  });
});
