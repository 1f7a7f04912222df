import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { dockerArchive, layer } from '../support/image.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** An image of Debian 12 with an old bash; what its tracker, the CVE list, NVD, EPSS, KEV and endoflife.date say of it. */
const files: Readonly<Record<string, string>> = {
  'debian-tracker/tracker.json': JSON.stringify({
    bash: Object.fromEntries(
      ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003', 'CVE-2024-0004'].map((id) => [
        id,
        { releases: { bookworm: { status: 'resolved', fixed_version: '5.2.1', urgency: 'not yet assigned' } } },
      ]),
    ),
  }),
  'vulnrichment-cve5/all.ndjson': [
    {
      cveMetadata: { cveId: 'CVE-2024-0001', state: 'PUBLISHED' },
      containers: {
        cna: {
          title: 'A crafted prompt runs commands',
          providerMetadata: { shortName: 'x' },
          metrics: [{ cvssV3_1: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N', baseScore: 5.3 } }],
          problemTypes: [{ descriptions: [{ cweId: 'CWE-78' }] }],
        },
      },
    },
    {
      cveMetadata: { cveId: 'CVE-2024-0003', state: 'REJECTED' },
      containers: { cna: { rejectedReasons: [{ lang: 'en', value: 'It is none.' }] } },
    },
  ]
    .map((record) => JSON.stringify(record))
    .join('\n'),
  'nvd/page.json': JSON.stringify({
    vulnerabilities: ['CVE-2024-0001', 'CVE-2024-0002'].map((id) => ({
      cve: {
        id,
        metrics: {
          cvssMetricV31: [
            {
              source: 'nvd@nist.gov',
              cvssData: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', baseScore: 9.8 },
            },
          ],
        },
      },
    })),
  }),
  'cisa-kev/known_exploited_vulnerabilities.json': JSON.stringify({
    vulnerabilities: [{ cveID: 'CVE-2024-0001', dateAdded: '2024-02-01', dueDate: '2024-03-01' }],
  }),
  'epss/epss_scores-2026-08-16.csv':
    'cve,epss,percentile\nCVE-2024-0001,0.0123,0.8\nCVE-2024-0002,0.0004,0.1\nCVE-2024-0003,0.9,0.99\n',
  'end-of-life/full': JSON.stringify({
    result: [{ name: 'debian', releases: [{ name: '12', eolFrom: '2020-01-01' }] }],
  }),
};

const status = 'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\n';

let folder: string;
beforeAll(async () => {
  folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.join(folder, 'feeds', path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, 'feeds', name), content);
  }
  const entries = [
    { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' },
    { path: 'var/lib/dpkg/status', content: status },
  ];
  writeFileSync(path.join(folder, 'image.tar'), dockerArchive({ layers: [layer(entries)] }));
  const imported = await runDrydock(['db', 'import', path.join(folder, 'feeds'), '--db', path.join(folder, 'a.db')]);
  expect(imported).toMatchObject({ status: 0 });
});

const drydock = async (command: string, ...words: string[]) =>
  await runDrydock([command, ...words, path.join(folder, 'image.tar'), '--offline', '--db', path.join(folder, 'a.db')]);
const scan = async (...words: string[]) => JSON.parse((await drydock('scan', '-f', 'json', ...words)).stdout) as Report;

describe('an image that is judged with enrichment', () => {
  it('has findings with severities, authors, exploitation; none of a rejected CVE', async () => {
    const { findings, image, advisories } = await scan();
    const vulnerabilities = findings.filter(({ kind }) => kind === 'vulnerability');
    expect(vulnerabilities.map(({ id, severity, score }) => [id, severity, score?.severitySource])).toEqual([
      ['CVE-2024-0002', 'critical', 'nvd'],
      ['CVE-2024-0001', 'medium', 'cna:x'],
      ['CVE-2024-0004', 'unknown', undefined],
    ]);
    expect(vulnerabilities[1]).toMatchObject({
      title: 'A crafted prompt runs commands',
      score: {
        kev: true,
        epss: 0.0123,
        epssPercentile: 0.8,
        cwes: ['CWE-78'],
        cvss: [{ source: 'cna:x' }, { source: 'nvd' }],
      },
    });
    expect(image.distribution?.endOfLife).toBe('2020-01-01');
    expect(findings.map(({ id }) => id)).toContain('distribution-end-of-life');
    expect(advisories.feeds).toContainEqual(expect.objectContaining({ name: 'epss', enriches: true }));
  });

  it('has other severities where another author is asked first', async () => {
    const { findings } = await scan('--severity-source', 'nvd');
    expect(findings.find(({ id }) => id === 'CVE-2024-0001')).toMatchObject({
      severity: 'critical',
      score: { severitySource: 'nvd', cvss: [{ source: 'nvd' }, { source: 'cna:x' }] },
    });
  });

  it('tells what is exploited first, or what is grave', async () => {
    const order = (text: string): string[] => [...text.matchAll(/^ {2}[A-Z]+ +(CVE-\S+)/gm)].map(([, id]) => id!);
    const { stdout } = await drydock('scan');
    expect(order(stdout)).toEqual(['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0004']);
    expect(stdout).toMatch(/CVE-2024-0001 .*KEV EPSS 1\.23 %/);
    expect(order((await drydock('scan', '--sort', 'severity')).stdout)[0]).toBe('CVE-2024-0002');
  });

  it('explains who says what, and why a rejected CVE is none', async () => {
    const { stdout } = await drydock('explain', 'CVE-2024-0001');
    expect(stdout).toContain('severity: MEDIUM (cna:x decided)');
    expect(stdout).toMatch(/- cisa-kev: known to be exploited since 2024-02-01 \(to be mended by 2024-03-01\)/);
    expect(stdout).toMatch(/- epss: exploited within 30 days with a probability of 1\.23 %, more than 80 % of all/);
    expect(stdout).toMatch(/- nvd: 9\.8 CVSS:3\.1\/AV:N\S+ \(nvd\)/);
    const rejected = await drydock('explain', 'CVE-2024-0003');
    expect(rejected.stdout).toContain('CVE-2024-0003: NOT AFFECTED');
    expect(rejected.stdout).toContain('CVE-2024-0003 was rejected (cve-list): It is none.');
  });
});

describe('a database that has enrichers alone', () => {
  it('is no advisory data: the report says that nothing could be judged', async () => {
    const alone = path.join(folder, 'alone');
    mkdirSync(path.join(alone, 'epss'), { recursive: true });
    writeFileSync(path.join(alone, 'epss', 'a.csv'), 'cve,epss\nCVE-2024-0001,0.5\n');
    const db = path.join(folder, 'alone.db');
    expect(await runDrydock(['db', 'import', alone, '--db', db])).toMatchObject({ status: 0 });
    const { stdout } = await runDrydock([
      'scan',
      path.join(folder, 'image.tar'),
      '--offline',
      '--db',
      db,
      '-f',
      'json',
    ]);
    const report = JSON.parse(stdout) as Report;
    expect(report.advisories.starter).toBe(true);
    expect(report.coverage.complete).toBe(false);
  });
});
