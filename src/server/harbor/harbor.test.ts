import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService } from '../../../test/support/api-service.ts';
import { FakeRegistry, refuse } from '../../../test/support/fake-registry.ts';
import { layer } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { makeAdvisory } from '../../../test/support/view.ts';
import { writeUpdaterState } from '../updater-state.ts';

/* The forms are those of scanner-adapter-openapi-v1.2.yaml (goharbor/pluggable-scanner-spec). */

const BASE = '/harbor/api/v1';
const SCAN = 'application/vnd.scanner.adapter.scan.request+json; version=1.1';
const ERROR = 'application/vnd.scanner.adapter.error+json; version=1.0';
const REPORT = 'application/vnd.security.vulnerability.report; version=1.1';
const OLD_REPORT = 'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0';
const PASSWORD = 'robot-password-9';
const basic = `Basic ${Buffer.from(`robot$team:${PASSWORD}`).toString('base64')}`;
const image = { layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }])], platform: 'linux/amd64' };
const cvss = [
  { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, source: 'nvd' },
  { version: '2.0', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P', score: 7.5, source: 'nvd' },
];
const error = { error: { message: expect.any(String) } };

describe('the scanner API for Harbor', () => {
  let registry: FakeRegistry;
  let service: ApiService;
  let digest: string;
  beforeAll(async () => {
    registry = await FakeRegistry.start({
      fault: (request, response) => {
        if (request.headers.authorization === basic) return false;
        refuse(response, 401, 'UNAUTHORIZED', { 'www-authenticate': 'Basic realm="harbor"' });
        return true;
      },
    });
    ({ digest } = registry.push(image, '1'));
    service = await startApiService({ registryHosts: [registry.host], offline: false, logLevel: 'debug' });
    await give(service.store, {
      tracker: [
        makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }], {
          severity: 'critical',
          cvss,
          title: 'Bytes run over',
        }),
        makeAdvisory('CVE-2024-0002', [{ package: 'bash' }], { severity: 'negligible' }),
      ],
    });
  });
  afterAll(async () => {
    await service.stop();
    registry.close();
  });

  const request = (more: object = {}, artifact: object = {}) => ({
    registry: { url: `http://${registry.host}`, authorization: basic },
    artifact: {
      repository: 'team/app',
      digest,
      tag: '1',
      mime_type: 'application/vnd.oci.image.manifest.v1+json',
      ...artifact,
    },
    enabled_capabilities: [{ type: 'vulnerability' }],
    ...more,
  });
  const scan = async (body: unknown) => await service.call('POST', `${BASE}/scan`, body, { 'Content-Type': SCAN });
  const report = async (id: string, accept?: string) =>
    await service.call('GET', `${BASE}/scan/${id}/report`, undefined, accept === undefined ? {} : { Accept: accept });

  it('says what it can do', async () => {
    const before = await service.call('GET', `${BASE}/metadata`);
    expect(before.headers['content-type']).toBe('application/vnd.scanner.adapter.metadata+json; version=1.1');
    const capabilities = [
      {
        type: 'vulnerability',
        consumes_mime_types: [
          'application/vnd.oci.image.manifest.v1+json',
          'application/vnd.docker.distribution.manifest.v2+json',
        ],
        produces_mime_types: [REPORT, OLD_REPORT],
      },
    ];
    const scanner = { name: 'Drydock', vendor: 'Drydock', version: '1.2.3' };
    expect(JSON.parse(before.body)).toEqual({
      scanner,
      capabilities,
      properties: { 'harbor.scanner-adapter/scanner-type': 'os-package-vulnerability' },
    });
    const updatedAt = '2026-03-01T10:00:00.000Z';
    await writeUpdaterState(service.store.values, {
      started: updatedAt,
      seconds: 1,
      complete: true,
      problems: [],
      feeds: [{ name: 'a', status: 'changed', updatedAt, records: 1, notes: { count: 0, first: [] } }],
    });
    const after = JSON.parse((await service.call('GET', `${BASE}/metadata`)).body);
    expect(after.properties['harbor.scanner-adapter/vulnerability-database-updated-at']).toBe(updatedAt);
  });

  it('scans with the credentials of the request, and reports in both forms', async () => {
    const accepted = await scan(request());
    expect(accepted.status).toBe(202);
    expect(accepted.headers['content-type']).toBe('application/vnd.scanner.adapter.scan.response+json; version=1.0');
    const { id } = JSON.parse(accepted.body) as { id: string };
    await service.settled(id);
    const newer = await report(id, REPORT);
    expect([newer.status, newer.headers['content-type']]).toEqual([200, REPORT]);
    expect(JSON.parse(newer.body)).toEqual({
      generated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      artifact: { repository: 'team/app', digest, tag: '1', mime_type: expect.stringContaining('manifest') },
      scanner: { name: 'Drydock', vendor: 'Drydock', version: '1.2.3' },
      severity: 'Critical',
      vulnerabilities: [
        {
          id: 'CVE-2024-0001',
          package: 'libssl3',
          version: '3.0.11-1~deb12u1',
          fix_version: '3.0.99-1',
          severity: 'Critical',
          description: 'Bytes run over',
          links: ['https://advisories.example/CVE-2024-0001'],
          preferred_cvss: { score_v3: 9.8, vector_v3: cvss[0]!.vector, score_v2: 7.5, vector_v2: cvss[1]!.vector },
          cwe_ids: [],
          vendor_attributes: expect.objectContaining({ state: 'fixed', source: 'tracker' }),
        },
        expect.objectContaining({ id: 'CVE-2024-0002', severity: 'Negligible', fix_version: '', package: 'bash' }),
      ],
    });
    const older = await report(id, `${OLD_REPORT}, */*`);
    expect(older.headers['content-type']).toBe(OLD_REPORT);
    const [first] = JSON.parse(older.body).vulnerabilities;
    expect(Object.keys(first)).toEqual(['id', 'package', 'version', 'fix_version', 'severity', 'description', 'links']);
    for (const accept of [undefined, '*/*', 'application/vnd.security.vulnerability.report']) {
      expect((await report(id, accept)).headers['content-type']).toBe(REPORT);
    }
    for (const accept of [
      'application/vnd.security.sbom.report+json; version=1.0',
      'application/vnd.scanner.adapter.vuln.report.raw',
      'application/vnd.security.vulnerability.report; version=9.9',
    ]) {
      const none = await report(id, accept);
      expect([none.status, none.headers['content-type'], JSON.parse(none.body)]).toEqual([501, ERROR, error]);
    }
  });

  it('never keeps or tells the credentials', async () => {
    await scan(request());
    const { images } = await service.store.images.list({ limit: 100 });
    const documents = await Promise.all(images.map(({ id }) => service.store.images.document(id)));
    const jobs = (await service.call('GET', '/api/jobs')).body;
    const everything = [...service.lines, ...documents, JSON.stringify(images), jobs].join('\n');
    for (const secret of [PASSWORD, basic.slice(6)]) expect(everything).not.toContain(secret);
    expect(service.lines.length).toBeGreaterThan(10);
  });

  it('tells a scan that goes on from one that failed and one that never was', async () => {
    const waiting = await service.store.images.submit('registry.example/app:1', new Date());
    const later = await report(waiting.id, REPORT);
    expect([later.status, later.headers['refresh-after'], later.body]).toEqual([302, '5', '']);
    const wrong = `Basic ${Buffer.from('robot:wrong').toString('base64')}`;
    const { id } = JSON.parse(
      (await scan(request({ registry: { url: `http://${registry.host}`, authorization: wrong } }))).body,
    );
    expect(await service.settled(id)).toMatchObject({ state: 'failed' });
    const failed = await report(id, REPORT);
    expect([failed.status, failed.headers['content-type'], JSON.parse(failed.body)]).toEqual([500, ERROR, error]);
    expect((await report('none', REPORT)).status).toBe(404);
  });

  it.each([
    ['no JSON', '{', 400],
    ['nothing', {}, 422],
    ['an address that is none', { registry: { url: 'ftp://x' } }, 422],
    ['an address with a path', { registry: { url: 'https://registry.example/path' } }, 422],
    ['an address with a password', { registry: { url: 'https://a:b@registry.example' } }, 422],
    ['credentials that are none', { registry: { url: 'https://registry.example', authorization: 'Digest x' } }, 422],
    ['a host of this machine that is not listed', { registry: { url: 'https://127.0.0.1:1' } }, 403],
    ['a host without TLS that is not listed', { registry: { url: 'http://registry.example' } }, 403],
    ['a repository that leaves', { artifact: { repository: '../../x', digest: `sha256:${'a'.repeat(64)}` } }, 422],
    ['a digest that is none', { artifact: { repository: 'a', digest: 'x' } }, 422],
    ['an SBOM', { enabled_capabilities: [{ type: 'sbom' }] }, 501],
  ])('refuses %s', async (_, more, status) => {
    const answer = await scan(typeof more === 'string' ? more : Object.keys(more).length === 0 ? more : request(more));
    expect([answer.status, answer.headers['content-type'], JSON.parse(answer.body)]).toEqual([status, ERROR, error]);
  });
});
