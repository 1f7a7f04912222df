import type {
  ConnectionFacts,
  ContainerFacts,
  Figures,
  HostFacts,
  HostReport,
  ImageKnowledge,
  KnowledgeSource,
  ListenerFacts,
  ProcessFacts,
} from '../../src/model/topology.ts';
import { type HostLook, ReportSequence } from '../../src/runtime/topology/report-sequence.ts';
import { alphabets, type SeededRandom, seededRandom } from './seeded-random.ts';

export interface SimulatedHostOptions {
  readonly seed?: number;
  readonly name?: string;
  readonly containers?: number;
  /** Of containers; the host has ten more. */
  readonly processes?: number;
  /** As many `ConnectionFacts`: pairs of client and server. */
  readonly connections?: number;
  /** The moment of the first look, milliseconds since 1970. */
  readonly start?: number;
  /** How much of each kind changes from look to look; 0: nothing but figures. */
  readonly changing?: number;
}

/** A host that does not exist, and always changes in the same way for a seed. */
export interface SimulatedHost {
  readonly host: HostFacts;
  /** One second passes, then a look is told: the first in full, then what changed. */
  next(): HostReport;
  /** All that the last report left there; for comparing with what somebody made of the reports. */
  look(): HostLook;
  /** The next report has everything. */
  restart(): void;
  /** Stops a container: its processes and connections are gone, it stays as `exited`. */
  stop(id: string): void;
  /** A connection that is closed again before the next look: told once with `open: 0`, then no more. */
  flash(client: string, server: string): void;
}

interface Program {
  readonly image: string;
  readonly name: string;
  readonly path: string;
  readonly ports: readonly number[];
  readonly published?: true;
}

const programs: readonly Program[] = [
  { image: 'nginx:1.29', name: 'nginx', path: '/usr/sbin/nginx', ports: [80, 443], published: true },
  { image: 'registry.example/shop/api:7', name: 'api', path: '/srv/api', ports: [8080] },
  { image: 'postgres:17', name: 'postgres', path: '/usr/lib/postgresql/17/bin/postgres', ports: [5432] },
  { image: 'redis:8', name: 'redis-server', path: '/usr/local/bin/redis-server', ports: [6379] },
  { image: 'registry.example/shop/worker:7', name: 'python3', path: '/usr/bin/python3.13', ports: [] },
  { image: 'rabbitmq:4', name: 'beam.smp', path: '/opt/erlang/bin/beam.smp', ports: [5672, 15672] },
];

/** Makes a host with so many containers, processes and connections. */
export function simulatedHost(options: SimulatedHostOptions = {}): SimulatedHost {
  const { seed = 1, containers = 20, processes = containers * 5, connections = containers * 6 } = options;
  const { name = `host-${seed}`, start = Date.UTC(2026, 0, 1), changing = 0.01 } = options;
  const random = seededRandom(seed);
  const host: HostFacts = {
    id: random.of(alphabets.hex, 32),
    name,
    kernel: '6.12.0',
    system: 'Debian GNU/Linux 13',
    processors: 8,
    memoryBytes: 32 * 2 ** 30,
    addresses: [`192.0.2.${seed % 250}`],
    engine: { name: 'docker', version: '29.1.0' },
  };
  const world = new World(random, host, changing);
  for (let index = 0; index < containers; index++) world.addContainer(start);
  for (let index = 0; index < 10; index++) world.addProcess(undefined);
  for (let index = containers; index < processes; index++)
    world.addProcess(random.pick([...world.containers.values()]));
  for (let index = 0; index < connections; index++) world.addConnection();
  const sequence = new ReportSequence(`session-${seed}`);
  let at = start;
  let last = world.look(at);
  return {
    host,
    next() {
      at += 1000;
      if (at > start + 1000) world.pass(at);
      last = world.look(at);
      return sequence.next(last);
    },
    look: () => last,
    restart: () => sequence.restart(),
    stop: (id) => world.stop(id),
    flash: (client, server) => world.flash(client, server),
  };
}

