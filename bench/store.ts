/**
 * How long a store takes with a large inventory: node bench/store.ts [--images N] [--sets N] [--ranges N] [URL]
 * Without a URL the store is a SQLite file in a temporary folder; with one, an empty PostgreSQL database.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ecosystems } from '../src/ecosystems/index.ts';
import type { FeedAdvisory } from '../src/store/advisory-shelf.ts';
import { openConnection } from '../src/store/open.ts';
import type { PackageVersion } from '../src/store/package-version.ts';
import { createSqlStore } from '../src/store/sql/sql-store.ts';
import { randomNumbers } from './random.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: '100000' },
    sets: { type: 'string', default: '2000' },
    ranges: { type: 'string', default: '300000' },
  },
});
const [images, sets, ranges] = [Number(values.images), Number(values.sets), Number(values.ranges)];

/** Releases with sources of their own; each record names a package in four of one distribution. */
const releases = ['10', '11', '12', '13'].map((version) => `debian:${version}`);
const SOURCES = 4000;
const LAYERS = 20;

let random = randomNumbers(1);

/** A few packages have very many vulnerabilities, as in life. */
function sourceOf(n: number): string {
  return `source-${n % 10 === 0 ? random(20) : random(SOURCES)}`;
}

function recordOf(n: number, fixed: number): FeedAdvisory {
  const id = `CVE-${2010 + (n % 16)}-${100_000 + n}`;
  const name = sourceOf(n);
  return {
    feed: 'bench',
    advisory: {
      key: id,
      id,
      aliases: [],
      severity: (['low', 'medium', 'high', 'critical'] as const)[n % 4]!,
      urls: [`https://tracker.example/${id}`],
      description: `What goes wrong in ${name}. `.repeat(8),
      affected: releases.map((namespace, index) => ({
        namespace,
        package: name,
        nameKind: 'source',
        state: 'fixed',
        ranges: [{ fixed: `1.${fixed + index}-1` }],
      })),
    },
  };
}

function* records(): Generator<FeedAdvisory> {
  random = randomNumbers(7);
  for (let n = 0; n < ranges / releases.length; n++) yield recordOf(n, random(60));
}

/** Of one release, most packages at one of a few versions: images are rebuilt at different times. */
function packagesOf(set: number): PackageVersion[] {
  random = randomNumbers(set + 1000);
  const namespace = releases[set % releases.length]!;
  const count = 300 + random(201);
  const first = random(SOURCES - 600);
  return Array.from({ length: count }, (_, n) => {
    const source = n < 20 ? n : first + n;
    const version = `1.${40 + random(12)}-1`;
    return { namespace, name: `lib${source}`, version, source: { name: `source-${source}`, version } };
  });
}

const rows: (readonly [string, string])[] = [];
async function measure<T>(what: string, work: () => Promise<T>, times = 1): Promise<T> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  const milliseconds = (performance.now() - started) / times;
  rows.push([
    what,
    `${milliseconds.toFixed(1)} ms (CPU of this process ${((user + system) / 1000 / times).toFixed(1)} ms)`,
  ]);
  process.stderr.write(`${what}: ${rows.at(-1)![1]}\n`);
  return result;
}

const folder = mkdtempSync(path.join(tmpdir(), 'drydock-bench-store-'));
const url = positionals[0] ?? path.join(folder, 'store.db');
const connection = await openConnection(url);
const store = createSqlStore(connection, ecosystems);
let heap = 0;
const watch = setInterval(() => {
  heap = Math.max(heap, process.memoryUsage().heapUsed);
}, 20);

