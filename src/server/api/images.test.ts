import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService } from '../../../test/support/api-service.ts';
import { FakeRegistry } from '../../../test/support/fake-registry.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { makeAdvisory } from '../../../test/support/view.ts';

const image = { layers: [debianLayer(), layer([{ path: 'srv/app', content: 'own' }])], platform: 'linux/amd64' };
const records = {
  'debian-tracker': [makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }])],
};

describe('images', () => {
  let registry: FakeRegistry;
  let service: ApiService;
  beforeAll(async () => {
    registry = await FakeRegistry.start();
    registry.push(image, '1');
    service = await startApiService({ registryHosts: [registry.host], offline: false });
    await give(service.store, records);
  });
  afterAll(async () => {
    await service.stop();
    registry.close();
  });

  it('are scanned, and reported', async () => {
    const submitted = await service.call('POST', '/api/images', { reference: `${registry.host}/app:1` });
    expect(submitted).toMatchObject({ status: 202, json: { state: 'queued', reference: `${registry.host}/app:1` } });
    expect(submitted.headers['location']).toBe(`/api/images/${submitted.json.id}`);
    expect(await service.settled(submitted.json.id)).toMatchObject({ state: 'done', distribution: 'debian:12' });
    const report = await service.call('GET', `/api/images/${submitted.json.id}/report`);
    expect(report.json.findings).toMatchObject([{ id: 'CVE-2024-0001', package: { name: 'libssl3' } }]);
    const findings = await service.call('GET', `/api/images/${submitted.json.id}/findings`);
    expect(findings.json.findings).toMatchObject([{ id: 'CVE-2024-0001', fixedVersion: '3.0.99-1' }]);
  });

  it('can be uploaded', async () => {
    const body = dockerArchive(image);
    const answer = await fetch(`${service.url}/api/images/upload?name=app.tar`, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/x-tar' },
    });
    expect(answer.status).toBe(202);
    const { id } = (await answer.json()) as { id: string };
    expect(await service.settled(id)).toMatchObject({ state: 'done', reference: 'upload:app.tar' });
  });
});
