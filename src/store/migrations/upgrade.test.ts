import path from 'node:path';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { hasPostgres, postgresAbsent, testDatabase } from '../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { loadSqlite } from '../../advisories/sqlite.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { openStore } from '../open.ts';
import type { SqlWriter } from '../sql/connection.ts';
import { postgresDialect } from '../sql/dialect.ts';
import { APPLICATION_ID } from '../sqlite/database-file.ts';
import type { Store } from '../store.ts';
import { migrations } from './index.ts';
import { migratePostgres } from './migrate-postgres.ts';
import { migrateSqlite } from './migrate-sqlite.ts';

/** Makes a database as a version with so many steps left it, with some rows. Returns its URL. */
type MakeOld = (version: number, rows: readonly string[]) => Promise<string>;

const inFile: MakeOld = async (version, rows) => {
  const file = path.join(temporaryFolder(), 'store.db');
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  await migrateSqlite(database, file, migrations.slice(0, version));
  for (const statement of rows) database.exec(statement);
  database.close();
  return file;
};

/** Opens a database as the version with so many steps does. */
type OpenAsOld = (url: string, version: number) => Promise<void>;

const openFile: OpenAsOld = async (file, version) => {
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(file);
  try {
    await migrateSqlite(database, file, migrations.slice(0, version));
  } finally {
    database.close();
  }
};

/** The statements that PostgreSQL gets before an old version refuses. */
const openServer: OpenAsOld = async (url, version) => {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=drydock' });
  await client.connect();
  const all = async (text: string, values: unknown[] = []): Promise<unknown[]> =>
    (await client.query(text, values)).rows;
  const sql = {
    dialect: postgresDialect,
    all,
    get: async (...asked: Parameters<typeof all>) => (await all(...asked))[0],
  };
  const write = async <T>(work: (writer: SqlWriter) => Promise<T>): Promise<T> =>
    await work({ ...sql, lockName: async () => await Promise.resolve() } as unknown as SqlWriter);
  try {
    await migratePostgres(
      { place: 'of the test', schema: 'drydock', write, lockWriters: async () => await Promise.resolve() },
      migrations.slice(0, version),
    );
  } finally {
    await client.end();
  }
};

const onServer: MakeOld = async (version, rows) => {
  const url = await testDatabase();
  const client = new pg.Client({ connectionString: url, options: '-c search_path=drydock' });
  await client.connect();
  await client.query('CREATE SCHEMA drydock');
  await client.query('CREATE TABLE schema_version (version integer NOT NULL)');
  await client.query(`INSERT INTO schema_version (version) VALUES (${version})`);
  const steps = migrations.slice(0, version).flatMap((step) => step.statements(postgresDialect));
  for (const statement of [...steps, ...rows]) await client.query(statement);
  await client.end();
  return url;
};

