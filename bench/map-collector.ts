import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine } from '../src/net/container-engine/engine.ts';
import { collectHost } from '../src/runtime/topology/collect-loop.ts';
import { HostCollector } from '../src/runtime/topology/host-collector.ts';
import { ReportSequence } from '../src/runtime/topology/report-sequence.ts';
import { ProcTree, type ProcTreeSocket } from '../test/support/proc-tree.ts';

/**
 * Measures what it takes to look at a host of 300 containers with 3,000 processes and 10,000 connections, of which one in a
 * hundred changes each second: the processor time of the process that looks, as a share of one processor, and its memory.
 * /proc is a folder of plain files, so what the kernel would take to write its tables is not in it.
 * Run: `node bench/map-collector.ts [SECONDS]`; with `command` behind it, as root, it is `./drydock map --report-to` that is
 * measured, with that folder in place of its /proc, and a service that takes whatever it is told.
 */
const CONTAINERS = 300;
const PROCESSES = 3000;
const CONNECTIONS = 10_000;
const WARM_SECONDS = 20;

if (process.send === undefined) await arrange(Number(process.argv[2] ?? 60), process.argv[3] === 'command');
else await look(process.argv[2]!, process.argv[3]!, Number(process.argv[4]));

async function arrange(seconds: number, isCommand: boolean): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'drydock-bench-'));
  const server = engine().listen(path.join(folder, 'engine.sock'));
  const change = makeTree(path.join(folder, 'proc'));
  const timer = setInterval(change, 1000);
  if (isCommand) await measureCommand(folder, seconds);
  else {
    const child = fork(
      import.meta.filename,
      [path.join(folder, 'proc'), path.join(folder, 'engine.sock'), `${seconds}`],
      { execArgv: (process.env['BENCH_ARGS'] ?? '').split(' ').filter(Boolean) },
    );
    await new Promise((resolve) => child.once('exit', resolve));
  }
  clearInterval(timer);
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
}

