/**
 * How long the answers take that are about all images: node bench/overview.ts [--images N] [--rounds N] [--only sqlite|postgres]
 * Both stores are filled alike: N images (10,000), each with a set of packages of its own and some 20 findings. Then the service
 * is asked over HTTP. Needs PostgreSQL's programs for the second one.
 */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { encodeEnrichment } from '../src/advisories/enrichment-encoding.ts';
import { Secret } from '../src/config/service-secret.ts';
import { ecosystems } from '../src/ecosystems/index.ts';
import type { FeedAdvisory } from '../src/store/advisory-shelf.ts';
import { openConnection } from '../src/store/open.ts';
import type { SqlConnection, SqlRow } from '../src/store/sql/connection.ts';
import { createSqlStore } from '../src/store/sql/sql-store.ts';
import { startApiService } from '../test/support/api-service.ts';
import { hasPostgres, testDatabase } from '../test/support/postgres.ts';
import { temporaryFolder } from '../test/support/temporary.ts';
import { randomNumbers } from './random.ts';

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '15' },
    only: { type: 'string' },
  },
});
const [images, rounds] = [Number(values.images), Number(values.rounds)];

/** Packages of an image; sources that there are, each in so many versions. */
const PACKAGES = 100;
const SOURCES = 2000;
const VERSIONS = 10;
/** Vulnerabilities; each is fixed in one of the versions of a source. */
const VULNERABILITIES = 2400;
/** Packages that every image has. */
const COMMON = 8;

let random = randomNumbers(1);

/** A few sources have many vulnerabilities, and most of those are mended in early versions. */
function* advisories(first: number): Generator<FeedAdvisory> {
  random = randomNumbers(7);
  for (let n = 0; n < VULNERABILITIES; n++) {
    const id = `CVE-${2015 + (n % 11)}-${10_000 + n}`;
    const source = n % 40 === 0 ? random(60) : random(SOURCES);
    const fixed = 1 + Math.floor((random(100) ** 2 / 10_000) * 3) + (n < first ? 0 : 1);
    yield {
      feed: 'bench',
      advisory: {
        ...{ key: id, id, aliases: [], urls: [], description: `What goes wrong in source-${source}.` },
        severity: (['low', 'medium', 'medium', 'high', 'high', 'critical'] as const)[n % 6]!,
        affected: [
          {
            ...{ namespace: 'debian:12', package: `source-${source}`, nameKind: 'source', state: 'fixed' },
            ranges: [{ fixed: `1.${fixed}-1` }],
          },
        ],
      },
    };
  }
}

async function fill(connection: SqlConnection): Promise<void> {
  const store = createSqlStore(connection, ecosystems);
  await connection.write(
    async (sql) => {
      await sql.run(`INSERT INTO namespace (name, version_format, listed) VALUES ('debian:12', 'dpkg', 0)`);
      const { id: namespace } = (await sql.get<{ id: number }>('SELECT id FROM namespace'))!;
      const load = async (table: string, columns: readonly string[], rows: Iterable<SqlRow>) =>
        await sql.load(table, columns, rows);
      const versions = SOURCES * VERSIONS;
      await load(
        'package_version',
        ['id', 'namespace_id', 'name', 'version', 'source_name', 'source_version'],
        Array.from({ length: versions }, (_, n) => {
          const [source, version] = [Math.floor(n / VERSIONS), `1.${n % VERSIONS}-1`];
          return [n + 1, namespace, `lib${source}`, version, `source-${source}`, version];
        }),
      );
      await load(
        'package_set',
        ['id', 'digest'],
        Array.from({ length: images }, (_, n) => [n + 1, `set ${n}`]),
      );
      random = randomNumbers(3);
      await load(
        'package_set_member',
        ['set_id', 'package_version_id'],
        (function* () {
          for (let set = 1; set <= images; set++) {
            const members = new Set<number>();
            for (let n = 0; n < PACKAGES; n++) {
              const source = n < COMMON ? n : random(SOURCES);
              members.add(source * VERSIONS + random(VERSIONS) + 1);
            }
            for (const member of members) yield [set, member];
          }
        })(),
      );
      const document = JSON.stringify({ findings: [], filler: 'x'.repeat(20_000) });
      await load(
        'image',
        'id uuid reference digest distribution state submitted_at scanned_at changed_at set_id document'.split(' '),
        (function* () {
          for (let n = 1; n <= images; n++) {
            const at = 1_700_000_000_000 + n * 1000;
            yield [
              n,
              randomUUID(),
              `registry.example/team-${n % 50}/app-${n}:1`,
              `sha256:${n}`,
              'debian:12',
              2,
              at,
              at,
              at,
              n,
              document,
            ];
          }
        })(),
      );
      await load(
        'image_layer',
        ['image_id', 'position', 'digest'],
        (function* () {
          for (let n = 1; n <= images; n++)
            for (let at = 0; at < 8; at++) yield [n, at, `sha256:layer-${at < 4 ? at : n}`];
        })(),
      );
      await load(
        'image_summary',
        'image_id reference set_id distribution latest complete end_of_life kinds'.split(' '),
        (function* () {
          for (let n = 1; n <= images; n++) {
            const kinds = n % 7 === 0 ? '{"secret":2,"configuration":5}' : '{"configuration":4}';
            const end = n % 11 === 0 ? '2024-01-01' : '2099-01-01';
            yield [
              n,
              `registry.example/team-${n % 50}/app-${n}:1`,
              n,
              'debian:12',
              1,
              n % 13 === 0 ? 0 : 1,
              end,
              kinds,
            ];
          }
        })(),
      );
    },
    { statementTimeout: 0 },
  );
  if (connection.dialect.name === 'postgres') {
    // Rows were given their ids here: those that the store adds go on behind them.
    for (const table of ['package_version', 'package_set', 'image'])
      await connection.all(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), max(id)) FROM ${table}`);
    await connection.all('VACUUM ANALYZE');
  }
  const all = { [Symbol.iterator]: () => advisories(VULNERABILITIES) };
  const rows = Array.from({ length: VULNERABILITIES / 40 }, (_, n) => {
    const name = `CVE-${2015 + ((n * 40) % 11)}-${10_000 + n * 40}`;
    return { feed: 'cisa-kev', name, detail: encodeEnrichment({ name, exploited: { added: '2024-01-01' } }) };
  });
  const enrichments = { rows, complete: true };
  const time = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    const started = performance.now();
    await work();
    process.stdout.write(`  ${what}: ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  };
  const delta = { removals: [], enrichments, notify: false, complete: true } as const;
  await time('first load of the advisories, all images judged', () =>
    store.advisories.apply({ ...delta, generation: 1, upserts: all }),
  );
  const changed = { [Symbol.iterator]: () => advisories(VULNERABILITIES - 100) };
  await time('a change of 100 records', () => store.advisories.apply({ ...delta, generation: 2, upserts: changed }));
  await time('the sums of a day', () => store.fleet.keepDay('2026-03-01'));
  if (connection.dialect.name === 'postgres') await connection.all('VACUUM ANALYZE');
}

