import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/service-secret.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../support/postgres.ts';
import { ask, startTestService } from '../support/service.ts';

describe.skipIf(!hasPostgres)('the service on PostgreSQL', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres.remove();
  });

  it('waits for a database that is down at the start, and survives one that goes away', async () => {
    const url = await postgres.database();
    await postgres.stop();
    const service = await startTestService({ store: new Secret(url), databaseWait: 120_000 });
    try {
      expect((await ask(`${service.healthUrl}/health`)).status).toBe(500);
      await expect.poll(() => service.lines.join('')).toContain('the database does not answer yet');
      await postgres.start();
      await service.ready;
      expect((await ask(`${service.healthUrl}/health`)).status).toBe(200);
      expect((await ask(`${service.url}/v1/namespaces`)).status).toBe(200);

      await postgres.stop();
      expect((await ask(`${service.healthUrl}/health`)).status).toBe(500);
      expect((await ask(`${service.url}/readyz`)).status).toBe(503);
      const away = await ask(`${service.url}/v1/namespaces`);
      expect([away.status, away.headers['retry-after']]).toEqual([503, expect.stringMatching(/^\d+$/)]);

      await postgres.start();
      await expect.poll(async () => (await ask(`${service.url}/readyz`)).status).toBe(200);
      expect((await ask(`${service.url}/v1/namespaces`)).status).toBe(200);
      const password = new URL(url).password;
      if (password !== '') expect(service.lines.join('')).not.toContain(password);
    } finally {
      await service.stop();
      await postgres.start();
    }
  });

  it('is one service in several processes: each continues the lists of the others', async () => {
    const store = new Secret(await postgres.database());
    const [first, second] = await Promise.all([startTestService({ store }), startTestService({ store })]);
    try {
      await Promise.all([first.ready, second.ready]);
      const list = '/v1/namespaces/debian:8/vulnerabilities';
      for (const name of ['CVE-1', 'CVE-2']) {
        const body = JSON.stringify({ Vulnerability: { Name: name, NamespaceName: 'debian:8', Severity: 'Low' } });
        expect((await ask(`${first.url}${list}`, { method: 'POST', body })).status).toBe(201);
      }
      const { NextPage } = JSON.parse((await ask(`${first.url}${list}?limit=1`)).body) as { NextPage: string };
      const rest = await ask(`${second.url}${list}?limit=1&page=${NextPage}`);
      expect([rest.status, rest.body]).toEqual([200, expect.stringContaining('CVE-2')]);
    } finally {
      await Promise.all([first.stop(), second.stop()]);
    }
  });
});