describe.each([
  ['in a file', true, inFile, openFile],
  [`on a server${hasPostgres ? '' : `: ${postgresAbsent}`}`, hasPostgres, onServer, openServer],
] as const)('a database of before, %s,', (_title, isThere, make, openAsOld) => {
  it.skipIf(!isThere)('has what waits for the targets that it knows', async () => {
    const url = await make(3, [
      "INSERT INTO notification (name, created_at, deleted_at) VALUES ('read', 1, 2)",
      ...['sent', 'failed', 'waits'].map((name) => `INSERT INTO notification (name, created_at) VALUES ('${name}', 1)`),
      `INSERT INTO delivery (notification_id, target, delivered_at, failures, not_before)
      SELECT id, 'json', CASE name WHEN 'sent' THEN 5 END, CASE name WHEN 'failed' THEN 1 ELSE 0 END,
        CASE name WHEN 'sent' THEN NULL ELSE 6 END FROM notification WHERE name <> 'waits'`,
    ]);
    const store = await openStore({ ecosystems, url });
    try {
      const { notifications } = store;
      await notifications.addTargets(['json', 'new']);
      const waiting = async (target: string, renotifyAfter: number): Promise<Set<string | undefined>> => {
        const found = new Set<string | undefined>();
        for (let n = 0; n < 50; n++)
          found.add((await notifications.nextFor([target], new Date(), renotifyAfter))?.name);
        return found;
      };
      expect(await waiting('json', 1e13)).toEqual(new Set(['failed', 'waits']));
      expect(await waiting('json', 1000)).toEqual(new Set(['sent', 'failed', 'waits']));
      expect(await waiting('new', 1000)).toEqual(new Set([undefined]));
    } finally {
      await store.close();
    }
  });

  it.skipIf(!isThere)('keeps package versions, of whose builds nothing is known, and tells others apart', async () => {
    const url = await make(8, [
      "INSERT INTO namespace (name, version_format) VALUES ('rocky:8', 'rpm')",
      ...['a', 'b', 'c'].map(
        (name) => `INSERT INTO package_version (namespace_id, name, version, source_name, source_version)
        SELECT id, '${name}', '1-1', 's', '1-1' FROM namespace`,
      ),
      `INSERT INTO layer (name, namespace_id, engine_version, created_at) SELECT 'l', id, 3, 1 FROM namespace`,
      `INSERT INTO layer_package (layer_id, package_version_id, modification)
      SELECT l.id, p.id, 1 FROM layer l, package_version p WHERE p.name <> 'b'`,
    ]);
    const store = await openStore({ ecosystems, url });
    try {
      const source = { name: 's', version: '1-1' };
      const before = { namespace: 'rocky:8', version: '1-1', source };
      const shown = async (layer: string) =>
        (await store.layers.packages(layer, { builds: true }))!.map(({ name, arch, addedBy }) => [name, arch, addedBy]);
      expect(await shown('l')).toEqual([
        ['a', undefined, 'l'],
        ['c', undefined, 'l'],
      ]);
      await store.layers.insert({
        name: 'above',
        parent: 'l',
        engineVersion: 3,
        packages: [
          { ...before, name: 'a' },
          { ...before, name: 'a', arch: 'x86_64' },
          { ...before, name: 'a', arch: 'i686' },
          { ...before, name: 'b' },
        ],
        namespaces: [],
      });
      expect((await shown('above')).sort()).toEqual(
        [
          ['a', undefined, 'l'],
          ['a', 'i686', 'above'],
          ['a', 'x86_64', 'above'],
          ['b', undefined, 'above'],
        ].sort(),
      );
      expect((await store.layers.packages('above'))!.map(({ name, addedBy }) => [name, addedBy])).toEqual([
        ['a', 'l'],
        ['b', 'above'],
      ]);
      expect(await shown('l')).toHaveLength(2);
      expect(await store.layers.remove('l')).toBe(true);
    } finally {
      await store.close();
    }
  });

  it.skipIf(!isThere)('lists the namespaces that it listed, but for those of images', async () => {
    const url = await make(3, [
      ...['deb', 'debian:10', 'debian:11', 'debian:12', 'debian:13'].map(
        (name) => `INSERT INTO namespace (name, version_format) VALUES ('${name}', 'dpkg')`,
      ),
      `INSERT INTO package_version (namespace_id, name, version, source_name, source_version)
      SELECT id, 'a', '1', '', '' FROM namespace WHERE name IN ('deb', 'debian:11')`,
      `INSERT INTO layer (name, namespace_id, engine_version, created_at)
      SELECT 'l', id, 3, 1 FROM namespace WHERE name = 'debian:10'`,
      `INSERT INTO layer_package (layer_id, package_version_id, modification)
      SELECT l.id, p.id, 1 FROM layer l, package_version p JOIN namespace n ON n.id = p.namespace_id
      WHERE n.name = 'debian:11'`,
      `INSERT INTO vulnerability (namespace_id, name, description, link, severity, metadata, origin, created_at)
      SELECT id, 'V', '', '', 1, '', 1, 1 FROM namespace WHERE name = 'debian:12'`,
      `INSERT INTO advisory_entry (namespace_id, package, advisory_id, position, kind, state)
      SELECT id, 'a', 1, 0, 0, 0 FROM namespace WHERE name = 'debian:13'`,
    ]);
    const store = await openStore({ ecosystems, url });
    try {
      const names = (await store.namespaces()).map(({ name }) => name);
      expect(names).toEqual(['debian:10', 'debian:11', 'debian:12', 'debian:13']);
    } finally {
      await store.close();
    }
  });

  it.skipIf(!isThere)('is filled in parts, goes on where it was ended or failed, and becomes the same', async () => {
    const filler = 'x'.repeat(200_000);
    const rows = [
      "INSERT INTO namespace (id, name, version_format) VALUES (1, 'debian:12', 'dpkg')",
      ...Array.from({ length: 30 }, (_, n) => n + 1).flatMap((n) => [
        `INSERT INTO package_version (id, namespace_id, name, version, source_name, source_version)
        VALUES (${n}, 1, 'p${n}', '1', '', '')`,
        `INSERT INTO vulnerability (id, namespace_id, name, description, link, severity, metadata, origin, created_at)
        VALUES (${n}, 1, 'V${n}', '', '', ${n % 6}, '', 0, 1)`,
        `INSERT INTO affected (package_version_id, vulnerability_id) VALUES (${n}, ${n})`,
        `INSERT INTO package_set (id, digest) VALUES (${n}, 's${n}')`,
        `INSERT INTO package_set_member (set_id, package_version_id) SELECT ${n}, id FROM package_version WHERE id > ${n - 5}`,
        `INSERT INTO image (id, uuid, reference, state, submitted_at, set_id, document)
        VALUES (${n}, 'image-${n}', 'app-${n % 20}:1', 2, ${n}, ${n},
          '{"image":{"id":"c${n}"},"findings":[{"kind":"secret"}],"coverage":{"complete":true},"filler":"${filler}"}')`,
      ]),
    ];
    const shown = async (store: Store) => ({
      overview: await store.fleet.overview('2024-01-01', 200),
      images: await store.fleet.images({ limit: 500 }),
      vulnerabilities: await store.fleet.vulnerabilities({ limit: 500 }),
    });
    const whole = await openStore({ ecosystems, url: await make(10, rows) });
    const url = await make(10, rows);
    let parts = 0;
    for (;;) {
      // Ended after every part, or failed in it: each try gets a little further.
      const stop = new AbortController();
      const onProgress = (): void => {
        parts++;
        if (parts % 2 === 0) throw new Error('the process is gone');
        stop.abort();
      };
      const opened = await openStore({ ecosystems, url, watch: { signal: stop.signal, onProgress, slice: 0 } }).catch(
        (error) => {
          expect(error).toMatchObject(parts % 2 === 0 ? { message: 'the process is gone' } : { code: 'interrupted' });
        },
      );
      if (opened === undefined) {
        // It would write what was counted already, and nobody would count it again.
        await expect(openAsOld(url, 10)).rejects.toMatchObject({ code: 'store.unusable' });
        continue;
      }
      expect(await shown(opened)).toEqual(await shown(whole));
      await opened.close();
      break;
    }
    await whole.close();
    // In each thing that is filled, ended and failed, however quick the machine is.
    expect(parts).toBeGreaterThan(30);
  });

  it.skipIf(!isThere)('calls images of one archive as it does now, and counts them', async () => {
    const uuid = (n: number): string => `0000000${n}-0000-4000-8000-000000000000`;
    const image = (
      n: number,
      reference: string,
      first: number | undefined,
      { state = 2, latest = 1 } = {},
    ): string[] => [
      `INSERT INTO image (id, uuid, reference, state, submitted_at, idempotency_key, set_id)
      VALUES (${n}, '${uuid(n)}', '${reference}', ${state}, ${n}, ${first ? `'${uuid(first)} sha256:${n}'` : `'${n}'`}, 1)`,
      `INSERT INTO image_summary (image_id, reference, set_id, latest, complete, kinds)
      SELECT id, reference, 1, ${latest}, 1, '{}' FROM image WHERE id = ${n} AND state = 2`,
    ];
    const url = await make(13, [
      "INSERT INTO package_set (id, digest) VALUES (1, 's')",
      `INSERT INTO set_vulnerability (set_id, name, severity, findings, fixable, gravest) VALUES (1, 'V', 3, 1, 0, 1)`,
      "INSERT INTO vulnerability_spread (name, severity, images, findings, fixable) VALUES ('V', 3, 4, 4, 0)",
      ...image(1, 'r.example/app:prod', undefined, { latest: 0 }),
      ...image(2, 'upload:r.example/app:prod', undefined),
      ...image(3, 'r.example/app:prod', 2, { latest: 0 }),
      ...image(4, 'r.example/app:prod', 2),
      ...image(5, 'debian:12', 2, { state: 0 }),
      // Of a registry, and of archives that were removed.
      ...image(6, 'r.example/all:1', undefined, { latest: 0 }),
      ...image(7, 'r.example/all:1', 6),
      ...image(8, 'clair:sha256:abc', 9),
    ]);
    const store = await openStore({ ecosystems, url });
    try {
      const { images } = await store.images.list({ limit: 20 });
      const last = (await store.fleet.images({ limit: 20, latest: true })).images.map(({ image: { id } }) => id);
      expect(
        images.map(({ id, reference }) => `${id.slice(7, 8)} ${reference}${last.includes(id) ? ' last' : ''}`),
      ).toEqual([
        '8 upload:clair:sha256:abc#2 last',
        '7 r.example/all:1 last',
        '6 r.example/all:1 last',
        '5 upload:r.example/app:prod#4',
        '4 upload:r.example/app:prod#3 last',
        '3 upload:r.example/app:prod#2 last',
        '2 upload:r.example/app:prod last',
        '1 r.example/app:prod last',
      ]);
      expect((await store.fleet.vulnerabilities({ limit: 9 })).vulnerabilities).toMatchObject([
        { name: 'V', images: 7 },
      ]);
    } finally {
      await store.close();
    }
  });

  it.skipIf(!isThere)('has sums of the images that it has, and knows which of them are the last ones', async () => {
    const document = (findings: readonly string[], complete: boolean, endOfLife?: string): string =>
      JSON.stringify({
        findings: findings.map((kind) => ({ kind, id: 'x\u0000' })),
        coverage: { complete },
        image: { distribution: { id: 'debian', ...(endOfLife !== undefined && { endOfLife }) } },
      }).replaceAll("'", "''");
    const image = (id: number, reference: string, state: number, set: number | 'NULL', text: string): string =>
      `INSERT INTO image (id, uuid, reference, state, submitted_at, set_id, document)
      VALUES (${id}, 'image-${id}', '${reference}', ${state}, ${id}, ${set}, '${text}')`;
    const url = await make(10, [
      "INSERT INTO namespace (id, name, version_format) VALUES (1, 'debian:12', 'dpkg')",
      ...[1, 2].map(
        (id) => `INSERT INTO package_version (id, namespace_id, name, version, source_name, source_version)
        VALUES (${id}, 1, 'p${id}', '1', '', '')`,
      ),
      ...(
        [
          [1, 'V1', 5, 'NULL'],
          [2, 'V2', 3, 'NULL'],
          [3, 'V3', 4, '7'],
        ] as const
      ).map(
        ([
          id,
          name,
          severity,
          deleted,
        ]) => `INSERT INTO vulnerability (id, namespace_id, name, description, link, severity, metadata, origin, created_at, deleted_at)
        VALUES (${id}, 1, '${name}', '', '', ${severity}, '', 0, 1, ${deleted})`,
      ),
      `INSERT INTO affected (package_version_id, vulnerability_id, fixed_by)
      VALUES (1, 1, '2'), (1, 2, NULL), (2, 2, '3'), (2, 3, '3')`,
      "INSERT INTO package_set (id, digest) VALUES (1, 'a'), (2, 'b')",
      'INSERT INTO package_set_member (set_id, package_version_id) VALUES (1, 1), (1, 2), (2, 2)',
      image(1, 'app:1', 2, 1, document(['secret', 'malware', 'secret'], false, '2024-01-01')),
      image(2, 'app:1', 2, 2, document([], true)),
      image(3, 'other:1', 2, 1, document(['secret'], false)),
      image(4, 'failed:1', 3, 'NULL', ''),
    ]);
    const store = await openStore({ ecosystems, url });
    try {
      const { images } = await store.fleet.images({ limit: 10, order: 'reference' });
      const none = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0 };
      const both = { findings: { ...none, critical: 1, medium: 2 }, fixable: 2, exploited: 0 };
      expect(images.map(({ image: { id }, sums }) => [id, sums])).toEqual([
        [
          'image-2',
          { findings: { ...none, medium: 1 }, fixable: 1, exploited: 0, latest: true, complete: true, kinds: {} },
        ],
        [
          'image-1',
          { ...both, latest: false, complete: false, endOfLife: '2024-01-01', kinds: { malware: 1, secret: 2 } },
        ],
        ['image-4', undefined],
        ['image-3', { ...both, latest: true, complete: false, kinds: { secret: 1 } }],
      ]);
      expect(await store.fleet.sums()).toMatchObject({ images: 2, vulnerabilities: 2, fixable: 3 });
    } finally {
      await store.close();
    }
  });
});
