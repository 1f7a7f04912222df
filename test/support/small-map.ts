import type { Severity } from '../../src/model/severity.ts';
import type {
  ConnectionFacts,
  ContainerFacts,
  HostReport,
  ImageKnowledge,
  KnowledgeSource,
  ListenerFacts,
  ProcessFacts,
  TopologyParts,
} from '../../src/model/topology.ts';
import type { SteadyClock } from '../../src/server/clock.ts';
import { ViewQuery } from '../../src/server/map/map-query.ts';
import { type MapOptions, type OpenMap, openMap } from '../../src/server/map/open-map.ts';
import { createServiceLog } from '../../src/server/service-log.ts';

/** A clock that stands until somebody moves it. */
export interface HandClock extends SteadyClock {
  pass(milliseconds: number): void;
  /** Somebody sets it back. */
  setBack(milliseconds: number): void;
}

export function handClock(start: number = Date.UTC(2026, 0, 1)): HandClock {
  let now = start;
  let steady = 1000;
  return {
    now: () => now,
    steady: () => steady,
    pass: (milliseconds) => {
      now += milliseconds;
      steady += milliseconds;
    },
    setBack: (milliseconds) => {
      now -= milliseconds;
    },
    async sleep(_, signal) {
      // Background work is what a test asks for by name; a real pause lets it look at the signal.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 5);
        signal.addEventListener(
          'abort',
          () => {
            clearTimeout(timer);
            resolve();
          },
          { once: true },
        );
      });
    },
  };
}

/** Lines that the map logs. */
export function openTestMap(options: Partial<MapOptions> = {}): OpenMap & { readonly logged: readonly string[] } {
  const logged: string[] = [];
  const log = createServiceLog({ write: (line) => void logged.push(line), level: 'debug' });
  const map = openMap({ clock: handClock(), log, ...options });
  return Object.assign(map, { logged });
}

export function query(given: object = {}): ViewQuery {
  return ViewQuery.parse(given);
}

/** A container of a test: what is not said is as most have it. */
export interface SmallContainer {
  readonly name: string;
  readonly image?: string;
  readonly facts?: Partial<ContainerFacts>;
  /** Ports that its one process listens on. */
  readonly listens?: readonly number[];
  readonly process?: Partial<ProcessFacts>;
}

export interface SmallCall {
  /** Names of containers, or addresses. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly facts?: Partial<ConnectionFacts>;
}

export interface SmallHost {
  readonly id: string;
  readonly address?: string;
  readonly containers?: readonly SmallContainer[];
  readonly calls?: readonly SmallCall[];
}

/** A full report of a host that is described in a few words. */
export function smallReport(host: SmallHost, more: Partial<HostReport> = {}): HostReport {
  const { id, address = '192.168.7.1', containers = [], calls = [] } = host;
  const parts = { containers: [], processes: [], connections: [], listeners: [] } as {
    -readonly [K in keyof TopologyParts]: TopologyParts[K][number][];
  };
  const ends = new Map<string, ConnectionFacts['client']>();
  for (const [index, { name, image = 'app:1', facts, listens = [], process }] of containers.entries()) {
    const own = `10.1.0.${index + 1}`;
    const container: ContainerFacts = {
      id: `${id}-${index}-${name.slice(0, 40)}`.replaceAll(/[^\w.-]/g, '_').padEnd(64, '0'),
      ...{ name, state: 'running', image: { id: `sha256:${image}`, reference: image }, labels: {} },
      networks: [{ name: 'net', addresses: [own], aliases: [name] }],
      ports: [],
      ...facts,
    };
    const main: ProcessFacts = {
      ...{ id: `${id};${index + 100};7`, pid: index + 100, container: container.id, name, executable: `/bin/${name}` },
      ...process,
    };
    parts.containers.push(container);
    if (container.state === 'running' || container.state === 'paused') parts.processes.push(main);
    ends.set(name, { process: main.id, container: container.id, address: own });
    for (const port of listens) {
      const listener: ListenerFacts = {
        ...{
          id: `${name};${port}`,
          protocol: 'tcp',
          port,
          addresses: ['0.0.0.0'],
          process: main.id,
          container: container.id,
        },
      };
      parts.listeners.push(listener);
    }
  }
  for (const { from, to, port, facts } of calls) {
    parts.connections.push({
      ...{ id: `${from}>${to}:${port}`, protocol: 'tcp', port, open: 1, seen: 1, by: 'sockets' },
      client: ends.get(from) ?? { address: from },
      server: ends.get(to) ?? { address: to },
      ...facts,
    });
  }
  return {
    ...{ schemaVersion: 1, session: 's', sequence: 0, full: true, at: new Date(Date.UTC(2026, 0, 1)).toISOString() },
    host: { id, name: `name-of-${id}`, addresses: [address] },
    changed: parts,
    gone: { containers: [], processes: [], connections: [], listeners: [] },
    ...{ figures: {}, blindSpots: [] },
    ...more,
  };
}

/** What is known of images: reference -> file -> package with its gravest vulnerability. */
export function smallKnowledge(
  images: Readonly<Record<string, Readonly<Record<string, readonly [name: string, severity: Severity, id: string]>>>>,
): KnowledgeSource {
  const known = new Map<string, ImageKnowledge>();
  for (const [reference, files] of Object.entries(images)) {
    const packages = Object.values(files).map(([name, severity, id]) => ({
      ...{ name, version: '1', purl: `pkg:generic/${name}@1` },
      vulnerabilities: [{ id, severity, fixedVersion: '2' }],
    }));
    known.set(reference, {
      ...{ page: `page-of-${reference}`, state: 'known', packages },
      packagesOf: (file) => Object.keys(files).flatMap((one, index) => (one === file ? [index] : [])),
      hasFile: () => true,
    });
  }
  return {
    of: async ({ reference }) =>
      known.get(reference) ?? { state: 'unknown', packages: [], packagesOf: () => [], hasFile: () => false },
  };
}