class World {
  readonly containers = new Map<string, ContainerFacts>();
  readonly #processes = new Map<string, ProcessFacts>();
  readonly #connections = new Map<string, ConnectionFacts>();
  readonly #listeners = new Map<string, ListenerFacts>();
  readonly #figures: Record<string, Figures> = {};
  readonly #flashes: ConnectionFacts[] = [];
  readonly #random: SeededRandom;
  readonly #host: HostFacts;
  readonly #changing: number;
  #pid = 1000;
  #count = 0;
  #address = 0;

  constructor(random: SeededRandom, host: HostFacts, changing: number) {
    this.#random = random;
    this.#host = host;
    this.#changing = changing;
  }

  addContainer(now: number): ContainerFacts {
    const random = this.#random;
    const count = this.#count++;
    const program = programs[count % programs.length]!;
    const project = `project-${Math.floor(count / 12)}`;
    const service = program.name.replace(/\W.*/, '');
    this.#address++;
    const address = `10.${(seedOf(this.#host.id) % 200) + 20}.${this.#address >> 8}.${this.#address & 255}`;
    const container: ContainerFacts = {
      id: random.of(alphabets.hex, 64),
      name: `${project}-${service}-${count}`,
      state: 'running',
      image: { id: imageId(program), reference: program.image },
      created: new Date(now - 60_000).toISOString(),
      started: new Date(now - 59_000).toISOString(),
      restarts: 0,
      labels: {
        'com.docker.compose.project': project,
        'com.docker.compose.service': service,
        tier: random.pick(['web', 'data']),
      },
      networks: [{ name: `${project}_default`, addresses: [address], aliases: [service] }],
      ports: program.ports.map((port) => ({
        protocol: 'tcp' as const,
        port,
        ...(program.published && { published: { address: '0.0.0.0', port: 20_000 + ((count * 2 + port) % 10_000) } }),
      })),
      command: [program.path],
      ...(count % 17 === 16 && { powers: ['privileged'] }),
    };
    this.containers.set(container.id, container);
    const main = this.addProcess(container, program);
    for (const port of program.ports) {
      const id = `${container.id.slice(0, 12)};tcp;${port}`;
      this.#listeners.set(id, {
        id,
        protocol: 'tcp',
        port,
        addresses: ['0.0.0.0', '::'],
        process: main.id,
        container: container.id,
      });
    }
    return container;
  }

  addProcess(container: ContainerFacts | undefined, program = container && programOf(container)): ProcessFacts {
    const pid = this.#pid++;
    const siblings = container && [...this.#processes.values()].filter((one) => one.container === container.id);
    const parent = siblings?.[0]?.id;
    const one: ProcessFacts = {
      id: `${this.#host.id};${pid};${pid * 7}`,
      pid,
      ...(container && { container: container.id, innerPid: (siblings?.length ?? 0) + 1 }),
      ...(parent !== undefined && { parent }),
      name: program?.name ?? 'sshd',
      executable: program?.path ?? '/usr/sbin/sshd',
      ...(container && pid % 97 === 0 && { drift: this.#random.pick(['written', 'deleted', 'memory'] as const) }),
      arguments: [program?.path ?? '/usr/sbin/sshd', '-D'],
      uid: pid % 3 === 0 ? 0 : 999,
      ...(container && { libraries: ['/usr/lib/x86_64-linux-gnu/libc.so.6', '/usr/lib/x86_64-linux-gnu/libssl.so.3'] }),
    };
    this.#processes.set(one.id, one);
    return one;
  }

  addConnection(): void {
    const random = this.#random;
    const listener = random.pick([...this.#listeners.values()]);
    const server = this.containers.get(listener.container ?? '');
    if (server === undefined) return;
    const serverSide = { process: listener.process!, container: server.id, address: addressOf(server) };
    // Of ten: one from the internet, one from a private address that nobody knows, one to the internet, the rest among containers.
    const kind = this.#connections.size % 10;
    const client = random.pick([...this.#processes.values()]);
    const container = this.containers.get(client.container ?? '');
    const clientSide = {
      process: client.id,
      ...(container && { container: container.id }),
      address: container ? addressOf(container) : this.#host.addresses[0]!,
    };
    const outside = { address: `${kind === 1 ? '10.9.8' : '198.51.100'}.${random.below(250)}` };
    const port = kind === 2 ? 443 : listener.port;
    const [from, to] = kind < 2 ? [outside, serverSide] : [clientSide, kind === 2 ? outside : serverSide];
    const id = `tcp;${from.address};${client.id};${to.address};${port};${this.#connections.size}`;
    const published = server.ports.find((one) => one.port === port)?.published;
    this.#connections.set(id, {
      id,
      protocol: 'tcp',
      client: from,
      server: to,
      port,
      ...(kind < 2 && published && { asked: { address: this.#host.addresses[0]!, port: published.port } }),
      ...(kind === 2 ? { name: 'api.payments.example' } : { name: server.networks[0]!.aliases![0]! }),
      open: 1 + random.below(20),
      seen: 20,
      by: 'sockets',
    });
  }

  flash(client: string, server: string): void {
    const [from, to] = [this.containers.get(client)!, this.containers.get(server)!];
    const port = to.ports[0]?.port ?? 9;
    this.#flashes.push({
      id: `flash;${client};${server};${this.#flashes.length}`,
      protocol: 'tcp',
      client: { container: client, address: addressOf(from) },
      server: { container: server, address: addressOf(to) },
      port,
      open: 0,
      seen: 1,
      by: 'conntrack',
    });
  }

  stop(id: string): void {
    const container = this.containers.get(id);
    if (container === undefined) return;
    this.containers.set(id, { ...container, state: 'exited', exitCode: 0 });
    for (const [key, { container: owner }] of this.#processes) if (owner === id) this.#processes.delete(key);
    for (const [key, { container: owner }] of this.#listeners) if (owner === id) this.#listeners.delete(key);
    for (const [key, { client, server }] of this.#connections)
      if (client.container === id || server.container === id) this.#connections.delete(key);
  }

  /** Some connections open and close, a process comes and one goes, now and then a container. */
  pass(now: number): void {
    const random = this.#random;
    for (const key of some(this.#connections, this.#changing, random)) {
      const one = this.#connections.get(key)!;
      if (random.below(4) === 0) this.#connections.delete(key);
      else this.#connections.set(key, { ...one, open: random.below(20), seen: one.seen + 1 });
      if (random.below(4) === 0) this.addConnection();
    }
    for (const key of some(this.#processes, this.#changing / 4, random)) {
      const one = this.#processes.get(key)!;
      const container = this.containers.get(one.container ?? '');
      if (one.parent === undefined || container === undefined) continue;
      this.#processes.delete(key);
      for (const [id, { client }] of this.#connections) if (client.process === key) this.#connections.delete(id);
      this.addProcess(container);
    }
    if (this.#changing > 0 && random.below(100) < this.#changing * 500) {
      const running = [...this.containers.values()].filter(({ state }) => state === 'running');
      if (running.length > 2) this.stop(random.pick(running).id);
      const exited = [...this.containers.values()].filter(({ state }) => state === 'exited');
      if (exited.length > 5) this.containers.delete(exited[0]!.id);
      this.addContainer(now);
    }
  }

  look(at: number): HostLook {
    const random = this.#random;
    const figures = this.#figures;
    figures[this.#host.id] = {
      cpu: random.below(800) / 100,
      load: random.below(500) / 100,
      memoryBytes: 2 ** 33 + random.below(2 ** 30),
    };
    for (const { id, state } of this.containers.values()) {
      if (state === 'running')
        figures[id] = {
          cpu: random.below(100) / 100,
          memoryBytes: 2 ** 27 + random.below(2 ** 20),
          memoryLimitBytes: 2 ** 29,
        };
      else delete figures[id];
    }
    for (const id of Object.keys(figures)) {
      if (id !== this.#host.id && !this.containers.has(id) && !this.#processes.has(id)) delete figures[id];
    }
    let turn = 0;
    for (const id of this.#processes.keys()) {
      // One in ten is measured at each look.
      if (turn++ % 10 === (at / 1000) % 10)
        figures[id] = {
          cpu: random.below(50) / 100,
          memoryBytes: 2 ** 24 + random.below(2 ** 20),
          threads: 4,
          openFiles: 12,
        };
    }
    return {
      host: this.#host,
      at: new Date(at).toISOString(),
      containers: [...this.containers.values()],
      processes: [...this.#processes.values()],
      connections: [...this.#connections.values(), ...this.#flashes.splice(0)],
      listeners: [...this.#listeners.values()],
      figures: { ...figures },
      blindSpots: [],
    };
  }
}

function some<T>(from: ReadonlyMap<string, T>, share: number, random: SeededRandom): string[] {
  const keys = [...from.keys()];
  const count = Math.min(keys.length, Math.ceil(keys.length * share));
  return [...new Set(Array.from({ length: count }, () => random.pick(keys)))];
}

function seedOf(id: string): number {
  return Number.parseInt(id.slice(0, 6), 16);
}

function addressOf({ networks }: ContainerFacts): string {
  return networks[0]!.addresses[0]!;
}

function programOf({ image }: ContainerFacts): Program | undefined {
  return programs.find((one) => one.image === image.reference);
}

function imageId(program: Program): string {
  return `sha256:${programs.indexOf(program).toString(16).padStart(64, '0')}`;
}

/**
 * What would be known of the images of simulated hosts: those of nginx are critical in the program and high in a library,
 * those of the api are medium, postgres has findings on what does not run, redis none, rabbitmq cannot be scanned, and of the
 * workers' image nothing is known.
 */
export function simulatedKnowledge(): KnowledgeSource {
  const all = new Map(programs.map((program) => [program.image, knowledgeOf(program)]));
  return { of: async ({ reference }) => all.get(reference) ?? nothing('unknown') };
}

function knowledgeOf({ name, path }: Program): ImageKnowledge {
  if (name === 'beam.smp') return { ...nothing('failed'), reason: 'its third layer cannot be read' };
  if (name === 'python3') return nothing('unknown');
  const found: Record<string, readonly ['critical' | 'high' | 'medium', string]> = {
    nginx: ['critical', 'CVE-2026-1001'],
    api: ['medium', 'CVE-2026-1002'],
  };
  const own = found[name];
  const packages: ImageKnowledge['packages'] =
    name === 'redis-server'
      ? []
      : [
          known('openssl', '3.5.1-1', 'high', 'CVE-2026-2001'),
          ...(own ? [known(name, '1.2.3', own[0], own[1])] : [known('perl', '5.40.1', 'critical', 'CVE-2026-3001')]),
        ];
  return {
    page: `sha256:${name}`,
    state: 'known',
    packages,
    packagesOf: (file) => {
      if (packages.length === 0) return [];
      if (file.includes('libssl')) return name === 'postgres' ? [] : [0];
      return file === path && own !== undefined ? [1] : [];
    },
    hasFile: (file) => file === path || file.startsWith('/usr/'),
  };
}

function known(
  name: string,
  version: string,
  severity: 'critical' | 'high' | 'medium',
  id: string,
): ImageKnowledge['packages'][number] {
  return {
    ...{ name, version, purl: `pkg:deb/debian/${name}@${version}` },
    vulnerabilities: [
      {
        id,
        severity,
        fixedVersion: `${version}.1`,
        ...(severity === 'critical' && { knownExploited: true, epss: 0.9 }),
      },
    ],
  };
}

function nothing(state: ImageKnowledge['state']): ImageKnowledge {
  return { state, packages: [], packagesOf: () => [], hasFile: () => false };
}