/** The command as people start it, in a mount namespace of its own in which /proc is the simulated one. */
async function measureCommand(folder: string, seconds: number): Promise<void> {
  const reports = { count: 0, bytes: 0 };
  const service = createServer((request, response) => {
    request.on('data', (piece: Buffer) => {
      reports.bytes += piece.length;
    });
    request.on('end', () => {
      reports.count++;
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  // Node.js asks for the place of its program.
  symlinkSync(process.execPath, path.join(folder, 'proc', 'self', 'exe'));
  const { port } = service.address() as AddressInfo;
  const script = 'mount --bind "$1" /proc && shift && exec ./drydock map --quiet --engine docker --report-to "$@"';
  const child = spawn(
    'unshare',
    ['--mount', 'sh', '-c', script, 'sh', path.join(folder, 'proc'), `http://127.0.0.1:${port}`],
    {
      cwd: path.join(import.meta.dirname, '..'),
      env: { ...process.env, DOCKER_HOST: `unix://${path.join(folder, 'engine.sock')}`, HOME: folder },
      stdio: 'inherit',
    },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const file = (name: string): string => readFileSync(`/proc/${child.pid}/${name}`, 'utf8');
  const ticks = (): number => {
    const fields = file('stat').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  await sleep(WARM_SECONDS * 1000);
  const [before, first, begin] = [ticks(), { ...reports }, performance.now()];
  await sleep(seconds * 1000);
  const [spent, elapsed, looks] = [ticks() - before, (performance.now() - begin) / 1000, reports.count - first.count];
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(file('status'))?.[1]);
  process.stdout.write(
    `processor   ${(spent / elapsed).toFixed(1)} % of one\n` +
      `memory      ${(kilobytes('VmHWM') / 1024).toFixed(0)} MiB at the most, ${(kilobytes('VmRSS') / 1024).toFixed(0)} now, ${(kilobytes('RssFile') / 1024).toFixed(0)} of that files\n` +
      `looks       one in ${(elapsed / looks).toFixed(1)} s, ${((spent * 10) / looks).toFixed(0)} ms each, ${((reports.bytes - first.bytes) / looks / 1000).toFixed(0)} kB of JSON each\n`,
  );
  child.kill();
  await exited;
  service.close();
  service.closeAllConnections();
}

async function look(proc: string, socket: string, seconds: number): Promise<void> {
  const environment = { DOCKER_HOST: `unix://${socket}`, HOME: '/dev/null' };
  const collector = new HostCollector({
    connect: (signal) => connectEngine('docker', { environment, signal }),
    proc,
    groups: '/nowhere',
    addresses: () => ['192.0.2.1', '172.18.0.1'],
  });
  const sequence = new ReportSequence('bench');
  const stopping = new AbortController();
  const counts = { looks: 0, bytes: 0, containers: 0, processes: 0, connections: 0 };
  const running = collectHost(
    collector,
    (found) => {
      counts.looks++;
      counts.bytes += JSON.stringify(sequence.next(found)).length;
      counts.containers = found.containers.length;
      counts.processes = found.processes.length;
      counts.connections = found.connections.reduce((sum, { open }) => sum + open, 0);
    },
    stopping.signal,
  );
  while (counts.containers < CONTAINERS) await sleep(100);
  await sleep(WARM_SECONDS * 1000);
  const [first, before, begin] = [{ ...counts }, process.cpuUsage(), performance.now()];
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 200);
  await sleep(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  const elapsed = (performance.now() - begin) / 1000;
  clearInterval(watch);
  stopping.abort();
  await running;
  await collector.stop();
  const looks = counts.looks - first.looks;
  process.stdout.write(
    `${counts.containers} containers, ${counts.processes} processes, ${counts.connections} connections\n` +
      `processor   ${((user + system) / 10_000 / elapsed).toFixed(1)} % of one\n` +
      `memory      ${(peak / 2 ** 20).toFixed(0)} MiB at the most\n` +
      `looks       one in ${(elapsed / looks).toFixed(1)} s, ${((user + system) / 1000 / looks).toFixed(0)} ms each, ${((counts.bytes - first.bytes) / looks / 1000).toFixed(0)} kB of JSON each\n`,
  );
  process.exit(0);
}

function idOf(container: number): string {
  return container.toString(16).padStart(64, '0');
}

function addressOf(container: number): string {
  return `172.18.${container >> 8}.${(container & 255) + 2}`;
}

/** An engine that says what there is, and that nothing happens. */
function engine(): ReturnType<typeof createServer> {
  return createServer((request, response) => {
    const asked = (request.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*/, '');
    response.setHeader('content-type', 'application/json');
    if (asked === '/version')
      response.end(JSON.stringify({ Version: '29.0.0', ApiVersion: '1.44', MinAPIVersion: '1.24' }));
    else if (asked === '/events') response.flushHeaders();
    else if (asked === '/containers/json') {
      const all = Array.from({ length: CONTAINERS }, (_, at) => ({
        Id: idOf(at),
        Names: [`/c${at}`],
        Image: 'x',
        State: 'running',
      }));
      response.end(JSON.stringify(all));
    } else response.end(JSON.stringify(describe(Number.parseInt(asked.split('/')[2]!, 16))));
  });
}

function describe(at: number): object {
  return {
    Id: idOf(at),
    Name: `/c${at}`,
    Image: `sha256:${'b'.repeat(64)}`,
    Created: '2026-01-01T00:00:00Z',
    State: { Status: 'running', Running: true, Pid: 1000 + at * 10, StartedAt: '2026-01-01T00:00:00Z' },
    Config: { Image: 'registry.example/service:1', Labels: { tier: 'web', 'com.docker.compose.project': 'shop' } },
    HostConfig: { NetworkMode: 'shop' },
    NetworkSettings: {
      Ports: { '8080/tcp': at % 10 === 0 ? [{ HostIp: '0.0.0.0', HostPort: `${20_000 + at}` }] : null },
      Networks: { shop: { IPAddress: addressOf(at), Aliases: [`c${at}`] } },
    },
  };
}

/** @returns what changes one connection in a hundred */
function makeTree(folder: string): () => void {
  const tree = new ProcTree(folder);
  const perContainer = PROCESSES / CONTAINERS;
  const sockets: ProcTreeSocket[][] = Array.from({ length: CONTAINERS }, (_, at) => [
    { local: '0.0.0.0:8080', inode: at + 1 },
  ]);
  const held: number[][] = Array.from({ length: PROCESSES }, () => []);
  for (let at = 0; at < CONTAINERS; at++) held[at * perContainer]!.push(at + 1);
  let inode = 1_000_000;
  let port = 0;
  /** Which process holds a socket. */
  const holders = new Map<number, number>();
  const connect = (from: number, to: number): readonly [number, number] => {
    const client = `${addressOf(from)}:${33_000 + (port++ % 27_000)}`;
    const ends = [++inode, ++inode] as const;
    sockets[from]!.push({ local: client, remote: `${addressOf(to)}:8080`, inode: ends[0] });
    sockets[to]!.push({ local: `${addressOf(to)}:8080`, remote: client, inode: ends[1] });
    holders.set(ends[0], from * perContainer + (port % perContainer)).set(ends[1], to * perContainer);
    for (const one of ends) held[holders.get(one)!]!.push(one);
    return ends;
  };
  for (let at = 0; at < CONNECTIONS; at++)
    connect(at % CONTAINERS, (at * 7 + 1 + Math.floor(at / CONTAINERS)) % CONTAINERS);
  const libraries = Array.from({ length: 30 }, (_, at) => `/usr/lib/x86_64-linux-gnu/lib${at}.so.1`);
  const write = (process: number): void => {
    const container = Math.floor(process / perContainer);
    const pid = 1000 + process;
    tree.remove(pid);
    tree.add({
      pid,
      parent: process % perContainer === 0 ? 1 : 1000 + container * perContainer,
      name: `service-${process % 7}`,
      executable: '/usr/bin/service',
      arguments: ['/usr/bin/service', '--port', '8080'],
      network: 2 + container,
      container: idOf(container),
      innerPid: (process % perContainer) + 1,
      libraries,
      sockets: held[process]!,
    });
    if (process % perContainer === 0) tree.setSockets(pid, sockets[container]!);
  };
  for (let process = 0; process < PROCESSES; process++) write(process);
  let turn = 0;
  return () => {
    const touched = new Set<number>();
    for (let count = 0; count < CONNECTIONS / 100; count++) {
      const from = turn++ % CONTAINERS;
      const old = sockets[from]!.findIndex(({ local, remote }) => remote !== undefined && !local.endsWith(':8080'));
      if (old < 0) continue;
      const [gone] = sockets[from]!.splice(old, 1);
      const to = sockets.findIndex((list) => list.some(({ remote }) => remote === gone!.local));
      const other = sockets[to]?.find(({ remote }) => remote === gone!.local);
      if (other !== undefined) sockets[to] = sockets[to]!.filter((one) => one !== other);
      for (const one of [gone, other]) if (one !== undefined) tree.close(1000 + holders.get(one.inode)!, one.inode);
      const next = (turn * 13) % CONTAINERS;
      for (const one of connect(from, next)) tree.open(1000 + holders.get(one)!, one);
      for (const one of [from, to, next]) if (one >= 0) touched.add(one);
    }
    for (const one of touched) tree.changeSockets(1000 + one * perContainer, sockets[one]!);
  };
}
