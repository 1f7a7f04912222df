import type { ConnectionFacts, Endpoint, HostId, ListenerFacts } from '../../model/topology.ts';
import { isLoopbackAddress, plainAddress } from '../../runtime/topology/kernel-address.ts';
import { AddressClaims, type Claimed } from './address-claims.ts';
import type { ConnectionEntry, ContainerEntry, HostState } from './host-state.ts';
import type { OutsideAddresses } from './outside-addresses.ts';
import type { Held, Link, Place } from './place.ts';
import { ServersOfHost } from './servers-of-host.ts';

interface FoundServer {
  readonly place: Place;
  readonly port: number;
  readonly published: boolean;
  readonly isUnproven: boolean;
}

/** One end of a connection that leaves its host. */
interface Half {
  readonly host: HostState;
  readonly entry: ConnectionEntry;
  readonly place: Place;
}

/**
 * What both halves of a connection between hosts have in common. All connections of one client to one port are one
 * (`ConnectionFacts`), so that ports of clients do not tell them apart.
 */
function halfKey(client: HostState, server: Place, port: number, protocol: string): string {
  return `${client.id} ${server.container?.nodeId ?? server.host?.nodeId ?? ''} ${port} ${protocol}`;
}

/** Finds both ends of each connection that hosts tell of. */
export class LinkFinder {
  readonly #hosts: readonly HostState[];
  readonly #held: ReadonlyMap<ContainerEntry, Held>;
  readonly #outside: OutsideAddresses;
  readonly #claims: AddressClaims;
  readonly #servers = new Map<HostState, ServersOfHost>();
  readonly #places = new Map<object, Place>();

  constructor(
    hosts: readonly HostState[],
    held: ReadonlyMap<ContainerEntry, Held>,
    { outside, own }: { readonly outside: OutsideAddresses; readonly own?: HostId | undefined },
  ) {
    this.#hosts = hosts;
    this.#held = held;
    this.#outside = outside;
    this.#claims = new AddressClaims(hosts, own);
  }

  /** What is to be said of hosts that claim the same addresses. */
  disputes(): ReadonlyMap<HostState, string> {
    return this.#claims.disputes();
  }

  find(): Link[] {
    const links: Link[] = [];
    const outgoing: Half[] = [];
    const incoming: Half[] = [];
    for (const host of this.#hosts) {
      for (const entry of host.connections.values()) {
        const { facts } = entry;
        const client = this.#own(host, facts.client);
        const server = this.#own(host, facts.server);
        if (client !== undefined && server !== undefined) {
          links.push({ client, server, entry, port: facts.port, published: isPublishedAt(server, facts) });
        } else if (client !== undefined) outgoing.push({ host, entry, place: client });
        else if (server !== undefined) incoming.push({ host, entry, place: server });
        // Neither side is of this host: it only forwarded, and those who talk tell of it.
      }
    }
    this.#join(links, outgoing, incoming);
    return links;
  }

  /** Connections that leave their host: those that both sides tell of are one, the others are told by one side. */
  #join(links: Link[], outgoing: readonly Half[], incoming: readonly Half[]): void {
    const callers = incoming.map(({ host, entry }) => this.#claims.of(host, entry.facts.client.address));
    const told = new Set<string>();
    for (const [index, { entry, place }] of incoming.entries()) {
      const caller = callers[index];
      if (caller !== undefined) told.add(halfKey(caller.host, place, entry.facts.port, entry.facts.protocol));
    }
    const halves = new Set<string>();
    for (const { host, entry, place: client } of outgoing) {
      const { facts } = entry;
      const found = this.#serverElsewhere(host, facts);
      const key = found && halfKey(host, found.place, found.port, facts.protocol);
      const isAgreed = key !== undefined && told.has(key);
      if (found === undefined || found.isUnproven) {
        const server = this.#outsideAt(facts.server.address);
        links.push({ client, server, entry, port: facts.port, published: false });
        continue;
      }
      halves.add(key!);
      const { place: server, port, published } = found;
      links.push({ client, server, entry, port, published, ...(!isAgreed && { toldBy: 'client' }) });
    }
    for (const [index, { entry, place: server }] of incoming.entries()) {
      const { facts } = entry;
      const caller = callers[index];
      const { port } = facts;
      // The half of it that the server saw says nothing more.
      if (caller !== undefined && halves.has(halfKey(caller.host, server, port, facts.protocol))) continue;
      const isBelieved = caller !== undefined && !caller.isUnproven;
      const client = isBelieved ? placeOf(caller) : this.#outsideAt(facts.client.address);
      const published = isPublishedAt(server, facts);
      links.push({ client, server, entry, port, published, ...(isBelieved && { toldBy: 'server' }) });
    }
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

  /** Where a client of this host leads to, that is on another one. */
  #serverElsewhere(from: HostState, { server: { address }, port, protocol }: ConnectionFacts): FoundServer | undefined {
    const claimed = this.#claims.of(from, address);
    if (claimed === undefined) return undefined;
    const { host, container, isUnproven } = claimed;
    if (container !== undefined)
      return { place: this.#listening(host, container, port), port, published: false, isUnproven };
    let servers = this.#servers.get(host);
    if (servers === undefined) {
      servers = new ServersOfHost(host);
      this.#servers.set(host, servers);
    }
    const behind = servers.behind(protocol, address, port);
    if (behind !== undefined) {
      const place = this.#listening(host, behind.container, behind.port);
      return { place, port: behind.port, published: true, isUnproven };
    }
    const listener = servers.listening(protocol, address, port);
    const place = listener && this.#own(host, { ...endpointOf(listener), address });
    return { place: place ?? this.#place(host, { host }), port, published: false, isUnproven };
  }

  #outsideAt(address: string): Place {
    const outside = this.#outside.of(address);
    return this.#place(outside, { outside });
  }

  #listening(host: HostState, container: ContainerEntry, port: number): Place {
    const listener = this.#held.get(container)?.listeners.find((one) => one.port === port && one.process !== undefined);
    const process = listener === undefined ? undefined : host.processes.get(listener.process!);
    return this.#place(process ?? container, { host, container, ...(process !== undefined && { process }) });
  }
}

function placeOf({ host, container }: Claimed): Place {
  return { host, ...(container !== undefined && { container }) };
}

function endpointOf({ process, container }: ListenerFacts): Pick<Endpoint, 'process' | 'container'> {
  return { ...(process !== undefined && { process }), ...(container !== undefined && { container }) };
}

function isOf(host: HostState, address: string): boolean {
  return isLoopbackAddress(plainAddress(address)) || host.addresses.has(address);
}

function isPublishedAt({ container }: Place, { port, asked }: ConnectionFacts): boolean {
  if (asked === undefined) return false;
  return container?.facts.ports.some((one) => one.port === port && one.published?.port === asked.port) ?? false;
}
