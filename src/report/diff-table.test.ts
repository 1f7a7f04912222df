import { describe, expect, it } from 'vitest';
import { makeReport, makeVulnerability } from '../../test/support/report.ts';
import { makeLayers, makePackage } from '../../test/support/view.ts';
import { diffReports } from '../diff/report-diff.ts';
import type { Finding } from '../model/finding.ts';
import { renderDiffTable } from './diff-table.ts';

const cve = (id: string, version: string, more: Partial<Finding> = {}): Finding =>
  makeVulnerability(id, 'openssl', version, { severity: 'high', ...more });

function report(version: string, findings: readonly Finding[], layer: string) {
  const packages = [makePackage('openssl', version), makePackage('bash', '5')];
  return makeReport({ findings, view: { packages, image: { layers: makeLayers('ADD a', layer) } } });
}

describe('renderDiffTable', () => {
  it('tells what is new first, and why', () => {
    const before = report('3.0', [cve('CVE-2024-1', '3.0'), cve('CVE-2024-2', '3.0')], 'RUN a');
    const after = makeReport({
      findings: [cve('CVE-2024-2', '3.1', { severity: 'critical' }), cve('CVE-2024-3', '3.1', { fixedVersion: '3.2' })],
      view: {
        packages: [makePackage('openssl', '3.1'), makePackage('zsh', '1')],
        image: { layers: makeLayers('ADD a', 'RUN b', 'RUN c') },
      },
    });
    const diff = diffReports(before, after, [cve('CVE-2024-1', '3.0'), cve('CVE-2024-2', '3.0')]);

    expect(renderDiffTable(diff, { width: 100, colour: false })).toBe(`\
before    example:1, scanned 2026-08-21, by advisories of 2026-08-20, 2 findings
after     example:1, scanned 2026-08-21, by advisories of 2026-08-20, 2 findings
  other layers; packages: 1 added, 1 changed, 1 removed

NEW, since the image changed  1 (1 high)
  HIGH        CVE-2024-3 in openssl 3.1, fixed in 3.2
              the image had openssl 3.0, which does not have it.

GRAVER THAN BEFORE  1 (1 critical)
  CRITICAL    CVE-2024-2 in openssl 3.1
              its severity was raised from high to critical.

GONE, since the image changed  1 (1 high)
  HIGH        CVE-2024-1 in openssl 3.0
              the image has openssl 3.1 now, in place of openssl 3.0.

PACKAGES  3
  - bash 5 (deb)
  ~ openssl 3.0 -> 3.1 (deb)
  + zsh 1 (deb)

1 new, 1 changed, 1 gone, 0 the same
`);
  });

  it('shows nothing that a terminal would obey', () => {
    const evil = '\u001b[2J\u202e';
    const diff = diffReports(
      report('3.0', [], 'RUN a'),
      report(`3.1${evil}`, [cve(`CVE${evil}`, `3.1${evil}`, { fixedVersion: evil })], 'RUN b'),
    );

    expect(renderDiffTable(diff, { width: 80, colour: false })).not.toMatch(/[\u001b\u202e]/);
  });
});
