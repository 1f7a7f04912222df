import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { describeConnection } from '../../../test/store/connection.ts';
import { layer, packages, vulnerability } from '../../../test/store/samples.ts';
import { hasOtherUser, otherUser } from '../../../test/support/other-user.ts';
import { projectRoot, runProgram } from '../../../test/support/run.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { loadSqlite } from '../../advisories/sqlite.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { migrations } from '../migrations/index.ts';
import { migrateSqlite } from '../migrations/migrate-sqlite.ts';
import { openStore } from '../open.ts';
import type { Store } from '../store.ts';
import { APPLICATION_ID } from './database-file.ts';
import { openSqliteConnection } from './sqlite-connection.ts';

const opened: Store[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

const newFile = (): string => path.join(temporaryFolder(), 'state', 'store.db');
async function open(url: string): Promise<Store> {
  const store = await openStore({ ecosystems, url });
  opened.push(store);
  return store;
}

/** Runs a script that has `store`, an open store of the file. */
function script(file: string, body: string): readonly string[] {
  const modules = { ecosystems: 'src/ecosystems/index.ts', openStore: 'src/store/open.ts' };
  const imports = Object.entries(modules).map(
    ([name, module]) => `const { ${name} } = await import(${JSON.stringify(path.join(projectRoot, module))});`,
  );
  const text = `${imports.join('\n')}
    const store = await openStore({ ecosystems, url: ${JSON.stringify(file)} });
    ${body}`;
  return ['--input-type=module', '--eval', text];
}

describeConnection(async () => await openSqliteConnection(newFile()));

describe('the file of a store', () => {
  it('is made with its folder, for its user alone', async () => {
    const file = newFile();
    await open(file);

    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    for (const name of [file, `${file}-wal`, `${file}-shm`, `${file}-lock`]) {
      expect([name, (statSync(name).mode & 0o777).toString(8)]).toEqual([name, '600']);
    }
  });

  it('keeps what it was given, and can be opened again', async () => {
    const file = newFile();
    const store = await open(file);
    await store.layers.insert(layer('kept', { packages: packages('debian:8', 'a 1') }));
    await store.close();

    expect(await (await open(file)).layers.packages('kept')).toHaveLength(1);
  });

  it('is for one server: a second one in this process is refused', async () => {
    const file = newFile();
    const first = await open(file);

    await expect(open(file)).rejects.toMatchObject({
      code: 'store.in-use',
      message: expect.stringMatching(/Another server uses the database .*store\.db\. .*PostgreSQL/),
    });
    await first.ping();
    await first.values.set('still', 'here');
    await first.close();
    expect(await (await open(file)).values.get('still')).toBe('here');
  });

  it('is for one server: a second process is refused until the first is gone, however it went', async () => {
    const file = newFile();
    const child = spawn(process.execPath, script(file, `console.log('open'); setInterval(() => {}, 1000);`));
    const exited = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));

    await expect(open(file)).rejects.toMatchObject({ code: 'store.in-use' });
    child.kill('SIGKILL');
    await exited;
    await (await open(file)).ping();
  });

  it('has no locks of a process that is gone', async () => {
    const file = newFile();
    const child = spawn(
      process.execPath,
      script(file, `await store.locks.take('a notification', 'me', 600_000); process.kill(process.pid, 'SIGKILL');`),
    );
    await new Promise((resolve) => child.on('close', resolve));

    const { locks } = await open(file);
    expect(await locks.find('a notification')).toBeUndefined();
    expect(await locks.take('a notification', 'another', 600_000)).toBeDefined();
  });

  it('keeps what was acknowledged when the process is killed, and the half of a change goes', async () => {
    const file = newFile();
    const child = spawn(
      process.execPath,
      script(
        file,
        `for (let n = 1; ; n++) {
          await store.vulnerabilities.write({ namespace: 'debian:8', name: 'CVE-' + n, description: 'x'.repeat(5000),
            link: '', severity: 'Low', metadata: '', fixes: [{ package: 'a', version: String(n) }] });
          process.stdout.write(n + '\\n');
        }`,
      ),
    );
    const exited = new Promise((resolve) => child.on('close', resolve));
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.split('\n').length > 50) child.kill('SIGKILL');
    });
    await exited;
    const acknowledged = said.split('\n').slice(0, -1).length;

    const store = await open(file);
    const found = await store.vulnerabilities.list('debian:8', 0, 100_000);
    expect(found!.length).toBeGreaterThanOrEqual(acknowledged);
    expect(found!.length).toBeLessThanOrEqual(acknowledged + 1);
    for (const { name } of found!) expect((await store.vulnerabilities.find('debian:8', name))?.fixes).toHaveLength(1);
    expect((await store.notifications.waiting(0)).count).toBe(found!.length);
  });

  it('is refused where it belongs to another program, and left as it is', async () => {
    const file = path.join(temporaryFolder(), 'foreign.db');
    const { DatabaseSync } = await loadSqlite();
    const foreign = new DatabaseSync(file);
    foreign.exec('CREATE TABLE theirs (x)');
    foreign.close();
    const before = readFileSync(file);

    await expect(open(file)).rejects.toMatchObject({ code: 'store.unusable', message: /none of Drydock's service/ });
    expect(readFileSync(file)).toEqual(before);
  });

  it.each([
    ['text', (file: string) => writeFileSync(file, 'no database at all, but a long enough text'.repeat(100))],
    ['a database that was cut', (file: string) => truncateSync(file, 5000)],
    [
      'a database with other bytes in it',
      (file: string) => writeFileSync(file, readFileSync(file).fill(0x41, 100, 9000)),
    ],
  ])('is refused where it is %s', async (_title, damage) => {
    const file = newFile();
    const store = await open(file);
    await store.close();
    damage(file);

    const error = await open(file)
      .then(async (damaged) => await damaged.layers.insert(layer('a', { packages: packages('debian:8', 'a 1') })))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'store.unusable', message: expect.stringContaining(file) });
  });

  it.each([0, 1])('is finished where its maker was killed after %d steps', async (steps) => {
    const file = path.join(temporaryFolder(), 'store.db');
    const { DatabaseSync } = await loadSqlite();
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    await migrateSqlite(database, file, migrations.slice(0, steps));
    database.close();

    const store = await open(file);
    await store.layers.insert(layer('kept', { packages: packages('debian:8', 'a 1') }));
    expect(await store.layers.packages('kept')).toHaveLength(1);
  });

  it('is refused where a newer version of Drydock changed it', async () => {
    const file = newFile();
    await (await open(file)).close();
    const { DatabaseSync } = await loadSqlite();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 999');
    database.close();

    await expect(open(file)).rejects.toMatchObject({ code: 'store.unusable', message: /newer version of Drydock/ });
  });

  it('is refused where its folder cannot be made, or is a folder itself', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'file'), '');

    await expect(open(path.join(folder, 'file', 'store.db'))).rejects.toMatchObject({ code: 'store.unusable' });
    await expect(open(folder)).rejects.toMatchObject({ code: 'store.unusable' });
  });

  it.skipIf(otherUser === undefined || !hasOtherUser)('is refused where it may not be written', async () => {
    const file = newFile();
    await (await open(file)).close();
    chmodSync(path.dirname(file), 0o555);
    chmodSync(file, 0o444);
    chmodSync(temporaryParent(file), 0o755);

    const { stdout } = await runProgram(
      process.execPath,
      script(file, '').map((argument, index) =>
        index === 2 ? `try { ${argument} } catch (error) { console.log(error.code, error.message) }` : argument,
      ),
      { user: otherUser! },
    );
    expect(stdout).toMatch(/^store\.unusable .*store\.db/);
  });

  const none = process.platform === 'linux' && process.getuid?.() === 0 ? mountSmall() : undefined;
  it.skipIf(none === undefined)('says that there is no room where not even the lock can be written', async () => {
    try {
      expect(() => writeFileSync(path.join(none!, 'fill'), Buffer.alloc(4 * 1024 * 1024))).toThrow(/ENOSPC/);
      const error = await open(path.join(none!, 'store.db')).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'store.full', message: expect.stringContaining('no room left') });
    } finally {
      spawnSync('umount', [none!]);
    }
  });

  const small = process.platform === 'linux' && process.getuid?.() === 0 ? mountSmall() : undefined;
  it.skipIf(small === undefined)('tells when there is no room left, and goes on when there is', async () => {
    try {
      const store = await open(path.join(small!, 'store.db'));
      await store.values.set('before', 'x');
      const description = 'x'.repeat(200_000);
      let error: unknown;
      for (let n = 0; error === undefined && n < 100; n++) {
        error = await store.vulnerabilities
          .write(vulnerability('debian:8', `CVE-${n}`, 'a 1', { description }))
          .catch((reason: unknown) => reason);
      }

      expect(error).toMatchObject({ code: 'store.full', message: expect.stringContaining('no room left') });
      expect(await store.values.get('before')).toBe('x');
      spawnSync('mount', ['-o', 'remount,size=40m', small!]);
      await store.vulnerabilities.write(vulnerability('debian:8', 'CVE-AFTER', 'a 1', { description }));
      expect(await store.vulnerabilities.find('debian:8', 'CVE-AFTER')).toBeDefined();
      await store.close();
    } finally {
      spawnSync('umount', [small!]);
    }
  });
});

