// The v1 API under load: layers with vulnerabilities in an open loop, and vulnerabilities that are written.
//   node bench/v1-load.ts [--store sqlite|postgres]... [--rate 50] [--seconds 30] [--connections 16] [--images 200]
//     [--packages 500] [--ranges 300000] [--identity] [--check-every 1] [--profile FILE]
//     [--against FOLDER [--rounds 3]] [--reads-only]
// The service is a process of its own, `drydock serve`. Requests come from this one, which decodes nothing. PostgreSQL is
// a server of its own, with fsync; it takes the Debian package postgresql.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ecosystems } from '../src/ecosystems/index.ts';
import { openConnection } from '../src/store/open.ts';
import { createSqlStore } from '../src/store/sql/sql-store.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { insertLayers, insertProbes, syntheticRecords } from './inventory.ts';

const { values } = parseArgs({
  options: {
    store: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '30' },
    connections: { type: 'string', default: '16' },
    images: { type: 'string', default: '200' },
    packages: { type: 'string', default: '500' },
    ranges: { type: 'string', default: '300000' },
    /** Look after one of so many writes whether the layer that it affects shows it. */
    'check-every': { type: 'string', default: '1' },
    /** Ask for answers that are not compressed. */
    identity: { type: 'boolean', default: false },
    /** Another checkout: its service and this one answer in turns, from the same database. */
    against: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    /** Write nothing, so that all rounds have the same database. */
    'reads-only': { type: 'boolean', default: false },
    /** A profile of the service while it answers, one file for each store. */
    profile: { type: 'string' },
  },
});
const [rate, seconds, connections] = [Number(values.rate), Number(values.seconds), Number(values.connections)];
const PROBES = 1000;
/** Seconds of requests that do not count. */
const WARM_UP = 5;

const folder = mkdtempSync(path.join(tmpdir(), 'drydock-bench-v1-'));
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

try {
  for (const kind of values.store) {
    console.log(`\n${kind}`);
    if (kind === 'sqlite') await measure(kind, path.join(folder, 'service.db'));
    else {
      const server = await startPostgres({ settings: { fsync: 'on', shared_buffers: '256MB' } });
      try {
        await measure(kind, await server.database());
      } finally {
        await server.remove();
      }
    }
  }
} finally {
  agent.destroy();
  rmSync(folder, { recursive: true });
}

async function measure(kind: string, url: string): Promise<void> {
  const tops = await fill(url);
  const own = path.resolve(import.meta.dirname, '..');
  const checkouts = values.against === undefined ? [own] : [path.resolve(values.against), own];
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const checkout of checkouts) {
      if (checkouts.length > 1) console.log(`round ${round + 1}, ${checkout}`);
      const service = await serve(kind, url, checkout);
      try {
        await readLayers(service, tops);
        if (!values['reads-only'])
          await writeVulnerabilities(service, round * checkouts.length + checkouts.indexOf(checkout));
      } finally {
        service.process.kill();
        await service.ended;
      }
    }
  }
}

/** Returns the names of the layers to ask for. */
async function fill(url: string): Promise<string[]> {
  const started = performance.now();
  const connection = await openConnection(url);
  const store = createSqlStore(connection, ecosystems);
  try {
    const upserts = { [Symbol.iterator]: () => syntheticRecords(Number(values.ranges)) };
    await store.advisories.apply({ generation: 1, upserts, removals: [], notify: false, complete: true });
    const tops = await insertLayers(store, Number(values.images), Number(values.packages));
    await insertProbes(store, PROBES);
    // The server does so by itself, in time.
    if (connection.dialect.name === 'postgres') await connection.all('VACUUM ANALYZE');
    print('filled', `${((performance.now() - started) / 1000).toFixed(1)} s`);
    return tops;
  } finally {
    await store.close();
  }
}

interface Service {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly port: number;
}

