// One service on SQLite is killed at random moments of an update, of scans and while it sends notifications. After each the
// file must be whole, with the advisories of before or those after, and with everything that was acknowledged.
//   node test/soak/service-sqlite.ts [--kills 30] [--seed N]     (about four minutes)
// What a killed process had locked is free after ten minutes; the script moves the clock of the locks instead of waiting.
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { FakeRegistry } from '../support/fake-registry.ts';
import { startFeedMirror } from '../support/feed-mirror.ts';
import { layer } from '../support/image.ts';
import { startReceiver } from '../support/receiver.ts';
import { debianLayer } from '../support/root-file-systems.ts';
import { ask } from '../support/service.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { Random } from './fuzz/random.ts';
import { LAYERS_PER_IMAGE, layerName, parentOf, startLayerServer } from './layer-server.ts';
import { ServeProcess } from './serve-process.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const kills = Number(values.kills);
const random = new Random(Number(values.seed));
console.log(`seed ${values.seed}, ${kills} kills`);

const failures: string[] = [];
const check = (holds: boolean, what: string): void => {
  if (!holds) failures.push(what);
};

// ---- what there is

const PACKAGES = 20;
const RECORDS = 600;
const mirror = await startFeedMirror();

/** All advisories say another fixed version in another generation: a mixture of two would show. */
const fixedIn = (generation: number): string => `1.${100 + generation}-1`;
function publish(generation: number): void {
  const releases = {
    bookworm: { status: 'resolved', fixed_version: fixedIn(generation), urgency: 'high', repositories: {} },
  };
  const document = Object.fromEntries(
    Array.from({ length: PACKAGES }, (_, i) => {
      const numbers = Array.from({ length: RECORDS / PACKAGES }, (_, j) => 10_000 + i + j * PACKAGES);
      return [`shared-${i}`, Object.fromEntries(numbers.map((number) => [`CVE-2031-${number}`, { releases }]))];
    }),
  );
  mirror.set('tracker/data/json', JSON.stringify(document));
}

const layerServer = await startLayerServer({ pause: () => random.below(150) });
const registry = await FakeRegistry.start();
const received = new Map<string, number>();
const webhook = await startReceiver(({ body }) => {
  const { Notification } = JSON.parse(body) as { Notification: { Name: string } };
  received.set(Notification.Name, (received.get(Notification.Name) ?? 0) + 1);
  return 200;
});

const folder = temporaryFolder();
const file = path.join(folder, 'state', 'service.db');
const service = await ServeProcess.create('service', folder, [
  ...['--state-dir', path.join(folder, 'state'), '--cache-dir', path.join(folder, 'cache')],
  ...['--mirror', mirror.url, '--feeds', 'debian-tracker', '--update-interval', '24h'],
  ...['--layer-hosts', layerServer.host, '--registry-hosts', registry.host, '--webhook', webhook.url],
]);

// ---- looks at the file

/** What the file holds, read from a copy: looking must not mend it. */
function look<T>(read: (database: DatabaseSync) => T): T {
  const copy = path.join(temporaryFolder(), 'copy');
  mkdirSync(copy);
  for (const suffix of ['', '-wal'])
    if (existsSync(file + suffix)) cpSync(file + suffix, path.join(copy, `service.db${suffix}`));
  const database = new DatabaseSync(path.join(copy, 'service.db'));
  try {
    return read(database);
  } finally {
    database.close();
  }
}

const column = (database: DatabaseSync, sql: string): readonly unknown[] =>
  database
    .prepare(sql)
    .all()
    .map((row) => Object.values(row)[0]);

/** The generation of the advisories in the file; more than one would be a mixture. */
const generationsOf = (database: DatabaseSync): readonly number[] =>
  column(
    database,
    `SELECT DISTINCT f.version FROM fix f JOIN vulnerability v ON v.id = f.vulnerability_id
     WHERE v.deleted_at IS NULL AND v.name LIKE 'CVE-2031-%'`,
  ).map((version) => Number(/^1\.(\d+)-1$/.exec(String(version))?.[1]) - 100);

/** Takes away what the killed process had locked. */
function unlock(): void {
  const database = new DatabaseSync(file);
  database.exec('UPDATE lock SET until = 1');
  database.close();
}

// ---- what is done, and what was acknowledged

let generation = 1;
let layers = 0;
let users = 0;
let images = 0;
const acknowledged = { layers: [] as number[], vulnerabilities: [] as string[], images: [] as string[] };

