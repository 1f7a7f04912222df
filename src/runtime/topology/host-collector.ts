import os from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Figures, HostFacts } from '../../model/topology.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { AddressBook } from './address-book.ts';
import { ConnectionTable } from './connection-table.ts';
import { ConntrackTable } from './conntrack.ts';
import { ContainerWatch } from './container-watch.ts';
import { GroupFigures } from './group-figures.ts';
import { hostAddresses, hostFacts } from './host-facts.ts';
import { clientSockets, type JoinedNamespace, type JoinInput, joinConnections } from './join-connections.ts';
import { ListenerTable } from './listener-table.ts';
import { NamespaceSockets } from './namespace-sockets.ts';
import { ProcFolder } from './proc-folder.ts';
import { type ProcessLook, ProcessWatch, type WatchedProcess } from './process-watch.ts';
import type { HostLook } from './report-sequence.ts';
import { SocketOwners } from './socket-owners.ts';

export interface CollectorOptions {
  /** Finds the engine; absent: processes alone. @throws EngineError */
  readonly connect?: (signal: AbortSignal) => Promise<Engine>;
  /** Leave out what programs were started with, which may hold secrets that nobody knows by their form. Default: told. */
  readonly arguments?: boolean;
  /** Tell the environment of containers, which holds secrets. */
  readonly environment?: boolean;
  /** A name for an address outside; asked at each look, so it answers from what it knows. */
  readonly nameOf?: (address: string) => string | undefined;
  /** Default: `/proc`, `/sys/fs/cgroup`, and this machine. */
  readonly proc?: string;
  readonly groups?: string;
  readonly host?: HostFacts;
  /** All addresses of the host. */
  readonly addresses?: () => readonly string[];
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Told between the parts of a look, when what a part needed for itself is needed no more. */
  readonly onPart?: () => void;
}

/** Figures of each container are taken once in so many looks. */
const FIGURE_TURNS = 3;
/** Addresses of the host are read again after so many looks. */
const ADDRESS_TURNS = 30;
const CONNTRACK = 8 * 1024 * 1024;
const CLIENT_PORTS = [32_768, 60_999] as const;
/** Namespaces that are looked into between two pauses. */
const SLICE = 25;

/**
 * Looks at one host: its engine's containers, its processes, and who talks to whom. What cannot be seen is a sentence of
 * each look; what vanishes in the middle of one is not there.
 */
export class HostCollector {
  readonly #options: CollectorOptions;
  readonly #proc: ProcFolder;
  readonly #now: () => number;
  readonly #containers: ContainerWatch | undefined;
  readonly #processes: ProcessWatch;
  readonly #owners: SocketOwners;
  readonly #figures: GroupFigures;
  readonly #namespaces = new Map<string, NamespaceSockets>();
  readonly #connections = new ConnectionTable();
  readonly #listeners = new ListenerTable();
  readonly #conntrack = new ConntrackTable();
  #host: HostFacts;
  #addresses: readonly string[] = [];
  #turn = 0;

