import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeConnection } from '../../../test/store/connection.ts';
import { layer, packages, vulnerability } from '../../../test/store/samples.ts';
import { hasPostgres, startPostgres, type TestPostgres } from '../../../test/support/postgres.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { openStore } from '../open.ts';
import type { SqlConnection } from '../sql/connection.ts';
import { createSqlStore } from '../sql/sql-store.ts';
import type { Store } from '../store.ts';
import { openPostgresConnection } from './postgres-connection.ts';

describe.skipIf(!hasPostgres)('a PostgreSQL server', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => await server.remove());
  const opened: (Store | SqlConnection)[] = [];
  afterEach(async () => {
    // Where a test failed while it was away.
    await server.start();
    for (const one of opened.splice(0)) await one.close();
  });

  const open = async (url: string): Promise<Store> => {
    const store = await openStore({ ecosystems, url });
    opened.push(store);
    return store;
  };
  const connect = async (url: string, options = {}): Promise<SqlConnection> => {
    const connection = await openPostgresConnection(url, options);
    opened.push(connection);
    return connection;
  };
  const ask = async (url: string, sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const named = (name: string) => vulnerability('debian:8', name, 'a 1');

  describeConnection(async () => await openPostgresConnection(await server.database()));

  it('gets its tables in a schema of its own, from several processes at once', async () => {
    const url = await server.database();
    await ask(url, 'CREATE TABLE layer (theirs integer)');
    const stores = await Promise.all([open(url), open(url), open(url), open(url)]);
    await stores[0]!.values.set('a', 'b');

    expect(await stores[3]!.values.get('a')).toBe('b');
  });

  it.each([
    ['its rows were replaced', 'TRUNCATE drydock.vulnerability'],
    [
      'its table was made anew',
      'ALTER TABLE drydock.vulnerability RENAME TO before; CREATE TABLE drydock.vulnerability (LIKE drydock.before INCLUDING ALL)',
    ],
  ])('shows no row of before where %s under the same ids while it was used', async (_, replace) => {
    const url = await server.database();
    const store = await open(url);
    await store.layers.insert(layer('x', { packages: packages('debian:8', 'a 0') }));
    await store.vulnerabilities.write({ ...named('CVE-1'), description: 'of before' });
    const shown = async () =>
      (await store.layers.packages('x', { vulnerabilities: true }))?.[0]?.vulnerabilities.map((own) => own.description);
    expect(await shown()).toEqual(['of before']);
    await ask(
      url,
      `CREATE TABLE kept AS SELECT * FROM drydock.vulnerability; UPDATE kept SET description = 'of now'; ${replace};
      INSERT INTO drydock.vulnerability OVERRIDING SYSTEM VALUE SELECT * FROM kept`,
    );

    expect(await shown()).toEqual(['of now']);
  });

  it('is taken by keywords and values, too', async () => {
    const url = new URL(await server.database());
    const store = await open(
      `host=127.0.0.1 port=${url.port} user=${url.username} dbname='${url.pathname.slice(1)}' sslmode=disable statement_timeout=60000`,
    );

    await store.ping();
  });

  it('is refused where a newer version of Drydock changed the tables', async () => {
    const url = await server.database();
    await (await open(url)).close();
    await ask(url, 'UPDATE drydock.schema_version SET version = 999');

    await expect(open(url)).rejects.toMatchObject({ code: 'store.unusable', message: /newer version of Drydock/ });
  });

  it('is written by no process of before once a newer version changed the tables, and waits for what it writes', async () => {
    const url = await server.database();
    const old = await open(url);
    const connection = await connect(url);
    const [begun, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const before = connection.write(async (sql) => {
      begun.resolve();
      await going.promise;
      await sql.run("INSERT INTO key_value (key, value) VALUES ('late', '1')");
    });
    await begun.promise;
    const newer = new pg.Client({ connectionString: url });
    await newer.connect();
    await newer.query('BEGIN');
    // What a migration takes before it changes the version.
    let isAlone = false;
    const alone = newer
      .query("SELECT pg_advisory_xact_lock(hashtextextended('drydock writers drydock', 0))")
      .then(() => (isAlone = true));
    await connection.get('SELECT pg_sleep(0.2)');
    expect(isAlone).toBe(false);
    going.resolve();
    await Promise.all([before, alone]);
    await newer.query('UPDATE drydock.schema_version SET version = 999');
    const after = old.values.set('a', 'b').catch((error: unknown) => error);
    await newer.query('COMMIT');
    await newer.end();

    expect(await after).toMatchObject({ code: 'store.unusable', message: expect.stringMatching(/writes nothing/) });
    expect(await old.values.get('late')).toBe('1');
    expect(await old.values.get('a')).toBeUndefined();
  });

  it('has the moments of what waited for an update of the advisories after it, however long that took', async () => {
    const url = await server.database();
    const connection = await connect(url, { statementTimeout: 3000 });
    const { images, fleet } = createSqlStore(connection, ecosystems);
    const scanned = {
      ...{ scanned: new Date(), layers: [], document: '{}', namespaces: [] },
      packages: packages('debian:8', 'a 1'),
    };
    const [gone, next] = await Promise.all(['gone:1', 'next:1'].map((name) => images.submit(name, new Date())));
    await images.finish(gone!.id, scanned);
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('drydock fleet-sums all', 0))");
    const both = Promise.all([images.finish(next!.id, scanned), images.remove(gone!.id)]);
    both.catch(() => {});
    const waiting = "SELECT count(*)::int AS count FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    await expect.poll(async () => (await holder.query(waiting)).rows[0].count).toBeGreaterThan(0);
    // Longer than a statement may take.
    await holder.query('SELECT pg_sleep(4)');
    const { now } = await fleet.pulse();
    await holder.query('COMMIT');
    await holder.end();
    await both;

    expect((await fleet.changedSince(now, 10)).map(({ id }) => id)).toEqual([next!.id]);
    expect(await fleet.removedSince(now, 10)).toEqual([gone!.id]);
  });

  it('is refused where the schema belongs to somebody else', async () => {
    const url = await server.database();
    await ask(url, 'CREATE SCHEMA drydock CREATE TABLE theirs (x integer)');

    await expect(open(url)).rejects.toMatchObject({ code: 'store.unusable', message: /not ours/ });
  });

  it('is refused where it does not keep texts as UTF-8', async () => {
    const url = await server.database({ encoding: 'LATIN1' });

    await expect(open(url)).rejects.toMatchObject({ code: 'store.unusable', message: /LATIN1.*UTF8/ });
  });

  it('is refused where there is no such database, or its user may not do what is needed', async () => {
    const url = await server.database();
    await ask(url, `DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'hunter2'`);
    const guest = new URL(url);
    guest.username = 'guest';
    guest.password = 'hunter2';

    await expect(open(`${url}_none`)).rejects.toMatchObject({ code: 'store.unusable', message: /createdb/ });
    const error = await open(guest.href).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'store.unusable', message: expect.stringContaining('CREATE') });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });

  it('is unavailable where nobody listens', async () => {
    await expect(open('postgres://nobody@127.0.0.1:1/none?connect_timeout=2')).rejects.toMatchObject({
      code: 'store.unavailable',
      message: expect.stringContaining('port 1'),
    });
    await expect(open('host=/nowhere user=nobody')).rejects.toMatchObject({ code: 'store.unavailable' });
  });

  it('may be restarted: a reading notices nothing, nor does a write that has not begun', async () => {
    const store = await open(await server.database());
    await store.vulnerabilities.write(named('CVE-1'));
    await server.stop();
    await server.start();
    expect(await store.vulnerabilities.list('debian:8', 0, 10)).toHaveLength(1);

    await server.stop();
    await server.start();
    await store.vulnerabilities.write(named('CVE-2'));
    expect(await store.vulnerabilities.list('debian:8', 0, 10)).toHaveLength(2);
  });

  it('may be away for a while: everything says so, and works again afterwards', async () => {
    const store = await open(await server.database());
    await store.vulnerabilities.write(named('CVE-1'));
    await server.stop();

    const begun = performance.now();
    const failed = { code: 'store.unavailable', message: expect.stringContaining('127.0.0.1') };
    await expect(store.ping()).rejects.toMatchObject(failed);
    await expect(store.vulnerabilities.find('debian:8', 'CVE-1')).rejects.toMatchObject(failed);
    await expect(store.vulnerabilities.write(named('CVE-2'))).rejects.toMatchObject(failed);
    expect(performance.now() - begun).toBeLessThan(60_000);

    await server.start();
    await store.ping();
    await store.vulnerabilities.write(named('CVE-2'));
    expect(await store.vulnerabilities.list('debian:8', 0, 10)).toHaveLength(2);
  });

  it('may go down in the middle of a transaction: it runs again, or says that it did not', async () => {
    const connection = await connect(await server.database());
    let runs = 0;
    await connection.write(async (sql) => {
      runs++;
      await sql.run('INSERT INTO key_value (key, value) VALUES ($1, $2)', ['run', String(runs)]);
      if (runs > 1) return;
      await server.stop();
      await server.start();
      await sql.get('SELECT 1 AS one');
    });

    expect(runs).toBe(2);
    expect(await connection.all('SELECT value FROM key_value')).toEqual([{ value: '2' }]);
  });

  it('runs a transaction again that a deadlock ended', async () => {
    const connection = await connect(await server.database());
    const insert = 'INSERT INTO key_value (key, value) VALUES ($1, $2)';
    await connection.write(async (sql) => {
      await sql.run(insert, ['a', '']);
      await sql.run(insert, ['b', '']);
    });
    const meeting = Promise.withResolvers<void>();
    let waiting = 0;
    let runs = 0;
    const change = async (first: string, second: string): Promise<void> =>
      await connection.write(async (sql) => {
        runs++;
        const update = 'UPDATE key_value SET value = value || $2 WHERE key = $1';
        await sql.run(update, [first, first]);
        if (++waiting === 2) meeting.resolve();
        await meeting.promise;
        await sql.run(update, [second, first]);
      });
    await Promise.all([change('a', 'b'), change('b', 'a')]);

    // More than once, where the one that runs again takes its first row before the other one wakes up.
    expect(runs).toBeGreaterThanOrEqual(3);
    const rows = await connection.all<{ value: string }>('SELECT value FROM key_value');
    expect(rows.map(({ value }) => value.length)).toEqual([2, 2]);
  });

  it('ends a statement that takes too long', async () => {
    const connection = await connect(await server.database(), { statementTimeout: 100 });

    await expect(connection.all('SELECT pg_sleep(30)')).rejects.toMatchObject({
      code: 'store.unavailable',
      message: expect.stringContaining('took too long'),
    });
    const slept = await connection.write(async (sql) => (await sql.all('SELECT pg_sleep(0.3)')).length, {
      statementTimeout: 0,
    });
    expect(slept).toBe(1);
    await expect(connection.write(async (sql) => await sql.all('SELECT pg_sleep(30)'))).rejects.toMatchObject({
      code: 'store.unavailable',
    });
  });

  it('takes the time for a statement from the connection string', async () => {
    const connection = await connect(`${await server.database()}?statement_timeout=120`);

    expect(await connection.get('SHOW statement_timeout')).toEqual({ statement_timeout: '120ms' });
    await expect(connection.all('SELECT pg_sleep(30)')).rejects.toMatchObject({ code: 'store.unavailable' });
    const inUnits = await connect(`${await server.database()}?statement_timeout=2min`);
    expect(await inUnits.get('SHOW statement_timeout')).toEqual({ statement_timeout: '2min' });
  });

  it('has connections again after those that asked for too much are done', async () => {
    const connection = await connect(await server.database(), { connections: 2, connectTimeout: 2000 });
    const release = Promise.withResolvers<void>();
    const holding = [0, 1].map(() => connection.write(async () => await release.promise));

    await expect(connection.get('SELECT 1 AS one')).rejects.toMatchObject({ code: 'store.unavailable' });
    release.resolve();
    await Promise.all(holding);
    expect(await connection.get('SELECT 1 AS one')).toEqual({ one: 1 });
  });
});
