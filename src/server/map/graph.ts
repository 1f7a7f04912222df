import type { ConnectionFacts, Endpoint, ListenerFacts } from '../../model/topology.ts';
import { isLoopbackAddress, plainAddress } from '../../runtime/topology/kernel-address.ts';
import { isOfInternet, MANY } from '../../runtime/topology/many-addresses.ts';
import type { ConnectionEntry, ContainerEntry, HostState, ProcessEntry } from './host-state.ts';
import { idPart } from './id-part.ts';

/** Something that no reporter tells of: the internet, or one address of a private network. */
export interface Outside {
  readonly nodeId: string;
  readonly label: string;
  readonly isPublic: boolean;
}

/** Where a connection begins or ends, as exactly as that is known. */
export interface Place {
  readonly host?: HostState;
  readonly container?: ContainerEntry;
  readonly process?: ProcessEntry;
  /** Instead of all these. */
  readonly outside?: Outside;
}

/** Connections of one client to one port of one server, both of them found. */
export interface Link {
  readonly client: Place;
  readonly server: Place;
  readonly entry: ConnectionEntry;
  /** The one behind all that is translated. */
  readonly port: number;
  /** By way of a port that a host publishes. */
  readonly published: boolean;
}

/** A container with what is in it. */
export interface Held {
  readonly container: ContainerEntry;
  /** Also those that are gone. */
  readonly processes: readonly ProcessEntry[];
  readonly listeners: readonly ListenerFacts[];
}

/** Everything that is there, of all hosts, put together. */
export interface Graph {
  readonly hosts: readonly HostState[];
  readonly containers: ReadonlyMap<ContainerEntry, Held>;
  /** Processes of a host that are in no container. */
  readonly loose: ReadonlyMap<HostState, readonly ProcessEntry[]>;
  readonly looseListeners: ReadonlyMap<HostState, readonly ListenerFacts[]>;
  readonly links: readonly Link[];
}

const internet: Outside = { nodeId: 'internet', label: 'the internet', isPublic: true };
const elsewhere: Outside = { nodeId: 'outside', label: 'private addresses', isPublic: false };

/** Private addresses that have a node of their own: the first ones that were met. */
const MOST_OUTSIDE = 40;
const MOST_REMEMBERED = 20_000;

/** Private addresses that were met, and the node of each: those stay while the service runs. */
export class OutsideAddresses {
  readonly #known = new Map<string, Outside>();
  #own = 0;

