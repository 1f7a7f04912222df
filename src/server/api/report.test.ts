import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService } from '../../../test/support/api-service.ts';
import { contentChecks } from '../../../test/support/content-checks.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { alpineLayer, debianLayer } from '../../../test/support/root-file-systems.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { advisoriesOf, enriched, makeAdvisory } from '../../../test/support/view.ts';
import type { Report } from '../../model/report.ts';
import { writeUpdaterState } from '../updater-state.ts';

const images = {
  debian: { layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }])], platform: 'linux/amd64' },
  alpine: { layers: [alpineLayer()], platform: 'linux/amd64' },
  'a release of which nothing is known': { layers: [debianLayer({ release: '11' })], platform: 'linux/arm64' },
  'one without packages': { layers: [layer([{ path: 'srv/app', content: 'own' }])], platform: 'linux/amd64' },
};

const cvss = [{ version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, source: 'nvd' }];
const records = {
  'debian-tracker': [
    makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }], {
      severity: 'high',
      cvss,
    }),
    makeAdvisory('CVE-2024-0002', [{ package: 'openssl', ranges: [], state: 'will-not-fix' }], {
      title: 'Left as it is',
    }),
    makeAdvisory('DSA-1', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-2' }] }], {
      aliases: ['CVE-2024-0001', 'CVE-2024-0003'],
    }),
    makeAdvisory('CVE-2024-0004', [{ package: 'bash', ranges: [], state: 'not-affected' }]),
    makeAdvisory('CVE-2024-0005', [{ package: 'glibc', ranges: [{ fixed: 'no version at all!' }] }]),
  ],
  'alpine-secdb': [
    makeAdvisory('CVE-2024-0001', [
      { namespace: 'alpine:v3.19', package: 'openssl', ranges: [{ fixed: '3.1.99-r0' }] },
    ]),
  ],
};

const upload = async (service: ApiService, archive: Buffer, name = 'image.tar'): Promise<string> => {
  const url = `${service.url}/api/images/upload?name=${encodeURIComponent(name)}`;
  const answer = await fetch(url, { method: 'POST', body: archive, headers: { 'Content-Type': 'application/x-tar' } });
  expect(answer.status).toBe(202);
  const { id } = (await answer.json()) as { id: string };
  expect(await service.settled(id)).toMatchObject({ state: 'done' });
  return id;
};