try {
  let slowest = 0;
  const loading = new AbortController();
  const reading = (async () => {
    while (!loading.signal.aborted) {
      const started = performance.now();
      await store.vulnerabilities.find('debian:12', 'CVE-2010-100000');
      slowest = Math.max(slowest, performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const all = { [Symbol.iterator]: records };
  const loaded = await measure(
    `first load of ${ranges} ranges`,
    async () =>
      await store.advisories.apply({ generation: 1, upserts: all, removals: [], notify: false, complete: true }),
  );
  loading.abort();
  await reading;
  rows.push(['  records, rows', `${loaded.advisories}, ${loaded.vulnerabilities}`]);
  rows.push(['  heap at most', `${Math.round(heap / 1e6)} MB`]);
  rows.push(['  slowest of the readers meanwhile', `${slowest.toFixed(1)} ms`]);
  await measure(
    'the same again, nothing new',
    async () =>
      await store.advisories.apply({ generation: 1, upserts: all, removals: [], notify: true, complete: true }),
  );

  await measure(
    `image with packages that are partly new (each of ${sets})`,
    async () => {
      for (let set = 0; set < sets; set++) {
        const image = await store.images.submit(`registry.example/set-${set}:1`, new Date(0));
        await store.images.finish(image.id, {
          scanned: new Date(0),
          layers: [`sha256:base-${set % 40}`, `sha256:top-${set}`],
          packages: packagesOf(set),
          namespaces: [],
          document: '{}',
        });
      }
    },
    sets,
  );
  const first = (await connection.get<{ id: number }>('SELECT min(id) AS id FROM package_set'))!.id;
  await measure(
    `${images - sets} more images of the same sets, loaded`,
    async () =>
      await connection.write(async (sql) => {
        await sql.load(
          'image',
          ['uuid', 'reference', 'state', 'submitted_at', 'scanned_at', 'set_id', 'document'],
          (function* () {
            for (let n = sets; n < images; n++) {
              yield [randomUUID(), `registry.example/app-${n}:1`, 2, n, n, first + (n % sets), '{}'];
            }
          })(),
        );
      }),
  );
  // The server does so by itself, in time.
  if (connection.dialect.name === 'postgres') await connection.all('VACUUM ANALYZE');
  const one = (await store.images.submit('registry.example/again:1', new Date(0))).id;
  const again = {
    scanned: new Date(0),
    layers: [],
    packages: packagesOf(5),
    namespaces: [],
    document: '{}',
  };
  await measure('image with packages that are known', async () => await store.images.finish(one, again));

  interface Count {
    readonly name: string;
    readonly count: number;
  }
  const counts = await connection.all<Count>(
    `SELECT v.name, count(DISTINCT m.set_id) AS count FROM vulnerability v
    JOIN affected a ON a.vulnerability_id = v.id JOIN package_set_member m ON m.package_version_id = a.package_version_id
    GROUP BY v.name ORDER BY 2`,
  );
  for (const [what, entry] of [
    ['rare', counts[0]],
    ['usual', counts[counts.length >> 1]],
    ['everywhere', counts.at(-1)],
  ] as const) {
    const times: number[] = [];
    let found = 0;
    for (let n = 0; n < 15; n++) {
      const started = performance.now();
      found = (await store.images.affectedBy(entry!.name, { limit: 50 })).count;
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    rows.push([
      `which images have a CVE (${what}: ${found})`,
      `${times[7]!.toFixed(1)} ms, at worst ${times[14]!.toFixed(1)} ms`,
    ]);
  }

  const changed = Array.from({ length: 1000 }, (_, n) => (n * 71) % (ranges / releases.length));
  const delta = (function* () {
    const wanted = new Set(changed);
    let n = 0;
    for (const record of records()) {
      if (wanted.has(n)) {
        const affected = record.advisory.affected.map((entry) => ({ ...entry, ranges: [{ fixed: '1.46-1' }] }));
        yield { ...record, advisory: { ...record.advisory, affected } };
      }
      n++;
    }
  })();
  const told = [...delta];
  const result = await measure(
    'change of 1000 records, with notifications',
    async () =>
      await store.advisories.apply({ generation: 2, upserts: told, removals: [], notify: true, complete: false }),
  );
  rows.push([
    '  rows, package versions judged, notifications',
    `${result.vulnerabilities}, ${result.judged}, ${result.notifications}`,
  ]);

  for (let n = 0; n < LAYERS; n++) {
    await store.layers.insert({
      name: `layer-${n}`,
      ...(n > 0 && { parent: `layer-${n - 1}` }),
      namespace: { name: 'debian:10', versionFormat: 'dpkg' },
      engineVersion: 3,
      packages: packagesOf(4).slice(0, 300 + n),
      namespaces: [],
    });
  }
  const packages = await measure(
    `GET of the top of ${LAYERS} layers, with vulnerabilities`,
    async () => {
      for (let n = 0; n < 9; n++) await store.layers.packages(`layer-${LAYERS - 1}`, { vulnerabilities: true });
      return await store.layers.packages(`layer-${LAYERS - 1}`, { vulnerabilities: true });
    },
    10,
  );
  const found = packages!.reduce((sum, pkg) => sum + pkg.vulnerabilities.length, 0);
  rows.push(['  packages, vulnerabilities', `${packages!.length}, ${found}`]);
  await measure(
    'findings of an image, first 100',
    async () => {
      for (let n = 0; n < 10; n++) await store.images.findings(one, { limit: 100 });
    },
    10,
  );
  const width = Math.max(...rows.map(([what]) => what.length));
  for (const [what, figure] of rows) process.stdout.write(`${what.padEnd(width)}  ${figure}\n`);
} finally {
  clearInterval(watch);
  await store.close();
  rmSync(folder, { recursive: true });
}