  constructor(options: CollectorOptions = {}) {
    this.#options = options;
    this.#proc = new ProcFolder(options.proc);
    this.#now = options.now ?? Date.now;
    this.#host = options.host ?? hostFacts();
    const { connect } = options;
    const telling = { environment: options.environment ?? false, arguments: options.arguments ?? true };
    this.#containers = connect && new ContainerWatch({ connect, now: this.#now, ...telling });
    this.#owners = new SocketOwners(this.#proc);
    this.#figures = new GroupFigures(this.#proc, options.groups);
    this.#processes = new ProcessWatch({
      proc: this.#proc,
      host: this.#host.id,
      arguments: telling.arguments,
      isContainer: (id) => this.#containers?.containers.has(id) ?? false,
      containerOfPid: (pid) => this.#containers?.byPid(pid),
      isMounted: (container, path) => this.#containers?.isMounted(container, path) ?? false,
      now: this.#now,
    });
  }

  /** The engine, where it answered at the last look. */
  get engine(): Engine | undefined {
    return this.#containers?.engine;
  }

  async look(): Promise<HostLook> {
    const turn = this.#turn++;
    const blindSpots: string[] = [];
    await this.#containers?.refresh();
    if (turn % ADDRESS_TURNS === 0) this.#readHost();
    const containers = this.#containers?.containers ?? new Map<string, never>();
    this.#options.onPart?.();
    const processes = this.#processes.look();
    this.#options.onPart?.();
    const firsts = this.#firstProcesses(processes);
    if (firsts.size > 0) this.#containers?.seeHere();
    blindSpots.push(...(this.#containers?.blindSpots ?? []));
    if (processes === undefined) blindSpots.push('processes and connections are not told: /proc cannot be read');
    blindSpots.push(...(processes?.blindSpots ?? []));
    await setImmediate();
    const network = processes === undefined ? undefined : await this.#lookAtNetworks(processes, blindSpots);
    const facts = [...containers.values()].map((one) => one.facts);
    this.#options.onPart?.();
    return {
      host: this.#host,
      at: new Date(this.#now()).toISOString(),
      containers: facts,
      processes: processes?.facts ?? [],
      connections: network?.connections ?? [],
      listeners: network?.listeners ?? [],
      figures: { ...this.#hostFigures(), ...processes?.figures, ...this.#containerFigures(turn, firsts) },
      blindSpots: [...new Set(blindSpots)],
    };
  }

  async stop(): Promise<void> {
    await this.#containers?.stop();
  }

  #readHost(): void {
    this.#addresses = this.#options.addresses?.() ?? hostAddresses();
    if (this.#options.host !== undefined) return;
    const { engine } = this;
    const told = engine && {
      engine: { name: engine.kind, ...(engine.version !== undefined && { version: engine.version }) },
    };
    const facts: HostFacts = { ...hostFacts(), ...told };
    if (JSON.stringify(facts) !== JSON.stringify(this.#host)) this.#host = facts;
  }

  async #lookAtNetworks(
    { processes }: ProcessLook,
    blindSpots: string[],
  ): Promise<Pick<HostLook, 'connections' | 'listeners'>> {
    const own = this.#proc.link('self/ns/net') ?? 'net:[]';
    const members = membersOf(processes, own);
    const namespaces: JoinedNamespace[] = [];
    let count = 0;
    for (const [network, pids] of members) {
      if (++count % SLICE === 0) await setImmediate();
      const found = this.#lookAt(network, network === own ? ['self', ...pids] : pids, processes, network === own);
      if (found !== undefined) namespaces.push(found);
    }
    for (const network of this.#namespaces.keys()) if (!members.has(network)) this.#namespaces.delete(network);
    const containers = this.#containers?.isHere === true ? this.#containers.containers : undefined;
    const book = new AddressBook(
      this.#addresses,
      [...(containers?.values() ?? [])].map(({ facts }) => facts),
      // Networks of engines have the same addresses on each machine.
      (address) => (containers === undefined ? undefined : this.#containers?.byAddress(address)),
    );
    const byContainer = new Map<string, JoinedNamespace>();
    for (const namespace of namespaces)
      if (namespace.container !== undefined) byContainer.set(namespace.container, namespace);
    const ownerOf = (inode: number): WatchedProcess | undefined => {
      const pid = inode === 0 ? undefined : this.#owners.of(inode);
      return pid === undefined ? undefined : processes.get(pid);
    };
    const input: JoinInput = {
      namespaces,
      book,
      namespaceOf: (container) => byContainer.get(container) ?? this.#shared(container, namespaces),
      ownerOf,
      clientPorts: this.#clientPorts(),
      tracked: this.#tracked(blindSpots),
      ...(this.#options.nameOf && { nameOf: this.#options.nameOf }),
    };
    await this.#findOwners(input, members, processes);
    this.#options.onPart?.();
    if (this.#owners.unowned > 0) {
      blindSpots.push(`of ${this.#owners.unowned} sockets no process could be seen that holds them`);
    }
    await setImmediate();
    const connections = this.#connections.look(joinConnections(input), this.#now());
    if (this.#connections.isCut) blindSpots.push('there are more connections than are told');
    return { connections, listeners: this.#listeners.look(namespaces, ownerOf) };
  }

  #lookAt(
    network: string,
    pids: readonly (number | 'self')[],
    processes: ReadonlyMap<number, WatchedProcess>,
    isHost: boolean,
  ): JoinedNamespace | undefined {
    let sockets = this.#namespaces.get(network);
    if (sockets === undefined) {
      sockets = new NamespaceSockets(this.#proc, network);
      this.#namespaces.set(network, sockets);
    }
    const [firstClientPort] = this.#clientPorts();
    // The first one may have ended a moment ago.
    for (const pid of pids.slice(0, 3)) {
      const look = sockets.look(pid, firstClientPort);
      if (look === undefined) continue;
      const container = isHost
        ? undefined
        : pids
            .map((one) => (one === 'self' ? undefined : processes.get(one)?.container))
            .find((one) => one !== undefined);
      return { look, isHost, ...(container !== undefined && { container }) };
    }
    return undefined;
  }

  /** Those who listen first: with them it is known which sockets are those of clients. */
  async #findOwners(
    input: JoinInput,
    members: ReadonlyMap<string, readonly number[]>,
    processes: ReadonlyMap<number, WatchedProcess>,
  ): Promise<void> {
    const live = new Set<number>();
    for (const { look } of input.namespaces) {
      for (const { inode } of look.listening) live.add(inode);
      for (const { inode } of look.connected) if (inode !== 0) live.add(inode);
    }
    this.#owners.begin(live, processes);
    const isLive = (inode: number): boolean => live.has(inode);
    for (const namespace of input.namespaces) {
      const pids = members.get(namespace.look.network) ?? [];
      this.#owners.find(
        namespace.look.listening.map(({ inode }) => inode),
        pids,
        isLive,
      );
    }
    let count = 0;
    for (const namespace of input.namespaces) {
      if (++count % SLICE === 0) await setImmediate();
      this.#owners.find(clientSockets(input, namespace), members.get(namespace.look.network) ?? [], isLive);
    }
  }

  /** A container that has the network of another one has no namespace of its own. */
  #shared(container: string, namespaces: readonly JoinedNamespace[]): JoinedNamespace | undefined {
    return this.#containers?.isHere === true && this.#containers.containers.get(container)?.hostNetwork === true
      ? namespaces.find(({ isHost }) => isHost)
      : undefined;
  }

  #clientPorts(): readonly [number, number] {
    const [first, last] = (this.#proc.text('sys/net/ipv4/ip_local_port_range', 64) ?? '')
      .trim()
      .split(/\s{1,8}/)
      .map(Number);
    return first === undefined || last === undefined || !(first > 0 && last >= first) ? CLIENT_PORTS : [first, last];
  }

  #tracked(blindSpots: string[]): Iterable<ReturnType<ConntrackTable['read']> extends Iterable<infer T> ? T : never> {
    const text = this.#proc.text('self/net/nf_conntrack', CONNTRACK);
    if (text === undefined) {
      blindSpots.push(
        'the table of tracked connections cannot be read: some that last for less than a second are missing',
      );
    }
    return this.#conntrack.read(text ?? '');
  }

  #hostFigures(): Record<string, Figures> {
    const [load] = (this.#proc.text('loadavg', 128) ?? '').split(' ').map(Number);
    const free = /^MemAvailable: {1,20}(\d{1,15}) kB$/m.exec(this.#proc.text('meminfo', 8192) ?? '')?.[1];
    const memory = this.#host.memoryBytes ?? os.totalmem();
    return {
      [this.#host.id]: {
        ...(load !== undefined && Number.isFinite(load) && { load }),
        ...(free !== undefined && { memoryBytes: Math.max(0, memory - Number(free) * 1024), memoryLimitBytes: memory }),
      },
    };
  }

  /** A process of each container that is seen to have one here. */
  #firstProcesses(look: ProcessLook | undefined): ReadonlyMap<string, number> {
    const firsts = new Map<string, number>();
    for (const { container, pid } of look?.processes.values() ?? []) {
      if (container !== undefined && !firsts.has(container)) firsts.set(container, pid);
    }
    return firsts;
  }

  #containerFigures(turn: number, firsts: ReadonlyMap<string, number>): Record<string, Figures> {
    const figures: Record<string, Figures> = {};
    const now = this.#now();
    let index = 0;
    for (const id of this.#containers?.containers.keys() ?? []) {
      const pid = this.#containers?.pidOf(id) ?? firsts.get(id);
      if (pid === undefined) {
        this.#figures.forget(id);
        continue;
      }
      if (index++ % FIGURE_TURNS !== turn % FIGURE_TURNS) continue;
      const measured = this.#figures.measure(id, pid, now);
      if (measured !== undefined) figures[id] = measured;
    }
    return figures;
  }
}

/** Processes by their network; those of which it is not known are left out. */
function membersOf(processes: ReadonlyMap<number, WatchedProcess>, own: string): Map<string, number[]> {
  const members = new Map<string, number[]>([[own, []]]);
  for (const { pid, network } of processes.values()) {
    if (network === undefined) continue;
    const list = members.get(network);
    if (list === undefined) members.set(network, [pid]);
    else list.push(pid);
  }
  return members;
}