async function serve(kind: string, store: string, checkout: string): Promise<Service> {
  const [port, healthPort] = [await freePort(), await freePort()];
  const options = ['--listen', `127.0.0.1:${port}`, '--health-listen', `127.0.0.1:${healthPort}`, '--roles', 'api'];
  const profile = values.profile === undefined ? [] : ['--cpu-profile', `${values.profile}.${kind}.cpuprofile`];
  const program = path.join(checkout, 'src/cli/main.ts');
  const child = spawn(
    process.execPath,
    [program, 'serve', '--offline', '--client-requests', '256', ...options, ...profile],
    {
      env: { ...process.env, DRYDOCK_STORE: store, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  for (let attempt = 0; ; attempt++) {
    const status = await fetch(`http://127.0.0.1:${healthPort}/readyz`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return { process: child, ended, port };
    if (attempt > 200 || child.exitCode !== null) throw new Error('the service does not start');
    await sleep(100);
  }
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly milliseconds: number;
}

async function ask({ port }: Service, method: string, target: string, body?: object): Promise<Answer> {
  const started = performance.now();
  const headers = values.identity ? {} : { 'Accept-Encoding': 'gzip' };
  return await new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: target, headers, agent }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => {
        const milliseconds = performance.now() - started;
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces), milliseconds });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

interface Found {
  readonly packages: number;
  readonly vulnerabilities: number;
  readonly bytes: number;
}

function decoded({ body }: Answer): Found {
  const text = values.identity ? body : gunzipSync(body);
  const { Layer } = JSON.parse(text.toString()) as {
    readonly Layer: { readonly Features?: readonly { readonly Vulnerabilities?: readonly unknown[] }[] };
  };
  const features = Layer.Features ?? [];
  const vulnerabilities = features.reduce((sum, { Vulnerabilities = [] }) => sum + Vulnerabilities.length, 0);
  return { packages: features.length, vulnerabilities, bytes: text.length };
}

/** Requests come when they are due, however long the ones before take. */
async function readLayers(service: Service, tops: readonly string[]): Promise<void> {
  const times: number[] = [];
  let late = 0;
  const get = async (n: number): Promise<Answer> => {
    const answer = await ask(service, 'GET', `/v1/layers/${tops[n % tops.length]}?vulnerabilities`);
    if (answer.status !== 200) throw new Error(`a layer was answered with ${answer.status}`);
    return answer;
  };
  const sample = decoded(await get(0));
  let cpu = 0;
  let begun = performance.now();
  const sent: Promise<void>[] = [];
  for (let n = -WARM_UP * rate; n < seconds * rate; n++) {
    if (n === 0) {
      cpu = processorSeconds(service);
      begun = performance.now();
    }
    const wait = begun + (n < 0 ? n + WARM_UP * rate : n) * (1000 / rate) - performance.now();
    if (wait > 1) await sleep(wait);
    late = Math.max(late, n < 0 ? 0 : -wait);
    // The step does not divide the number of layers, so that all of them are asked for in another order than they were made.
    const answered = get((n + WARM_UP * rate) * 77).then(({ milliseconds }) => {
      if (n >= 0) times.push(milliseconds);
    });
    sent.push(answered);
  }
  await Promise.all(sent);
  const spent = processorSeconds(service) - cpu;
  print(
    `GET of layers, ${rate}/s for ${seconds} s`,
    `p50 ${quantile(times, 0.5)} p99 ${quantile(times, 0.99)} max ${quantile(times, 1)} ms`,
  );
  print('  processor of the service', `${((1000 * spent) / times.length).toFixed(1)} ms a request`);
  print(
    '  one of them',
    `${sample.packages} packages, ${sample.vulnerabilities} vulnerabilities, ${sample.bytes} bytes`,
  );
  print('  sent late by at most', `${late.toFixed(1)} ms`);
}

/** Several at a time, each of which looks at once whether the layer that it affects shows it. */
async function writeVulnerabilities(service: Service, turn: number): Promise<void> {
  const [posts, gets]: [number[], number[]] = [[], []];
  let next = 0;
  const phase: { counts: boolean; ends: boolean } = { counts: false, ends: false };
  const work = async (): Promise<void> => {
    while (!phase.ends) {
      const n = next++;
      const counted = phase.counts;
      const name = `CVE-${2030 + turn}-${n}`;
      const probe = `probe-${n % PROBES}`;
      const fixed = { Name: probe, NamespaceName: 'debian:12', VersionFormat: 'dpkg', Version: '1.1-1' };
      const Vulnerability = { Name: name, NamespaceName: 'debian:12', Severity: 'High', FixedIn: [fixed] };
      const target = '/v1/namespaces/debian:12/vulnerabilities';
      const posted = await ask(service, 'POST', target, { Vulnerability });
      if (posted.status !== 201) throw new Error(`a vulnerability was answered with ${posted.status}: ${posted.body}`);
      if (counted) posts.push(posted.milliseconds);
      if (n % Number(values['check-every']) !== 0) continue;
      const shown = await ask(service, 'GET', `/v1/layers/${probe}?vulnerabilities`);
      const text = values.identity ? shown.body : gunzipSync(shown.body);
      if (!text.includes(`"${name}"`)) throw new Error(`${probe} does not show ${name}`);
      if (counted) gets.push(shown.milliseconds);
    }
  };
  const workers = Array.from({ length: connections }, work);
  await Promise.race([sleep(WARM_UP * 1000), ...workers]);
  phase.counts = true;
  const [started, cpu] = [performance.now(), processorSeconds(service)];
  await Promise.race([sleep(seconds * 1000), ...workers]);
  const elapsed = (performance.now() - started) / 1000;
  const done = posts.length;
  const spent = processorSeconds(service) - cpu;
  phase.ends = true;
  await Promise.all(workers);
  print(
    `POST of vulnerabilities, ${connections} at a time`,
    `${(done / elapsed).toFixed(0)}/s, ${values['check-every'] === '1' ? 'each' : `one of ${values['check-every']}`} shown at once; p50 ${quantile(posts, 0.5)} p99 ${quantile(posts, 0.99)} ms`,
  );
  print('  GET of its layer', `p50 ${quantile(gets, 0.5)} p99 ${quantile(gets, 0.99)} ms`);
  print('  processor of the service', `${((1000 * spent) / done).toFixed(2)} ms for both`);
}

function quantile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}

/** User and system time of the process so far, with its threads: fields 14 and 15, in hundredths of a second. */
function processorSeconds({ process: { pid } }: Service): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function print(what: string, figure: string): void {
  console.log(`${what.padEnd(36)} ${figure}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
