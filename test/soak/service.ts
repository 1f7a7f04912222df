// Three processes that answer and three that work share one PostgreSQL, while at random moments one of them is killed or
// connections to the database are cut. Clients post layers, write vulnerabilities and submit images meanwhile. Nothing that
// was acknowledged may be lost, nothing may be done twice, and nothing may be stuck in the end.
//   node test/soak/service.ts [--seconds 600] [--layers 2000] [--notifications 200] [--images 300] [--seed N] [--hurry]
// A killed process leaves locks for ten minutes: the script waits for them, or, with --hurry, moves the clock of the locks.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { FakeRegistry } from '../support/fake-registry.ts';
import { layer } from '../support/image.ts';
import { noise } from '../support/noise.ts';
import { startPostgres } from '../support/postgres.ts';
import { startReceiver } from '../support/receiver.ts';
import { debianLayer } from '../support/root-file-systems.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { Random } from './fuzz/random.ts';
import { LAYERS_PER_IMAGE, layerName, packagesOf, parentOf, startLayerServer } from './layer-server.ts';
import { ServeProcess } from './serve-process.ts';
import { PatientClient } from './v1-client.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    layers: { type: 'string', default: '2000' },
    notifications: { type: 'string', default: '200' },
    images: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    hurry: { type: 'boolean', default: false },
  },
});
const [seconds, layers, notifications, images] = [
  values.seconds,
  values.layers,
  values.notifications,
  values.images,
].map(Number) as [number, number, number, number];
const random = new Random(Number(values.seed));
console.log(`seed ${values.seed}: ${seconds} s, ${layers} layers, ${notifications} notifications, ${images} images`);

const LOCK_MS = 10 * 60_000;
const EACH = 3;
/** `image.state` of one that was scanned; what waits is below. */
const DONE = 2;

const failures: string[] = [];
const check = (holds: boolean, what: string): void => {
  if (!holds) failures.push(what);
};

// ---- what there is

const folder = temporaryFolder();
const postgres = await startPostgres({ settings: { fsync: 'on' } });
const database = await postgres.database();
const sql = new pg.Pool({ connectionString: database, max: 2, application_name: 'soak' });
sql.on('error', () => {});
const query = async <T>(text: string): Promise<T[]> => (await sql.query(text)).rows as T[];

const layerServer = await startLayerServer({ pause: () => random.below(400) });
const registry = await FakeRegistry.start();
/** Layers that are worth jobs of their own; ten images have each. */
const shared = Array.from({ length: Math.ceil(images / 10) }, (_, n) =>
  layer([{ path: `usr/lib/shared-${n}`, content: noise(1_500_000, n) }]),
);
for (let i = 0; i < images; i++) {
  const own = layer([{ path: `srv/app-${i}`, content: `app ${i}` }]);
  registry.push({ layers: [debianLayer(), shared[i % shared.length]!, own], platform: 'linux/amd64' }, `v${i}`);
}

/** Names of notifications, each with how often it came. */
const received = new Map<string, number>();
const webhook = await startReceiver((message) => {
  // A receiver that has bad moments, as they have: it fails, or takes the message and never says so.
  const moment = random.fraction();
  if (moment < 0.05) return 500;
  const { Notification } = JSON.parse(message.body) as { Notification: { Name: string } };
  received.set(Notification.Name, (received.get(Notification.Name) ?? 0) + 1);
  return moment < 0.15 ? undefined : 200;
});

const common = ['--store', database, '--log-level', 'info', '--drain-time', '10s'];
const services: ServeProcess[] = [];
const make = async (name: string, ...args: string[]): Promise<ServeProcess> => {
  const made = await ServeProcess.create(name, folder, [...common, '--state-dir', path.join(folder, name), ...args]);
  services.push(made);
  return made;
};
const sources = ['--layer-hosts', layerServer.host, '--registry-hosts', registry.host];
const apis: ServeProcess[] = [];
for (let i = 0; i < EACH; i++) apis.push(await make(`api-${i}`, '--roles', 'api', ...sources));
for (let i = 0; i < EACH; i++) {
  await make(
    `worker-${i}`,
    '--roles',
    'worker,notifier',
    ...sources,
    '--webhook',
    webhook.url,
    '--notify-attempts',
    '10',
  );
}
for (const service of services) service.start();
for (const service of services) await service.ready(120_000);
const begun = Date.now();
const end = begun + seconds * 1000;
console.log(`${services.length} processes are ready`);

