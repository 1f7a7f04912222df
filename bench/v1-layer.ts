// POST of a layer of 124 MB to the v1 API, plain and compressed, from a file and from a server, beside the command line
// on the same layer, and beside curl, which only takes what the server sends: no POST of a URL can be faster.
//   npm run build && node bench/v1-layer.ts [ROUNDS [LAYER]]
// LAYER: an uncompressed archive; without it a minimal Debian is built once (mmdebstrap, root).
import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ecosystems } from '../src/ecosystems/index.ts';
import { silent } from '../src/log.ts';
import { createMetrics } from '../src/server/metrics.ts';
import { createV1Handler } from '../src/server/v1/handler.ts';
import { createLayerIndexer } from '../src/server/v1/indexing/indexer.ts';
import { openStore } from '../src/store/open.ts';
import { baseLayer, folder } from './image-set.ts';
import { median, run } from './measure.ts';

const SERVE = '--serve';
const storeFile = path.join(folder, 'v1-layer.db');
let posted = 0;

if (process.argv[2] === SERVE) await serve(process.argv.slice(3));
else await measure(process.argv.slice(2));

/** The service as far as it takes part, on a new store. */
async function serve([port = '', layers = '', host = '']: readonly string[]): Promise<void> {
  const store = await openStore({ ecosystems, url: storeFile });
  const sources = { roots: [layers], compat: false, hosts: [host] };
  const indexer = createLayerIndexer({ store, ecosystems, sources, log: silent });
  const handler = createV1Handler({
    store,
    indexer,
    paginationKey: new Uint8Array(32),
    timeout: 0,
    log: silent,
    metrics: createMetrics(),
  });
  createServer(handler).listen(Number(port), '127.0.0.1');
}

async function measure([rounds = '15', given]: readonly string[]): Promise<void> {
  const plain = path.resolve(given ?? baseLayer());
  const gzip = await compressed(plain);
  // As servers of files send them: with their length, and in large pieces.
  const files = createServer((request, response) => {
    const file = path.join(path.dirname(plain), path.basename(request.url ?? ''));
    response.setHeader('Content-Length', statSync(file).size);
    createReadStream(file, { highWaterMark: 1024 * 1024 }).pipe(response);
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(files.address() as AddressInfo).port}`;
  const server = await start(path.dirname(plain), host);
  try {
    const program = [process.execPath, path.resolve(import.meta.dirname, '../bin/drydock.js')];
    const cache = path.join(folder, 'caches', 'v1-layer');
    const scan = [
      ...program,
      'scan',
      '-q',
      '--checks',
      'vulnerability',
      '--offline',
      '-f',
      'json',
      '--cache-dir',
      cache,
    ];
    const cli = (file: string) => (): Promise<number> => {
      rmSync(cache, { recursive: true, force: true });
      const { status, wall } = run([...scan, file]);
      if (status !== 0) throw new Error(`drydock scan ${file} ended with status ${status}`);
      return Promise.resolve(wall);
    };
    const contenders: Readonly<Record<string, () => Promise<number>>> = {
      'drydock scan, plain': cli(plain),
      'POST of a file, plain': () => post(server.url, plain),
      'POST of a URL, plain': () => post(server.url, `http://${host}/${path.basename(plain)}`),
      'curl of the URL, plain': () => fetched(`http://${host}/${path.basename(plain)}`),
      'drydock scan, gzip': cli(gzip),
      'POST of a file, gzip': () => post(server.url, gzip),
      'POST of a URL, gzip': () => post(server.url, `http://${host}/${path.basename(gzip)}`),
      'curl of the URL, gzip': () => fetched(`http://${host}/${path.basename(gzip)}`),
    };
    const times = new Map(Object.keys(contenders).map((name): [string, number[]] => [name, []]));
    for (let round = 0; round < Number(rounds); round++) {
      const order = Object.entries(contenders).toSorted(() => Math.random() - 0.5);
      for (const [name, take] of order) times.get(name)?.push(await take());
    }
    console.log(`${'command'.padEnd(24)} first s  wall min  wall med  to the command line`);
    let own = 0;
    for (const [name, list] of times) {
      if (name.startsWith('drydock')) own = median(list);
      const figures = [list[0] ?? 0, Math.min(...list), median(list), median(list) / own];
      console.log(`${name.padEnd(24)}${figures.map((value) => value.toFixed(3).padStart(8)).join('  ')}`);
    }
  } finally {
    server.process.kill();
    files.closeAllConnections();
    files.close();
  }
}

/** Seconds that curl takes. Not waited for by `run`, which would keep this process from sending. */
async function fetched(url: string): Promise<number> {
  const begun = performance.now();
  const child = spawn('curl', ['-s', '-o', '/dev/null', url], { stdio: 'ignore' });
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (status !== 0) throw new Error(`curl ended with status ${status}`);
  return (performance.now() - begun) / 1000;
}

async function compressed(plain: string): Promise<string> {
  const file = `${plain}.gz`;
  if (existsSync(file)) return file;
  await pipeline(createReadStream(plain), createGzip(), createWriteStream(`${file}.unfinished`));
  renameSync(`${file}.unfinished`, file);
  return file;
}

async function start(layers: string, host: string): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(storeFile + suffix, { force: true });
  const port = await freePort();
  const child = spawn(process.execPath, [import.meta.filename, SERVE, String(port), layers, host], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}/v1`;
  for (let attempt = 0; ; attempt++) {
    try {
      await fetch(`${url}/namespaces`);
      return { process: child, url };
    } catch (error) {
      if (attempt > 200 || child.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Seconds until the answer of a new layer came. */
async function post(url: string, source: string): Promise<number> {
  const name = `layer-${++posted}`;
  const body = JSON.stringify({ Layer: { Name: name, Path: source, Format: 'Docker' } });
  const begun = performance.now();
  const response = await fetch(`${url}/layers`, { method: 'POST', body });
  const text = await response.text();
  const seconds = (performance.now() - begun) / 1000;
  if (response.status !== 201) throw new Error(`${source}: ${response.status} ${text}`);
  const answer = await fetch(`${url}/layers/${name}?features`);
  const { Layer } = (await answer.json()) as { Layer: { Features?: readonly unknown[] } };
  if ((Layer.Features?.length ?? 0) === 0) throw new Error(`${source}: no features`);
  return seconds;
}
