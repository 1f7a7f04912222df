import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService } from '../../../test/support/api-service.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { ndbDatabase, rpmHeader, type TestRpm } from '../../../test/support/rpm.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf, enriched, makeAdvisory } from '../../../test/support/view.ts';
import type { BuildFilter } from '../../model/advisory.ts';
import type { Enrichment } from '../../model/enrichment.ts';
import type { Finding } from '../../model/finding.ts';

const own = 'Red Hat, Inc.';
const stream = (name: string) => ({ modularityLabel: `${name}:8090020230:abcdef`, vendor: own });

/** Two streams of a module, two architectures, and packages of a third party. */
const rpms: readonly TestRpm[] = [
  { name: 'nodejs', version: '18.1', release: '1.module+el8.9.0+1+a', ...stream('nodejs:18') },
  { name: 'nodejs-libs', version: '20.1', release: '1.module+el8.9.0+2+b', ...stream('nodejs:20') },
  { name: 'nodejs-docs', version: '18.1', release: '1.module+el8.9.0+1+a', ...stream('nodejs:18') },
  { name: 'glibc', version: '2.28', release: '1.el8', vendor: own },
  { name: 'glibc', version: '2.28', release: '1.el8', arch: 'i686', vendor: own },
  { name: 'curl', version: '7.1', release: '1.el8', vendor: own },
  { name: 'docker-ce', version: '1.0', release: '1.el8', vendor: 'Docker' },
];

const manifest = { content_sets: ['rhel-8-for-x86_64-baseos-rpms', 'rhel-8-for-x86_64-appstream-rpms'] };
const labels = { cpe: 'cpe:/o:redhat:enterprise_linux:8::baseos' };

const row = (name: string, fixed: string, only: BuildFilter, namespace: string) => ({
  namespace,
  package: name,
  nameKind: 'binary' as const,
  ranges: [{ fixed }],
  only,
});

const records = (namespace: string) => ({
  feed: [
    ...['nodejs', 'nodejs-libs', 'nodejs-docs'].flatMap((name) =>
      ['18', '20'].map((major) =>
        makeAdvisory(
          `CVE-2024-00${major}`,
          [row(name, `99-1.module+el8.9.0+9+c`, { module: `nodejs:${major}` }, namespace)],
          { key: `${name} ${major}` },
        ),
      ),
    ),
    makeAdvisory('CVE-2024-0086', [row('glibc', '3-1.el8', { architectures: ['i686'] }, namespace)]),
    makeAdvisory('CVE-2024-0064', [row('glibc', '4-1.el8', { architectures: ['x86_64', 'i686'] }, namespace)]),
    makeAdvisory('CVE-2024-0001', [row('curl', '9-1.el8', { repositories: [labels.cpe] }, namespace)]),
    makeAdvisory('CVE-2024-0002', [row('curl', '9-1.el8', { repositories: ['cpe:/a:redhat:other:1'] }, namespace)]),
    makeAdvisory('CVE-2024-0003', [row('docker-ce', '9-1.el8', {}, namespace)]),
  ],
});