// ---- what is done to them

const done = { kills: 0, cuts: 0, connections: 0 };
async function havoc(): Promise<void> {
  while (Date.now() < end) {
    await sleep(500 + random.below(2500));
    if (random.fraction() < 0.5) {
      const cut = await query<{ count: string }>(
        `SELECT count(pg_terminate_backend(pid)) AS count FROM (SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND application_name <> 'soak' ORDER BY random() LIMIT ${1 + random.below(6)}) AS chosen`,
      );
      done.cuts++;
      done.connections += Number(cut[0]?.count ?? 0);
      continue;
    }
    const victim = random.pick(services);
    await victim.kill();
    done.kills++;
    await sleep(random.below(1500));
    victim.start();
  }
}

// ---- what clients do meanwhile

// Long enough for whoever waits for a lock of a process that is gone.
const client = new PatientClient(apis, () => end + LOCK_MS);

/** Does one after the other, or several together, spread over the time there is. */
async function spread(
  count: number,
  lanes: number,
  task: (index: number) => Promise<void>,
  together = 1,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const due = begun + ((index - (index % together)) / count) * seconds * 900;
      if (due > Date.now()) await sleep(due - Date.now());
      await task(index).catch((error: unknown) => check(false, String(error)));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

async function postImage(image: number): Promise<void> {
  for (let position = 0; position < LAYERS_PER_IMAGE; position++) {
    const index = image * LAYERS_PER_IMAGE + position;
    const parent = parentOf(index);
    const Layer = {
      Name: layerName(index),
      Path: layerServer.path(index),
      Format: 'Docker',
      ...(parent && { ParentName: parent }),
    };
    const { status, body } = await client.ask('POST', '/v1/layers', { Layer });
    if (status !== 201) return check(false, `${layerName(index)}: ${status} ${body}`);
  }
}

const vulnerabilities = '/v1/namespaces/debian:12/vulnerabilities';
/** Three of four notifications are of new ones, the others of changed and removed ones. */
const created = Math.ceil(notifications * 0.75);
const changed = Math.ceil((notifications - created) / 2);
const vulnerabilityName = (index: number): string => `SOAK-${index}`;

async function writeVulnerability(index: number): Promise<void> {
  const which = index < created ? index : index - created;
  const name = vulnerabilityName(which);
  const Vulnerability = {
    Name: name,
    NamespaceName: 'debian:12',
    Severity: index < created ? 'High' : 'Critical',
    FixedIn: [{ Name: `shared-${which % 20}`, NamespaceName: 'debian:12', VersionFormat: 'dpkg', Version: '1.5-1' }],
  };
  if (index < created) {
    const { status, body } = await client.ask('POST', vulnerabilities, { Vulnerability });
    // An answer that never came may have been a success.
    check(status === 201 || status === 409, `POST ${name}: ${status} ${body}`);
  } else if (index < created + changed) {
    const { status, body } = await client.ask('PUT', `${vulnerabilities}/${name}`, {
      Vulnerability: { ...Vulnerability, FixedIn: undefined },
    });
    check(status === 200, `PUT ${name}: ${status} ${body}`);
  } else {
    const { status, body } = await client.ask('DELETE', `${vulnerabilities}/${name}`);
    check(status === 200 || status === 404, `DELETE ${name}: ${status} ${body}`);
  }
}

const submitted = new Map<number, string>();
async function submitImage(index: number): Promise<void> {
  const target = '/api/images';
  const { status, body } = await client.ask(
    'POST',
    target,
    { reference: `${registry.host}/app:v${index}` },
    // An answer that never came may have been a success.
    { 'idempotency-key': `image ${index}` },
  );
  if (status !== 202) return check(false, `image ${index}: ${status} ${body}`);
  submitted.set(index, (JSON.parse(body) as { id: string }).id);
}

const whole = Math.floor(layers / LAYERS_PER_IMAGE);
await Promise.all([
  havoc(),
  spread(whole, 6, postImage),
  spread(notifications, 1, writeVulnerability),
  // So many that some of them wait, and some are being scanned when their process is killed.
  spread(images, 10, submitImage, 10),
]);
for (const service of services) if (!service.isRunning) service.start();
for (const service of services) await service.ready(60_000).catch((error: unknown) => check(false, String(error)));
console.log(
  `${done.kills} processes killed, ${done.cuts} times connections cut (${done.connections}), ${client.repeats} requests repeated; ${Math.round((Date.now() - begun) / 1000)} s`,
);
// In a hurry, on a machine that is busy, there may be few.
const fewest = values.hurry ? 2 : seconds / 10;
check(done.kills > fewest && done.connections > fewest, 'too little was done to them');

// ---- what has to come to its end

const locksAtEnd = await query<{ name: string; until: string }>('SELECT name, until FROM lock');
if (values.hurry) await sql.query(`UPDATE lock SET until = until - ${LOCK_MS}`);
const settled = Date.now();
const patience = (values.hurry ? 1 : 0) * 300_000 + (values.hurry ? 0 : LOCK_MS + 3 * 60_000);
let left: readonly string[] = [];
for (;;) {
  const waiting = await query<{ name: string }>(
    'SELECT name FROM notification WHERE notified_at IS NULL AND deleted_at IS NULL',
  );
  const states = await query<{ uuid: string }>(`SELECT uuid FROM image WHERE state < ${DONE}`);
  left = [...waiting.map(({ name }) => `notification ${name}`), ...states.map(({ uuid }) => `image ${uuid}`)];
  if (left.length === 0 || Date.now() - settled > patience) break;
  if (values.hurry) await sql.query(`UPDATE lock SET until = until - ${LOCK_MS / 10}`);
  await sleep(1000);
}
console.log(
  `${locksAtEnd.length} locks were left by killed processes; all was done ${Math.round((Date.now() - settled) / 1000)} s later`,
);
check(left.length === 0, `still waiting: ${left.slice(0, 5).join(', ')} and others, ${left.length} in all`);

// ---- nothing lost

let wrong = 0;
for (let index = 0; index < whole * LAYERS_PER_IMAGE; index++) {
  const { status, body } = await client.ask('GET', `/v1/layers/${layerName(index)}?features&vulnerabilities`);
  if (status !== 200) {
    check(wrong++ > 5, `${layerName(index)} is lost: ${status}`);
    continue;
  }
  const { Layer } = JSON.parse(body) as { Layer: V1Layer };
  const packages = Layer.Features.map(({ Name, Version }) => `${Name} ${Version}`).toSorted();
  const expected = packagesOf(index);
  if (JSON.stringify(packages) !== JSON.stringify(expected))
    check(wrong++ > 5, `${layerName(index)} has other packages`);
  for (const { Name, Version, Vulnerabilities = [] } of Layer.Features) {
    if (
      JSON.stringify(Vulnerabilities.map((one) => one.Name).toSorted()) !== JSON.stringify(affecting(Name, Version))
    ) {
      check(
        wrong++ > 5,
        `${layerName(index)}: ${Name} ${Version} is affected by ${Vulnerabilities.map((one) => one.Name).join()}`,
      );
    }
  }
}
interface V1Layer {
  readonly Features: readonly {
    readonly Name: string;
    readonly Version: string;
    readonly Vulnerabilities?: readonly { readonly Name: string }[];
  }[];
}
/** Vulnerabilities that are there in the end and affect a package version: those below 1.5. */
function affecting(name: string, version: string): readonly string[] {
  const number = /^shared-(\d+)$/.exec(name)?.[1];
  if (number === undefined || version >= '1.5-1') return [];
  const removed = (index: number): boolean => index >= changed && index < notifications - created;
  return Array.from({ length: created }, (_, index) => index)
    .filter((index) => index % 20 === Number(number) && !removed(index))
    .map(vulnerabilityName)
    .toSorted();
}
const [rows] = await query<{ count: string; names: string }>(
  'SELECT count(*) AS count, count(DISTINCT name) AS names FROM layer',
);
check(Number(rows?.count) === whole * LAYERS_PER_IMAGE, `${rows?.count} layers are stored`);
console.log(`${rows?.count} layers, ${wrong} wrong`);

// ---- nothing twice

const events = await query<{ name: string; old: string | null; new: string | null }>(
  `SELECT n.name, o.name AS old, v.name AS new FROM notification n
   LEFT JOIN vulnerability o ON o.id = n.old_id LEFT JOIN vulnerability v ON v.id = n.new_id`,
);
const kinds = events.map((event) => `${event.old ?? '-'} ${event.new ?? '-'}`);
check(events.length === notifications, `${events.length} notifications were made of ${notifications} changes`);
check(new Set(kinds).size === events.length, 'a change was told by two notifications');
const lost = events.filter(({ name }) => !received.has(name)).length;
check(lost === 0, `${lost} notifications never came`);
const made = new Set(events.map(({ name }) => name));
check(
  [...received.keys()].every((name) => made.has(name)),
  'a notification came that nobody made',
);
const repeats = [...received.values()].filter((count) => count > 1).length;
console.log(
  `${events.length} notifications, ${received.size} received, ${repeats} of them more than once under the same name`,
);

const states = await query<{ state: number; count: string }>(
  'SELECT state, count(*) AS count FROM image GROUP BY state',
);
const finished = states.find(({ state }) => state === DONE)?.count ?? 0;
console.log(
  `images: ${states.map(({ state, count }) => `${count} ${['queued', 'scanning', 'done', 'failed'][state]}`).join(', ')}; ${submitted.size} acknowledged`,
);
for (const [index, id] of submitted) {
  const { status, body } = await client.ask('GET', `/api/images/${id}`);
  const { state = '', failure = '' } = JSON.parse(body) as { state?: string; failure?: string };
  check(status === 200 && state === 'done', `image ${index}: ${status} ${state} ${failure}`);
}
check(submitted.size === images && Number(finished) >= images, `${finished} of ${images} images were scanned`);

// ---- nothing stuck

const statuses: (number | undefined)[] = [];
for (const service of services) statuses.push(await service.stop());
check(
  statuses.every((status) => status === 0),
  `not all ended well: ${statuses.join(' ')}`,
);
const held = await query<{ name: string }>(`SELECT name FROM lock WHERE until > ${Date.now()}`);
check(held.length === 0, `locks that nobody holds: ${held.map(({ name }) => name).join(', ')}`);
const [{ exists } = { exists: false }] = await query<{ exists: boolean }>(
  `SELECT to_regclass('drydock_jobs.job') IS NOT NULL AS exists`,
);
if (exists) {
  const jobs = await query<{ state: string; count: string }>(
    `SELECT state::text, count(*) AS count FROM drydock_jobs.job WHERE name NOT LIKE '\\_\\_pgboss%' GROUP BY state`,
  );
  const fetched = [...registry.blobs].filter(([, { length }]) => length > 1_000_000).map(([digest]) => digest);
  const times = fetched.map((digest) => registry.paths.filter((asked) => asked.endsWith(digest)).length);
  console.log(`${fetched.length} layers of ${images} images were fetched ${times.reduce((a, b) => a + b, 0)} times`);
  console.log(`jobs: ${jobs.map(({ state, count }) => `${count} ${state}`).join(', ')}`);
  check(
    jobs.every(({ state }) => state === 'completed'),
    'jobs are stuck, or were given up',
  );
}
const faults = services.flatMap(({ name, logFile }) =>
  readFileSync(logFile, 'utf8')
    .split('\n')
    .filter(
      (line) => line !== '' && (!line.startsWith('{') || /"Event":"(?:a request was not answered|panic)/.test(line)),
    )
    .map((line) => `${name}: ${line}`),
);
check(faults.length === 0, `faults in the logs: ${faults.slice(0, 3).join('\n')}`);

await webhook.close();
layerServer.close();
await sql.end();
await postgres.remove();
for (const failure of failures.slice(0, 20)) console.log(`FAILED: ${failure}`);
console.log(failures.length === 0 ? 'nothing lost, nothing twice, nothing stuck' : `${failures.length} failures`);
process.exit(failures.length === 0 ? 0 : 1);
