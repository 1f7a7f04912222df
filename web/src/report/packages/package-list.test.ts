import { describe, expect, it } from 'vitest';
import { makeReport, makeVulnerability } from '../../../../test/support/report.ts';
import { makePackage } from '../../../../test/support/view.ts';
import { listPackages, type PackageOrder, type PackageQuery, packageRows } from './package-list.ts';

const report = {
  ...makeReport(),
  packages: [
    { ...makePackage('bash', '5.2'), licences: ['GPL-3.0'] },
    {
      ...makePackage('left-pad', '1.0', { type: 'npm' }),
      layer: { index: 2 },
      locations: ['app/left-pad/package.json'],
    },
    makePackage('openssl', '3.0.11'),
  ],
  findings: [
    makeVulnerability('CVE-1', 'openssl', '3.0.11', { severity: 'low' }),
    makeVulnerability('CVE-2', 'openssl', '3.0.11', { severity: 'medium' }),
    makeVulnerability('CVE-3', 'bash', '5.2', { severity: 'high' }),
    makeVulnerability('CVE-4', 'bash', '5.2', { severity: 'critical', suppressed: { by: 'policy:p:1', reason: 'x' } }),
  ],
};
const rows = packageRows(report);

describe('listPackages', () => {
  it.each<[string, PackageQuery, PackageOrder, readonly string[]]>([
    ['nothing asked', { text: '' }, 'name', ['bash', 'left-pad', 'openssl']],
    ['words of the name and version', { text: 'SSL 3.0' }, 'name', ['openssl']],
    ['a licence', { text: 'gpl' }, 'name', ['bash']],
    ['a place', { text: 'app/left' }, 'name', ['left-pad']],
    ['a type', { text: '', type: 'npm' }, 'name', ['left-pad']],
    ['a layer', { text: '', layer: '2' }, 'name', ['left-pad']],
    ['a type and a layer that do not meet', { text: '', type: 'deb', layer: '2' }, 'name', []],
    ['the gravest first', { text: '' }, 'findings', ['bash', 'openssl', 'left-pad']],
    ['the upper layers last', { text: '' }, 'layer', ['bash', 'openssl', 'left-pad']],
    ['types together', { text: '' }, 'type', ['bash', 'openssl', 'left-pad']],
  ])('%s', (_, query, order, expected) => {
    expect(listPackages(rows, query, order).map(({ pkg }) => pkg.name)).toEqual(expected);
  });

  it('counts findings that nobody accepts', () => {
    expect(rows.map(({ findings }) => findings)).toEqual([1, 0, 2]);
    expect(rows[2]?.bySeverity).toEqual({ low: 1, medium: 1 });
  });
});