const paths = [
  '/api/overview',
  '/api/trends?days=90',
  '/api/images',
  '/api/images?sort=severity',
  '/api/images?sort=severity&limit=1000',
  '/api/images?severity=critical&latest=true',
  '/api/images?q=app-77',
  '/api/images?distribution=debian&kind=secret',
  '/api/images?exploited=true&endOfLife=true',
  '/api/vulnerabilities',
  '/api/vulnerabilities?q=cve-2019-1',
  '/api/vulnerabilities?exploited=true&sort=severity',
  '/api/feeds',
];

for (const [name, make] of [
  ['sqlite', async () => path.join(temporaryFolder(), 'service.db')],
  ...(hasPostgres ? [['postgres', testDatabase] as const] : []),
] as const) {
  if (values.only !== undefined && values.only !== name) continue;
  process.stdout.write(`${name}\n`);
  const url = await make();
  const connection = await openConnection(url);
  await fill(connection);
  const [{ findings }] = (await connection.all<{ findings: number }>(
    'SELECT sum(findings) AS findings FROM set_vulnerability',
  )) as [{ findings: number }];
  process.stdout.write(`  ${images} images, ${findings} findings\n`);
  await connection.close();
  const service = await startApiService({ roles: new Set(['api']), store: new Secret(url) });
  try {
    for (const asked of paths) {
      const times: number[] = [];
      let cpu = process.cpuUsage();
      let cold = 0;
      for (let n = 0; n < rounds; n++) {
        const started = performance.now();
        const answer = await fetch(`${service.url}${asked}`);
        const body = await answer.text();
        times.push(performance.now() - started);
        if (answer.status !== 200) throw new Error(`${asked}: ${answer.status} ${body}`);
        if (n > 0) continue;
        const { user: first, system: more } = process.cpuUsage(cpu);
        cold = (first + more) / 1000;
        cpu = process.cpuUsage();
      }
      const { user, system } = process.cpuUsage(cpu);
      const first = times[0]!;
      times.sort((a, b) => a - b);
      const figures = [first, times[rounds >> 1]!, times.at(-1)!].map((one) => one.toFixed(0).padStart(5));
      process.stdout.write(
        `  ${asked.padEnd(55)} first ${figures[0]} ms, median ${figures[1]} ms, at worst ${figures[2]} ms; CPU ${cold.toFixed(0)} ms, then ${((user + system) / 1000 / (rounds - 1)).toFixed(0)} ms\n`,
      );
    }
    // The first look after an image was read: another one is the last of its reference then.
    const after: number[] = [];
    const cpu: number[] = [];
    for (let n = 0; n < rounds; n++) {
      const { id } = await service.store.images.submit(`registry.example/team-${n}/app-${n + 50}:1`, new Date());
      const scanned = { scanned: new Date(), layers: [], packages: [], namespaces: [], document: '{"findings":[]}' };
      await service.store.images.finish(id, scanned);
      const [started, before] = [performance.now(), process.cpuUsage()];
      await (await fetch(`${service.url}/api/overview`)).text();
      const { user, system } = process.cpuUsage(before);
      after.push(performance.now() - started);
      cpu.push((user + system) / 1000);
    }
    const middle = (all: number[]): string => all.toSorted((a, b) => a - b)[rounds >> 1]!.toFixed(0);
    process.stdout.write(`  /api/overview, first after a change: median ${middle(after)} ms; CPU ${middle(cpu)} ms\n`);
  } finally {
    await service.stop();
  }
}