  of(address: string): Outside {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    // Whoever calls from everywhere costs the time of looking, and nothing more.
    if (this.#known.size >= MOST_REMEMBERED)
      for (const [one, { isPublic: isForgotten }] of this.#known) if (isForgotten) this.#known.delete(one);
    let found = isOfInternet(address) ? internet : elsewhere;
    if (found === elsewhere && address !== MANY && this.#own < MOST_OUTSIDE) {
      this.#own++;
      found = { nodeId: `outside:${idPart(address)}`, label: address, isPublic: false };
    }
    if (found !== elsewhere) this.#known.set(address, found);
    return found;
  }
}

/** Puts together what reporters tell: who is in what, and both halves of what goes from host to host. */
export function buildGraph(hosts: readonly HostState[], outside: OutsideAddresses): Graph {
  const containers = new Map<ContainerEntry, Held>();
  const loose = new Map<HostState, ProcessEntry[]>();
  const looseListeners = new Map<HostState, ListenerFacts[]>();
  for (const host of hosts) {
    const own: ProcessEntry[] = [];
    loose.set(host, own);
    for (const container of host.containers.values())
      containers.set(container, { container, processes: [], listeners: [] });
    const heldOf = (id: string | undefined): Held | undefined => {
      const container = id === undefined ? undefined : host.containers.get(id);
      return container === undefined ? undefined : containers.get(container);
    };
    for (const process of host.processes.values()) {
      const held = heldOf(process.facts.container);
      ((held?.processes as ProcessEntry[] | undefined) ?? own).push(process);
    }
    const free: ListenerFacts[] = [];
    looseListeners.set(host, free);
    for (const { facts, gone } of host.listeners.values()) {
      if (gone !== undefined) continue;
      const held = heldOf(facts.container);
      ((held?.listeners as ListenerFacts[] | undefined) ?? free).push(facts);
    }
  }
  return { hosts, containers, loose, looseListeners, links: new LinkFinder(hosts, containers, outside).find() };
}

interface FoundServer {
  readonly place: Place;
  readonly port: number;
  readonly published: boolean;
}

/** A client that its own host told of: whom it called. The half of it that the server saw says nothing more. */
const halfKey = (client: HostState, server: Place, port: number): string =>
  `${client.id} ${server.process?.nodeId ?? server.container?.nodeId ?? server.host?.nodeId ?? ''} ${port}`;

class LinkFinder {
  readonly #hosts: readonly HostState[];
  readonly #held: ReadonlyMap<ContainerEntry, Held>;
  readonly #outside: OutsideAddresses;
  /** Addresses of hosts; those that several have lead nowhere. */
  readonly #byHost = new Map<string, HostState | 'several'>();
  readonly #byContainer = new Map<string, ContainerEntry | 'several'>();
  readonly #servers = new Map<string, FoundServer>();
  readonly #places = new Map<object, Place>();

  constructor(hosts: readonly HostState[], held: ReadonlyMap<ContainerEntry, Held>, outside: OutsideAddresses) {
    this.#hosts = hosts;
    this.#held = held;
    this.#outside = outside;
    if (hosts.length < 2) return;
    for (const host of hosts) {
      for (const address of host.told.host?.addresses ?? []) add(this.#byHost, address, host);
      for (const container of host.containers.values()) {
        if (container.gone !== undefined) continue;
        for (const { addresses } of container.facts.networks)
          for (const one of addresses) add(this.#byContainer, one, container);
      }
    }
  }

  find(): Link[] {
    const links: Link[] = [];
    const served: [HostState, ConnectionEntry, Place, Place][] = [];
    const halves = new Set<string>();
    for (const host of this.#hosts) {
      for (const entry of host.connections.values()) {
        const { facts } = entry;
        const client = this.#own(host, facts.client);
        const server = this.#own(host, facts.server);
        if (client !== undefined && server !== undefined) {
          links.push({ client, server, entry, port: facts.port, published: isPublishedAt(server, facts) });
        } else if (client !== undefined) {
          const { place, port, published } = this.#serverElsewhere(host, facts.server.address, facts.port);
          links.push({ client, server: place, entry, port, published });
          if (place.host !== undefined) halves.add(halfKey(host, place, port));
        } else if (server !== undefined) {
          served.push([host, entry, server, this.#elsewhere(host, facts.client.address)]);
        }
        // Neither side is of this host: it only forwarded, and those who talk tell of it.
      }
    }
    for (const [, entry, server, client] of served) {
      const { port } = entry.facts;
      if (client.host !== undefined && halves.has(halfKey(client.host, server, port))) continue;
      links.push({ client, server, entry, port, published: isPublishedAt(server, entry.facts) });
    }
    return links;
  }

  /** The place on the host that tells; undefined: it is none of it. */
  #own(host: HostState, { process: processId, container: containerId, address }: Endpoint): Place | undefined {
    const process = processId === undefined ? undefined : host.processes.get(processId);
    const container = host.containers.get(process?.facts.container ?? containerId ?? '');
    if (process !== undefined)
      return this.#place(process, { host, ...(container !== undefined && { container }), process });
    if (container !== undefined) return this.#place(container, { host, container });
    // Its process or container is gone, or could not be told.
    if (processId !== undefined || containerId !== undefined || isOf(host, address)) return this.#place(host, { host });
    return undefined;
  }

  /** One for all connections of the same: whoever asks what it is shown as can remember the answer. */
  #place(of: object, made: Place): Place {
    const known = this.#places.get(of);
    if (known !== undefined && known.container === made.container) return known;
    this.#places.set(of, made);
    return made;
  }

  /** Where a client of this host leads to, that is not on this host. */
  #serverElsewhere(from: HostState, address: string, port: number): FoundServer {
    const host = this.#byHost.get(address);
    if (host === undefined || host === 'several' || host === from) {
      return { place: this.#elsewhere(from, address, port), port, published: false };
    }
    const key = `${address} ${port}`;
    let found = this.#servers.get(key);
    if (found === undefined) {
      found = this.#serverOn(host, address, port);
      this.#servers.set(key, found);
    }
    return found;
  }

  #serverOn(host: HostState, address: string, port: number): FoundServer {
    for (const container of host.containers.values()) {
      if (container.gone !== undefined) continue;
      const found = container.facts.ports.find(
        (one) => one.published !== undefined && fits(one.published, address, port),
      );
      if (found !== undefined) {
        return { place: this.#listening(host, container, found.port), port: found.port, published: true };
      }
    }
    for (const { facts } of host.listeners.values()) {
      if (facts.port !== port || !facts.addresses.some((one) => isAny(one) || one === address)) continue;
      return { place: this.#own(host, { ...pick(facts), address }) ?? { host }, port, published: false };
    }
    return { place: { host }, port, published: false };
  }

  #elsewhere(from: HostState, address: string, port?: number): Place {
    const container = this.#byContainer.get(address);
    if (container !== undefined && container !== 'several' && container.host !== from) {
      return port === undefined
        ? { host: container.host, container }
        : this.#listening(container.host, container, port);
    }
    const host = this.#byHost.get(address);
    if (host !== undefined && host !== 'several' && host !== from) return { host };
    const outside = this.#outside.of(address);
    return this.#place(outside, { outside });
  }

  #listening(host: HostState, container: ContainerEntry, port: number): Place {
    const listener = this.#held.get(container)?.listeners.find((one) => one.port === port && one.process !== undefined);
    const process = listener === undefined ? undefined : host.processes.get(listener.process!);
    return { host, container, ...(process !== undefined && { process }) };
  }
}

function add<T>(map: Map<string, T | 'several'>, address: string, one: T): void {
  const known = map.get(address);
  map.set(address, known === undefined || known === one ? one : 'several');
}

function pick({ process, container }: ListenerFacts): Pick<Endpoint, 'process' | 'container'> {
  return { ...(process !== undefined && { process }), ...(container !== undefined && { container }) };
}

function isOf(host: HostState, address: string): boolean {
  return isLoopbackAddress(plainAddress(address)) || (host.told.host?.addresses.includes(address) ?? false);
}

export const isAny = (address: string): boolean => address === '0.0.0.0' || address === '::' || address === '';

function fits(published: { readonly address: string; readonly port: number }, address: string, port: number): boolean {
  return published.port === port && (isAny(published.address) || published.address === address);
}

function isPublishedAt({ container }: Place, { port, asked }: ConnectionFacts): boolean {
  if (asked === undefined) return false;
  return container?.facts.ports.some((one) => one.port === port && one.published?.port === asked.port) ?? false;
}
