// A pull of `py` (gzip layers) from a registry on this machine against the scan of the same archive, and the same pull
// through connections that break three times.
//   npm run build && node bench/registry.ts [--rounds N]
// Needs the images of image-set.ts, and from Debian: docker-registry, skopeo.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchImage, isBuilt } from './image-set.ts';
import { median, run, runRounds } from './measure.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const launcher = fileURLToPath(new URL('../drydock', import.meta.url));
const BREAKS = 3;

/** Passes connections on to a port, and breaks the first few in the middle of what the other side sends. */
async function breakingProxy(port: number): Promise<{ readonly port: number; broken(): number; close(): Server }> {
  let broken = 0;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let sent = 0;
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      sent += chunk.length;
      if (broken < BREAKS && sent > 20_000_000) {
        broken++;
        client.destroy();
        upstream.destroy();
      } else if (!client.write(chunk)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const side of [client, upstream]) side.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as { port: number };
  return { port: own, broken: () => broken, close: () => server.close() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What two scans of one image must have in common. */
function essence(file: string): string {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  return JSON.stringify([report['packages'], report['findings'], report['problems'], report['coverage']]);
}

if (!isBuilt('py')) throw new Error('the image py is not built: node bench/image-set.ts py');
const work = mkdtempSync(path.join(tmpdir(), 'drydock-registry-'));
const port = await freePort();
const config = path.join(work, 'config.yml');
writeFileSync(
  config,
  `version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: ${work}/data\nhttp:\n  addr: 127.0.0.1:${port}\n`,
);
const registry = spawn('docker-registry', ['serve', config], { stdio: 'ignore' });
const proxy = await breakingProxy(port);
try {
  await setTimeout(1000);
  const pushed = `docker://127.0.0.1:${port}/py:1`;
  execFileSync('skopeo', ['copy', '-q', '--dest-tls-verify=false', `oci:${benchImage('py').gzipFolder}`, pushed]);
  const scan = (image: string): string[] => {
    const words = ['--checks', 'none', '-q', '-f', 'json', '--layer-cache-size', '0'];
    return [launcher, 'scan', image, ...words];
  };
  const archive = benchImage('py').gzip;
  const pull = `registry:127.0.0.1:${port}/py:1`;
  const runs = runRounds({ pull: { command: scan(pull) }, archive: { command: scan(archive) } }, Number(values.rounds));
  const pulled = runs.get('pull') ?? [];
  const local = runs.get('archive') ?? [];
  for (const key of ['cpu', 'wall', 'memory'] as const) {
    const ratios = pulled.map((one, i) => (one[key] ?? Number.NaN) / (local[i]?.[key] ?? Number.NaN));
    const [from, to] = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
    process.stdout.write(`pull / archive, ${key}: ${median(ratios).toFixed(2)} (${from}..${to})\n`);
  }
  const files = [path.join(work, 'archive.json'), path.join(work, 'broken.json')] as const;
  run([...scan(archive), '-o', `json=${files[0]}`]);
  const started = performance.now();
  // Not by `run`, which would keep the proxy from its work.
  const child = spawn(launcher, [...scan(`registry:127.0.0.1:${proxy.port}/py:1`).slice(1), '-o', `json=${files[1]}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  const wall = (performance.now() - started) / 1000;
  const same = essence(files[0]) === essence(files[1]);
  process.stdout.write(
    `${proxy.broken()} connections broken: status ${status}, ${wall.toFixed(1)} s, ${same ? 'the same' : 'ANOTHER'} report\n`,
  );
  if (!same || proxy.broken() !== BREAKS) process.exitCode = 1;
} finally {
  proxy.close();
  registry.kill();
  rmSync(work, { recursive: true, force: true });
}
process.exit();
