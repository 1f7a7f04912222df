import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealRegistry, registryUser, startRealRegistry } from '../support/real-registry.ts';
import { runDrydock } from '../support/run.ts';
import { temporaryFolder } from '../support/temporary.ts';

function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Hosting a database, with the registry of the CNCF in between. */
describe.skipIf(!has('docker-registry'))('a database in a real registry', () => {
  const folder = temporaryFolder();
  let registry: RealRegistry;
  let host: string;

  beforeAll(async () => {
    registry = await startRealRegistry({ withPasswords: true });
    ({ host } = registry);
    const auth = Buffer.from(`${registryUser.name}:${registryUser.password}`).toString('base64');
    writeFileSync(path.join(folder, 'auth.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  });
  afterAll(() => registry?.stop());

  function feeds(count: number): void {
    const cves = Array.from({ length: count }, (_, i) => [
      `CVE-2099-${1000 + i}`,
      { releases: { bookworm: { status: 'resolved', fixed_version: `1.${i}`, repositories: {} } } },
    ]);
    mkdirSync(path.join(folder, 'feeds/debian-tracker'), { recursive: true });
    const text = JSON.stringify({ openssl: Object.fromEntries(cves) });
    writeFileSync(path.join(folder, 'feeds/debian-tracker/tracker.json'), text);
  }

  async function db(day: number, ...args: string[]): Promise<string> {
    const environment = {
      SOURCE_DATE_EPOCH: String((Math.floor(Date.now() / 86_400_000) - 3 + day) * 86_400),
      DRYDOCK_REGISTRY_AUTH_FILE: path.join(folder, 'auth.json'),
    };
    const { status, stdout, stderr } = await runDrydock(['db', ...args], { folder, environment });
    if (status !== 0) throw new Error(`db ${args.join(' ')}: ${status} ${stderr}`);
    return stdout;
  }

  it('is built, signed, pushed and pulled day by day', async () => {
    const reference = `${host}/example/advisories:latest`;
    const pull = ['pull', reference, '--db', 'user.db', '--db-key', 'key.pub'];
    await db(1, 'keygen', 'key');
    feeds(2000);
    await db(1, 'build', '--from', 'feeds', '--db', 'own.db');
    await db(1, 'export', '1.drydock', '--db', 'own.db', '--sign-key', 'key.pem');
    expect(await db(1, 'push', reference, '1.drydock')).toMatch(
      /^Pushed: version \d+ to .*\nSent: 0\.\d MB\nDeltas: 0\n$/,
    );
    expect(await db(1, ...pull)).toMatch(/^Installed: version \d+/);
    expect(await db(1, ...pull)).toMatch(/^Unchanged: version \d+/);

    feeds(2010);
    await db(2, 'import', 'feeds', '--db', 'own.db');
    await db(2, 'export', '2.drydock', '--db', 'own.db', '--sign-key', 'key.pem');
    await db(2, 'export', '2-delta.drydock', '--db', 'own.db', '--sign-key', 'key.pem', '--delta-from', '1.drydock');
    expect(await db(2, 'push', reference, '2.drydock', '2-delta.drydock')).toMatch(/^Deltas: 1$/m);
    expect(await db(2, ...pull)).toMatch(/^Fetched: .*, in 1 deltas$/m);
    expect(await db(2, 'status', '--db', 'user.db')).toMatch(/^debian-tracker .* 2010$/m);
    // Whoever comes for the first time takes all of it.
    expect(await db(2, 'pull', reference, '--db', 'new.db', '--db-key', 'key.pub')).toMatch(/^Fetched: \S+ MB$/m);
  });

  it('says who is not let in', async () => {
    const args = ['db', 'push', `${host}/example/advisories:latest`, '1.drydock'];
    const { status, stderr } = await runDrydock(args, { folder });
    expect([status, stderr]).toEqual([3, expect.stringMatching(/does not give .* without credentials/)]);
  });
});
