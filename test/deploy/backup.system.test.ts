import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/config/service-secret.ts';
import { hasPostgres, postgresAbsent, testDatabase } from '../support/postgres.ts';
import { runProgram } from '../support/run.ts';
import { ask, startTestService } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary.ts';

const vulnerabilities = '/v1/namespaces/debian:12/vulnerabilities';

/** A service with something in its database, which it goes on writing. */
async function startBusy(store: string) {
  const service = await startTestService({ store: new Secret(store) });
  await service.ready;
  let [count, going] = [0, true];
  const write = async (): Promise<void> => {
    const Vulnerability = { Name: `V-${count}`, NamespaceName: 'debian:12', Severity: 'High' };
    const { status } = await ask(`${service.url}${vulnerabilities}`, {
      method: 'POST',
      body: JSON.stringify({ Vulnerability }),
    });
    expect(status).toBe(201);
    count++;
  };
  for (let i = 0; i < 10; i++) await write();
  const writing = (async () => {
    while (going) await write();
  })();
  const stop = async (): Promise<void> => {
    going = false;
    await writing;
    await service.stop();
  };
  onTestFinished(stop);
  return { written: () => count };
}

/** What a service finds in a database: the first of what was written, and none after the last. */
async function found(store: string): Promise<number> {
  const service = await startTestService({ store: new Secret(store) });
  onTestFinished(() => service.stop());
  await service.ready;
  const { body } = await ask(`${service.url}${vulnerabilities}?limit=10000`);
  return (JSON.parse(body) as { Vulnerabilities: readonly unknown[] }).Vulnerabilities.length;
}

describe('a backup as docs/operating.md says', () => {
  it('of SQLite, while the service writes', async () => {
    const file = path.join(temporaryFolder(), 'service.db');
    const { written } = await startBusy(file);
    const copy = path.join(temporaryFolder(), 'copy.db');
    const database = new DatabaseSync(file, { readOnly: true });
    database.exec(`VACUUM INTO '${copy}'`);
    database.close();
    const count = await found(copy);
    expect(count).toBeGreaterThanOrEqual(10);
    expect(count).toBeLessThanOrEqual(written());
  });

  it('of SQLite, by copying the file when the service has ended', async () => {
    const file = path.join(temporaryFolder(), 'service.db');
    const service = await startTestService({ store: new Secret(file) });
    await service.ready;
    const Vulnerability = { Name: 'V', NamespaceName: 'debian:12', Severity: 'High' };
    await ask(`${service.url}${vulnerabilities}`, { method: 'POST', body: JSON.stringify({ Vulnerability }) });
    await service.stop();
    const folder = path.join(temporaryFolder(), 'restored');
    mkdirSync(folder);
    cpSync(file, path.join(folder, 'service.db'));
    expect(await found(path.join(folder, 'service.db'))).toBe(1);
  });

  const hasDump = spawnSync('pg_dump', ['--version']).status === 0;

  it.skipIf(!(hasPostgres && hasDump))(
    `of PostgreSQL, while the service writes (skipped: ${hasPostgres ? 'no pg_dump' : postgresAbsent})`,
    async () => {
      const database = await testDatabase();
      const { written } = await startBusy(database);
      const dump = await runProgram('pg_dump', ['--no-owner', '--dbname', database]);
      expect([dump.status, dump.stderr]).toEqual([0, '']);
      const other = await testDatabase();
      const restore = ['--quiet', '--set', 'ON_ERROR_STOP=1', '--output', '/dev/null', '--dbname', other];
      const restored = await runProgram('psql', restore, { input: dump.stdout });
      expect([restored.status, restored.stderr]).toEqual([0, '']);
      const count = await found(other);
      expect(count).toBeGreaterThanOrEqual(10);
      expect(count).toBeLessThanOrEqual(written());
    },
  );
});