describe('a long write', () => {
  it('keeps no reader waiting, and lets the process do other things', async () => {
    const connection = await openSqliteConnection(newFile());
    const rows = Array.from({ length: 300_000 }, (_, index) => [`key-${index}`, 'x'.repeat(100)]);
    let ticks = 0;
    let reads = 0;
    let done = false;
    const timer = setInterval(() => ticks++, 1);
    const reading = (async () => {
      while (!done) {
        expect(await connection.get('SELECT count(*) AS n FROM key_value')).toEqual({ n: 0 });
        reads++;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await connection.write(async (sql) => {
      await sql.load('key_value', ['key', 'value'], rows);
      done = true;
      await reading;
    });
    clearInterval(timer);

    expect(reads).toBeGreaterThan(10);
    expect(ticks).toBeGreaterThan(10);
    expect(await connection.get('SELECT count(*) AS n FROM key_value')).toEqual({ n: 300_000 });
    await connection.close();
  });
});

/** The folder that `temporaryFolder` makes is for its user alone. */
function temporaryParent(file: string): string {
  const folder = path.dirname(path.dirname(file));
  chmodSync(path.dirname(folder), 0o755);
  return folder;
}

function mountSmall(): string | undefined {
  const folder = temporaryFolder();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  return status === 0 ? folder : undefined;
}