describe('the report of an image', () => {
  let service: ApiService;
  beforeAll(async () => {
    service = await startApiService();
    await give(service.store, records);
  });
  afterAll(async () => await service.stop());

  it.each(Object.entries(images))('of %s is the one that a scan of it writes', async (_, image) => {
    const archive = dockerArchive(image);
    const id = await upload(service, archive);
    const { status, json } = await service.call('GET', `/api/images/${id}/report`);
    expect(status).toBe(200);
    const source = advisoriesOf(records);
    const scanned = await scanOne(
      writeTemporary('image.tar', archive),
      {
        checks: await contentChecks(),
        advisories: { supply: () => Promise.resolve({ source, problems: [] }) },
      },
      { now: new Date() },
    );
    const comparable = (report: Report): unknown =>
      JSON.parse(
        JSON.stringify({
          ...report,
          createdAt: '',
          advisories: {},
          tool: {},
          image: { ...report.image, reference: '' },
        }),
      );
    expect(comparable(json)).toEqual(comparable(scanned));
    expect(json.advisories).toEqual({ generation: 1, feeds: [], starter: false });
    expect(json.image.reference).toBe('image.tar');
  });

  it('has what enrichers say, as a scan has it', async () => {
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:L';
    const enrichments = {
      'cve-list': [
        { name: 'CVE-2024-0002', cvss: [{ version: '3.1', vector, score: 7.3, source: 'cna:x' }], cwes: ['CWE-79'] },
        { name: 'CVE-2024-0003', rejected: { reason: 'a mistake' } },
      ],
      epss: [{ name: 'CVE-2024-0001', epss: { score: 0.5, percentile: 0.75, date: '2024-01-01' } }],
      kev: [{ name: 'CVE-2024-0001', exploited: { added: '2024-01-01' } }],
      nvd: [{ name: 'CVE-2024-0002', cvss: [{ version: '3.1', vector, score: 7.3, source: 'nvd' }], cwes: ['CWE-80'] }],
    };
    await give(service.store, records, enrichments);
    const archive = dockerArchive(images.debian);
    const id = await upload(service, archive);
    const { json } = await service.call('GET', `/api/images/${id}/report`);
    const source = enriched(advisoriesOf(records), enrichments);
    const scanned = await scanOne(writeTemporary('image.tar', archive), {
      advisories: { supply: () => Promise.resolve({ source, problems: [] }) },
    });
    expect(json.findings).toEqual(JSON.parse(JSON.stringify(scanned.findings)));
    expect(json.findings).toMatchObject([
      { id: 'CVE-2024-0001', score: { kev: true, epss: 0.5, epssPercentile: 0.75 } },
      { id: 'CVE-2024-0002', severity: 'high', score: { cwes: ['CWE-79', 'CWE-80'] } },
    ]);
    const listed = (await service.call('GET', `/api/images/${id}/findings`)).json;
    expect(listed.findings.map((one: { id: string; severity: string }) => [one.id, one.severity])).toEqual([
      ['CVE-2024-0001', 'high'],
      ['CVE-2024-0002', 'high'],
    ]);
    await give(service.store, records);
  });

  it('has what is known at the moment, and says whether it is another one than before', async () => {
    const id = await upload(service, dockerArchive(images.debian));
    const path = `/api/images/${id}/report`;
    const before = await service.call('GET', path);
    const tag = String(before.headers['etag']);
    expect(tag).toMatch(/^"[\w-]{43}"$/);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await service.call('GET', path, undefined, { 'If-None-Match': known });
      expect([again.status, again.body, again.headers['etag']]).toEqual([304, '', tag]);
    }
    await give(service.store, { ...records, 'debian-tracker': [makeAdvisory('CVE-2024-0009', [{ package: 'zlib' }])] });
    const after = await service.call('GET', path, undefined, { 'If-None-Match': tag });
    expect(after.status).toBe(200);
    const ids = (report: Report) => [...new Set(report.findings.map((finding) => finding.id))];
    expect(ids(before.json)).toEqual(['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003']);
    expect(ids(after.json)).toEqual(['CVE-2024-0009']);
    await give(service.store, records);
  });

  it('follows what users wrote, and agrees with the list of findings', async () => {
    const id = await upload(service, dockerArchive(images.debian));
    const both = async () => {
      const report: Report = (await service.call('GET', `/api/images/${id}/report`)).json;
      const { json } = await service.call('GET', `/api/images/${id}/findings`);
      const listed = json.findings.map(
        (finding: { id: string; package: { name: string }; fixedVersion?: string }) =>
          `${finding.package.name} ${finding.id} ${finding.fixedVersion}`,
      );
      const reported = report.findings.map(
        (finding) => `${finding.package?.name} ${finding.id} ${finding.fixedVersion}`,
      );
      expect(reported.toSorted()).toEqual(listed.toSorted());
      return listed.toSorted();
    };
    const feeds = [
      'libssl3 CVE-2024-0001 3.0.99-2',
      'libssl3 CVE-2024-0002 undefined',
      'libssl3 CVE-2024-0003 3.0.99-2',
    ];
    expect(await both()).toEqual(feeds);
    const own = { namespace: 'debian:12', description: '', link: '', metadata: '' };
    await service.store.vulnerabilities.write({
      ...own,
      name: 'OWN-1',
      severity: 'Critical',
      fixes: [{ package: 'bash', version: '9' }],
    });
    await service.store.vulnerabilities.remove('debian:12', 'CVE-2024-0002');
    await service.store.vulnerabilities.write({
      ...own,
      name: 'CVE-2024-0003',
      severity: 'Low',
      fixes: [{ package: 'openssl', version: '0' }],
    });
    expect(await both()).toEqual(['bash OWN-1 9', 'libssl3 CVE-2024-0001 3.0.99-2']);
    const { json } = await service.call('GET', `/api/images/${id}/report`);
    expect(json.findings[0]).toMatchObject({ id: 'OWN-1', severity: 'critical', source: { name: 'user' } });
  });

  it('says that there are no advisories, and that nothing is known of a release', async () => {
    const other = await startApiService();
    const id = await upload(other, dockerArchive(images.debian));
    const without: Report = (await other.call('GET', `/api/images/${id}/report`)).json;
    expect(without.problems).toContainEqual(expect.objectContaining({ code: 'advisories.missing' }));
    expect(without.coverage.complete).toBe(false);
    // What a user wrote does not mean that anybody watches the release.
    await other.store.vulnerabilities.write({
      namespace: 'debian:12',
      name: 'OWN-1',
      description: '',
      link: '',
      metadata: '',
      severity: 'Low',
      fixes: [{ package: 'bash', version: '9' }],
    });
    const own: Report = (await other.call('GET', `/api/images/${id}/report`)).json;
    expect(own.findings.map((finding) => finding.id)).toContain('OWN-1');
    expect(own.problems).toContainEqual(expect.objectContaining({ code: 'advisories.missing' }));
    expect(own.coverage.complete).toBe(false);
    await give(other.store, { 'alpine-secdb': records['alpine-secdb'] });
    const unknown: Report = (await other.call('GET', `/api/images/${id}/report`)).json;
    expect(unknown.problems).toContainEqual(expect.objectContaining({ code: 'advisories.namespace-missing' }));
    await other.stop();
  });

  it('says that a feed is not kept any more that it was judged by', async () => {
    const other = await startApiService();
    await give(other.store, { 'debian-tracker': records['debian-tracker'] });
    const id = await upload(other, dockerArchive(images.debian));
    const notes = { count: 0, first: [] };
    const updatedAt = '2026-01-02T00:00:00Z';
    const told = async (status: 'changed' | 'unkept', fresh: string): Promise<Report> => {
      const kev = { name: 'cisa-kev', status: 'unkept', updatedAt, records: 1, enriches: true, notes } as const;
      await writeUpdaterState(other.store.values, {
        ...{ started: updatedAt, seconds: 1, complete: true, problems: [] },
        feeds: [
          { name: 'debian-tracker', status, updatedAt: fresh, records: 1, notes },
          { name: 'pypi-osv', status: 'unkept', updatedAt, records: 1, notes },
          ...(status === 'unkept' ? [kev] : []),
        ],
      });
      return (await other.call('GET', `/api/images/${id}/report`)).json;
    };
    const now = new Date().toISOString();
    const fine = await told('changed', now);
    expect(fine.problems.filter(({ code }) => code.startsWith('advisories.'))).toEqual([]);
    const unkept = await told('unkept', now);
    expect(unkept.problems.filter(({ code }) => code.startsWith('advisories.'))).toEqual([
      {
        code: 'advisories.unkept',
        message: expect.stringContaining(
          `does not bring it up to date any more: it was last read on ${now.slice(0, 10)}.`,
        ),
      },
      { code: 'advisories.stale', message: expect.stringContaining('it was last read on 2026-01-02.') },
    ]);
    expect(unkept.advisories.feeds.map(({ name }) => name)).toEqual(['cisa-kev', 'debian-tracker', 'pypi-osv']);
    await other.stop();
  });

  it('says that somebody removed a vulnerability that the feeds would judge it by', async () => {
    const other = await startApiService();
    await give(other.store, { 'debian-tracker': records['debian-tracker'] });
    const id = await upload(other, dockerArchive(images.debian));
    const told = async () =>
      ((await other.call('GET', `/api/images/${id}/report`)).json as Report).problems.filter(
        ({ code }) => code === 'advisories.removed',
      );
    expect(await told()).toEqual([]);
    const place = { namespace: 'debian:12', name: 'CVE-2024-0001' };
    await other.store.vulnerabilities.write({
      ...{ ...place, description: '', link: '', metadata: '', severity: 'Low' },
      fixes: [{ package: 'openssl', version: '9' }],
    });
    expect(await told()).toEqual([]);
    await other.store.vulnerabilities.remove(place.namespace, place.name);
    expect(await told()).toEqual([
      { code: 'advisories.removed', message: expect.stringMatching(/: CVE-2024-0001 \(debian:12\)\.$/) },
    ]);
    const restore = async () =>
      (await other.call('POST', `/api/vulnerabilities/${place.name}/restore`, { namespace: place.namespace })).status;
    expect([await restore(), await restore(), await told()]).toEqual([204, 404, []]);
    await other.stop();
  });

  it('is none before the image was read, and where it could not be', async () => {
    const image = await service.store.images.submit('registry.example/app:1', new Date());
    const waiting = await service.call('GET', `/api/images/${image.id}/report`);
    expect([waiting.status, waiting.json.code]).toEqual([409, 'service.not-scanned']);
    await service.store.images.fail(image.id, 'it is broken', new Date());
    for (const part of ['report', 'packages', 'findings']) {
      const failed = await service.call('GET', `/api/images/${image.id}/${part}`);
      expect([failed.status, failed.json.detail]).toEqual([409, 'The image could not be scanned: it is broken']);
    }
  });

  it('lists packages page by page', async () => {
    const id = await upload(service, dockerArchive(images.debian));
    const page = async (query: string) => (await service.call('GET', `/api/images/${id}/packages?${query}`)).json;
    const all = await page('');
    const names: string[] = [];
    let next = '';
    do {
      const { packages, next: following } = await page(`limit=2${next === '' ? '' : `&cursor=${next}`}`);
      expect(packages.length).toBeLessThanOrEqual(2);
      names.push(...packages.map((pkg: { name: string }) => pkg.name));
      next = following ?? '';
    } while (next !== '');
    expect(names).toEqual(all.packages.map((pkg: { name: string }) => pkg.name));
    expect(all.next).toBeUndefined();
    expect(names.length).toBeGreaterThan(3);
    expect((await page('type=npm')).packages).toEqual([]);
    expect((await page('type=deb&layer=0')).packages).toEqual(all.packages);
    expect((await page('name=openssl')).packages).toMatchObject([{ name: 'libssl3' }]);
    expect((await page('layer=1')).packages).toEqual([]);
  });

  it('lists findings by filters, page by page', async () => {
    const id = await upload(service, dockerArchive(images.alpine));
    const found = async (query: string) =>
      (await service.call('GET', `/api/images/${id}/findings?${query}`)).json.findings;
    expect(await found('')).toMatchObject([{ id: 'CVE-2024-0001', package: { name: 'libcrypto3' } }]);
    for (const [query, count] of [
      ['severity=unknown,low', 1],
      ['severity=critical', 0],
      ['fixable=true', 1],
      ['fixable=false', 0],
      ['package=openssl', 1],
      ['package=bash', 0],
      ['vulnerability=CVE-2024-0001', 1],
      ['vulnerability=CVE-2024-0002', 0],
    ] as const) {
      expect([query, (await found(query)).length]).toEqual([query, count]);
    }
  });
});