const post = async (target: string, body: object) =>
  await ask(`${service.url}${target}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  }).catch(() => undefined);

async function update(): Promise<void> {
  generation++;
  publish(generation);
  await post('/api/feeds/update', {});
}

async function scan(): Promise<void> {
  const chain = async (): Promise<void> => {
    const first = layers;
    layers += LAYERS_PER_IMAGE;
    for (let index = first; index < first + LAYERS_PER_IMAGE; index++) {
      const parent = parentOf(index);
      const Layer = {
        Name: layerName(index),
        Path: layerServer.path(index),
        Format: 'Docker',
        ...(parent && { ParentName: parent }),
      };
      const answer = await post('/v1/layers', { Layer });
      if (answer === undefined) return;
      check(answer.status === 201, `${layerName(index)}: ${answer.status} ${answer.body}`);
      acknowledged.layers.push(index);
    }
  };
  const submit = async (): Promise<void> => {
    const tag = `v${images++}`;
    registry.push(
      { layers: [debianLayer(), layer([{ path: `srv/${tag}`, content: tag }])], platform: 'linux/amd64' },
      tag,
    );
    const answer = await post('/api/images', { reference: `${registry.host}/app:${tag}` });
    if (answer === undefined) return;
    check(answer.status === 202, `image ${tag}: ${answer.status} ${answer.body}`);
    acknowledged.images.push((JSON.parse(answer.body) as { id: string }).id);
  };
  await Promise.all([chain(), chain(), chain(), submit(), submit(), submit()]);
}

async function write(): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const Name = `SOAK-${users++}`;
    const Vulnerability = { Name, NamespaceName: 'debian:12', Severity: 'High' };
    const answer = await post('/v1/namespaces/debian:12/vulnerabilities', { Vulnerability });
    if (answer === undefined) return;
    check(answer.status === 201, `${Name}: ${answer.status} ${answer.body}`);
    acknowledged.vulnerabilities.push(Name);
  }
}

async function until(what: string, holds: () => Promise<boolean> | boolean, patience = 300_000): Promise<number> {
  const started = Date.now();
  while (!(await holds())) {
    if (Date.now() - started > patience) {
      check(false, `${what}: not within ${patience / 1000} s`);
      break;
    }
    await sleep(20);
  }
  return Date.now() - started;
}

const isUpdated = async (): Promise<boolean> => {
  const { body } = await ask(`${service.url}/v1/namespaces/debian:12/vulnerabilities/CVE-2031-10000?fixedIn`);
  return body.includes(`"${fixedIn(generation)}"`);
};

// ---- how long it takes undisturbed

publish(generation);
service.start();
await service.ready();
await scan();
await until('the first update', isUpdated);
await update();
const updateTime = await until('an update', isUpdated);
// One that was just started takes longer.
const usual = { update: updateTime * 2.5 + 150, scan: 0, notify: 0 };
let started = Date.now();
await scan();
const scanTime = Date.now() - started;
usual.scan = scanTime * 3;
started = Date.now();
await write();
await until('notifications', () => received.size >= RECORDS + acknowledged.vulnerabilities.length);
usual.notify = Math.min((Date.now() - started) * 1.1, 6000);
console.log(
  `undisturbed: update ${Math.round(updateTime)} ms, scans ${scanTime} ms, notifications ${Math.round(usual.notify / 1.1)} ms`,
);

// ---- killed

const seen = { old: 0, new: 0, unfinished: 0, locks: 0 };
/** At how many kills an image was unfinished. One that was in work at three of them is given up: it might be what ends processes. */
const killsMet = new Map<unknown, number>();
const DEADLY_KILLS = 3;
for (let round = 0; round < kills; round++) {
  const kind = (['update', 'scan', 'notify'] as const)[round % 3]!;
  const before = look(generationsOf)[0]!;
  const work = { update, scan, notify: write }[kind]();
  await sleep(random.fraction() * usual[kind]);
  await service.kill();
  await work;
  const place = `after kill ${round} (${kind})`;

  const state = look((database) => ({
    integrity: column(database, 'PRAGMA integrity_check'),
    references: database.prepare('PRAGMA foreign_key_check').all().length,
    generations: generationsOf(database),
    layers: new Set(column(database, 'SELECT name FROM layer')),
    vulnerabilities: new Set(column(database, 'SELECT name FROM vulnerability WHERE deleted_at IS NULL')),
    images: new Set(column(database, 'SELECT uuid FROM image')),
    unfinished: column(database, 'SELECT uuid FROM image WHERE state < 2'),
    locks: column(database, 'SELECT name FROM lock').length,
    told: Number(
      column(
        database,
        `SELECT count(*) FROM notification n JOIN fix f ON f.vulnerability_id = n.new_id
         JOIN vulnerability v ON v.id = n.new_id WHERE v.name LIKE 'CVE-2031-%' AND f.version =
         (SELECT max(f.version) FROM fix f JOIN vulnerability v ON v.id = f.vulnerability_id WHERE v.deleted_at IS NULL AND v.name LIKE 'CVE-2031-%')`,
      )[0],
    ),
  }));
  check(
    state.integrity.join() === 'ok' && state.references === 0,
    `${place}: the file is damaged: ${state.integrity.join()}`,
  );
  check(state.generations.length === 1, `${place}: advisories of generations ${state.generations.join(' and ')}`);
  const [now = 0] = state.generations;
  // The service that was started after the last kill may have been taking in what was published before that one.
  check(now >= before && now <= generation, `${place}: generation ${now}, not of ${before} to ${generation}`);
  check(state.told === RECORDS, `${place}: ${state.told} of ${RECORDS} notifications of generation ${now}`);
  for (const index of acknowledged.layers)
    check(state.layers.has(layerName(index)), `${place}: ${layerName(index)} is lost`);
  for (const name of acknowledged.vulnerabilities) check(state.vulnerabilities.has(name), `${place}: ${name} is lost`);
  for (const id of acknowledged.images) check(state.images.has(id), `${place}: image ${id} is lost`);
  if (kind === 'update') seen[now === before ? 'old' : 'new']++;
  seen.unfinished += state.unfinished.length > 0 ? 1 : 0;
  for (const id of state.unfinished) killsMet.set(id, (killsMet.get(id) ?? 0) + 1);
  seen.locks += state.locks > 0 ? 1 : 0;

  unlock();
  service.start();
  await service.ready(120_000);
}
console.log(
  `killed ${kills} times: after updates ${seen.old} times the old generation, ${seen.new} times the new one; ${seen.unfinished} times with unfinished scans, ${seen.locks} times with locks`,
);
check(kills < 20 || (seen.old > 0 && seen.new > 0), 'no kill met an update on either side of its end');

// ---- what was begun comes to its end

await update();
await until('the last update', isUpdated);
const names = (sql: string) => look((database) => column(database, sql)) as readonly string[];
await until(
  'the last notification',
  async () => {
    await sleep(500);
    return names('SELECT name FROM notification').every((name) => received.has(name));
  },
  300_000,
);
await until(
  'the last scan',
  async () => {
    await sleep(500);
    return names('SELECT uuid FROM image WHERE state < 2').length === 0;
  },
  400_000,
);
const all = names('SELECT name FROM notification');
check(
  [...received.keys()].every((name) => all.includes(name)),
  'a notification came that is not in the file',
);
const twice = names(
  `SELECT v.name FROM notification n JOIN vulnerability v ON v.id = n.new_id WHERE v.name LIKE 'SOAK-%' GROUP BY v.name HAVING count(*) > 1`,
);
check(twice.length === 0, `told by two notifications: ${twice.join(' ')}`);
const told = new Set(names(`SELECT v.name FROM notification n JOIN vulnerability v ON v.id = n.new_id`));
for (const name of acknowledged.vulnerabilities) check(told.has(name), `${name} was told by no notification`);
const givenUp = look((database) => database.prepare('SELECT uuid, failure FROM image WHERE state = 3').all());
for (const { uuid, failure } of givenUp) {
  const isDue = (killsMet.get(uuid) ?? 0) >= DEADLY_KILLS && String(failure).includes('three times');
  check(isDue, `image ${uuid} was given up: ${failure}`);
}
const repeated = [...received.values()].filter((count) => count > 1).length;
console.log(
  `${acknowledged.layers.length} layers, ${acknowledged.vulnerabilities.length} vulnerabilities and ${acknowledged.images.length} images acknowledged; ${givenUp.length} images given up, ${all.length} notifications, ${received.size} received, ${repeated} of them more than once under the same name`,
);
check((await service.stop()) === 0, 'it did not end well');

await webhook.close();
layerServer.close();
mirror.close();
for (const failure of failures.slice(0, 20)) console.log(`FAILED: ${failure}`);
console.log(failures.length === 0 ? 'whole, and nothing lost' : `${failures.length} failures`);
process.exit(failures.length === 0 ? 0 : 1);