describe('an image of builds that names do not tell apart', () => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService();
  });
  afterAll(async () => await service.stop());

  it.each([
    ['Red Hat', 'ID="rhel"\nVERSION_ID="8.9"\n', 'rhel:8'],
    ['CentOS', 'ID="centos"\nVERSION_ID="8"\n', 'rhel:8'],
    ['Rocky Linux', 'ID="rocky"\nVERSION_ID="8.9"\n', 'rocky:8'],
  ])('of %s has the findings that a scan of it has', async (_, release, namespace) => {
    const archive = dockerArchive({
      layers: [
        layer([
          { path: 'etc/os-release', content: release },
          { path: 'var/lib/rpm/Packages.db', content: ndbDatabase(rpms.map(rpmHeader)) },
          { path: 'root/buildinfo/content_manifests/a.json', content: JSON.stringify(manifest) },
          { path: 'root/buildinfo/labels.json', content: JSON.stringify(labels) },
        ]),
      ],
      platform: 'linux/amd64',
    });
    const known = records(namespace);
    const scanned = await scanOne(writeTemporary('image.tar', archive), {
      advisories: { supply: () => Promise.resolve({ source: advisoriesOf(known), problems: [] }) },
    });
    const shown = ({ id, package: pkg, fixedVersion }: Pick<Finding, 'id' | 'package' | 'fixedVersion'>) => {
      const { arch = /[?&]arch=(\w+)/.exec(pkg?.purl ?? '')?.[1] } = pkg as { readonly arch?: string };
      return `${pkg?.name} ${pkg?.version} ${arch} ${id} ${fixedVersion}`;
    };
    const expected = scanned.findings
      .filter(({ kind }) => kind === 'vulnerability')
      .map(shown)
      .sort();
    // It is no test where nothing is told apart.
    expect(expected.length).toBeGreaterThan(5);
    expect(expected.filter((text) => text.includes('CVE-2024-0018'))).toHaveLength(2);
    expect(expected.filter((text) => text.includes('CVE-2024-0020'))).toHaveLength(1);
    expect(expected.filter((text) => text.includes('CVE-2024-0086'))).toHaveLength(1);

    // Packages that come before the advisories, and packages that come after them, are judged by the same.
    await give(service.store, { feed: [] });
    const before = await service.call('GET', `/api/images/${await submitted(archive)}`);
    await give(service.store, known);
    const after = await service.call('GET', `/api/images/${await submitted(archive)}`);
    for (const { json } of [before, after]) {
      const { findings } = (await service.call('GET', `/api/images/${json.id}/findings?limit=1000`)).json;
      expect(findings.map(shown).sort()).toEqual(expected);
      const report = (await service.call('GET', `/api/images/${json.id}/report`)).json;
      expect(
        report.findings
          .filter((f: Finding) => f.kind === 'vulnerability')
          .map(shown)
          .sort(),
      ).toEqual(expected);
    }
  });

  it('is judged by the products of its repositories, also where they become known or change later', async () => {
    const archive = dockerArchive({
      layers: [
        layer([
          { path: 'etc/os-release', content: 'ID="rhel"\nVERSION_ID="8.9"\n' },
          { path: 'var/lib/rpm/Packages.db', content: ndbDatabase(rpms.map(rpmHeader)) },
          { path: 'root/buildinfo/content_manifests/a.json', content: JSON.stringify(manifest) },
        ]),
      ],
      platform: 'linux/amd64',
    });
    const known = records('rhel:8');
    const repository = (...cpes: readonly string[]) => ({
      'redhat-repository-cpe': [{ name: 'repo:rhel-8-for-x86_64-baseos-rpms', cpes }],
    });
    await give(service.store, known);
    const id = await submitted(archive);
    const steps: readonly Readonly<Record<string, readonly Enrichment[]>>[] = [
      {},
      repository(labels.cpe),
      repository('cpe:/a:redhat:other:1'),
      repository(labels.cpe, 'cpe:/a:redhat:other:1'),
    ];
    for (const products of steps) {
      await give(service.store, known, products);
      const source = enriched(advisoriesOf(known), products);
      const scanned = await scanOne(writeTemporary('image.tar', archive), {
        advisories: { supply: () => Promise.resolve({ source, problems: [] }) },
      });
      const shown = ({ id: name, package: pkg }: Pick<Finding, 'id' | 'package'>) => `${pkg?.name} ${name}`;
      const expected = scanned.findings
        .filter(({ kind }) => kind === 'vulnerability')
        .map(shown)
        .sort();
      const { findings } = (await service.call('GET', `/api/images/${id}/findings?limit=1000`)).json;
      expect(findings.map(shown).sort()).toEqual(expected);
      const report = (await service.call('GET', `/api/images/${id}/report`)).json;
      expect(
        report.findings
          .filter((f: Finding) => f.kind === 'vulnerability')
          .map(shown)
          .sort(),
      ).toEqual(expected);
      const named = Object.values(products).flatMap((own) => own.flatMap(({ cpes = [] }) => cpes));
      expect(expected.filter((text) => text.startsWith('curl'))).toHaveLength(named.length);
    }
  });

  async function submitted(archive: Buffer): Promise<string> {
    const answer = await fetch(`${service.url}/api/images/upload?name=image.tar`, {
      method: 'POST',
      body: archive,
      headers: { 'Content-Type': 'application/x-tar' },
    });
    const { id } = (await answer.json()) as { id: string };
    expect(await service.settled(id)).toMatchObject({ state: 'done' });
    return id;
  }
});
