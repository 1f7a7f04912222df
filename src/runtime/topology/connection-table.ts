import { createHash } from 'node:crypto';
import type { ConnectionFacts, Endpoint } from '../../model/topology.ts';
import { isOfInternet, MANY, MANY_PUBLIC } from './many-addresses.ts';

/** Connections that are told, and kept for being told again. */
const MOST = 20_000;
/** Told so long after the last one closed, so that those that come and go do not flicker. */
const LINGER_MS = 10_000;
/** How long it is remembered how many there were. */
const REMEMBER_MS = 10 * 60_000;
/** Peers outside of one port that are told apart. */
const PEERS = 100;

/** One connection of this look, joined from both of its ends as far as they are seen. */
export interface JoinedConnection {
  /** Addresses and ports: no two are alike. */
  readonly tuple: string;
  readonly protocol: 'tcp' | 'udp';
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly port: number;
  readonly asked?: ConnectionFacts['asked'];
  readonly name?: string;
  readonly isOpen: boolean;
  readonly by: ConnectionFacts['by'];
  readonly guessed: boolean;
}

/** A peer outside that is told apart, and of whom it is one. */
type Peer = readonly [of: string, address: string];

interface Sum {
  facts: ConnectionFacts;
  readonly peers: readonly Peer[];
  open: number;
  seen: number;
  activeAt: number;
}

/** Connections added up by client, server and port, over all looks. */
export class ConnectionTable {
  #sums = new Map<string, Sum>();
  #tuples = new Map<string, Sum>();
  /** Peers that are told apart, and how many sums each is in: they go with the last of those. */
  readonly #peers = new Map<string, Map<string, number>>();
  isCut = false;

  /** Takes the connections of one look. @returns those that are there, or were a moment ago */
  look(connections: Iterable<JoinedConnection>, now: number): ConnectionFacts[] {
    for (const sum of this.#sums.values()) sum.open = 0;
    this.isCut = false;
    const tuples = new Map<string, Sum>();
    for (const one of connections) {
      const known = this.#tuples.get(one.tuple);
      // Whose it was is known no more once it is closed: what was known before holds.
      const sum = known !== undefined && !isBetter(one, known.facts) ? known : this.#sumOf(one);
      if (sum === undefined) {
        this.isCut = true;
        continue;
      }
      if (known === undefined) sum.seen++;
      else if (known !== sum) {
        known.seen--;
        sum.seen++;
        // One that is closed already is not active again, but it was when it stood under the other name.
        sum.activeAt = Math.max(sum.activeAt, known.activeAt);
      }
      if (one.isOpen) sum.open++;
      if (one.isOpen || known === undefined) sum.activeAt = now;
      if (one.asked !== undefined && sum.facts.asked === undefined) sum.facts = { ...sum.facts, asked: one.asked };
      if (one.by === 'sockets' && sum.facts.by !== 'sockets') sum.facts = { ...sum.facts, by: 'sockets' };
      tuples.set(one.tuple, sum);
    }
    this.#tuples = tuples;
    return this.#told(now);
  }

  #told(now: number): ConnectionFacts[] {
    const told: ConnectionFacts[] = [];
    for (const [key, sum] of this.#sums) {
      const { open, seen, activeAt } = sum;
      if (seen <= 0 || now - activeAt > REMEMBER_MS) {
        this.#sums.delete(key);
        for (const peer of sum.peers) this.#forget(peer);
        continue;
      }
      if (open === 0 && now - activeAt > LINGER_MS) continue;
      if (sum.facts.open !== open || sum.facts.seen !== seen) sum.facts = { ...sum.facts, open, seen };
      told.push(sum.facts);
    }
    return told;
  }

  #sumOf(one: JoinedConnection): Sum | undefined {
    const { protocol, port } = one;
    const peers: Peer[] = [];
    const client = this.#bounded(one.client, `${keyOf(one.server)};${port}`, peers);
    const server = this.#bounded(one.server, `>${keyOf(one.client)}`, peers);
    const key = `${protocol};${keyOf(client)};${keyOf(server)};${port}`;
    const known = this.#sums.get(key);
    if (known !== undefined) {
      // Its processes were seen before the engine told of their containers.
      if (isBetter(one, known.facts)) {
        known.facts = { ...known.facts, client, server, ...(one.name !== undefined && { name: one.name }) };
      }
      return known;
    }
    if (this.#sums.size >= MOST) return undefined;
    const { asked, name, by, guessed } = one;
    const facts: ConnectionFacts = {
      id: createHash('sha256').update(key).digest('base64url').slice(0, 20),
      ...{ protocol, client, server, port },
      ...(asked !== undefined && { asked }),
      ...(name !== undefined && { name }),
      ...{ open: 0, seen: 0, by },
      ...(guessed && { guessed }),
    };
    const sum: Sum = { facts, peers, open: 0, seen: 0, activeAt: Number.NEGATIVE_INFINITY };
    this.#sums.set(key, sum);
    for (const peer of peers) this.#remember(peer);
    return sum;
  }

  /**
   * A server of the internet has as many clients as that has hosts.
   * @param peers gets the endpoint where it is told apart
   */
  #bounded(endpoint: Endpoint, of: string, peers: Peer[]): Endpoint {
    const { process, container, host, address } = endpoint;
    if (process !== undefined || container !== undefined || host) return endpoint;
    const told = this.#peers.get(of);
    if (told !== undefined && told.size >= PEERS && !told.has(address)) {
      return { address: isOfInternet(address) ? MANY_PUBLIC : MANY };
    }
    peers.push([of, address]);
    return endpoint;
  }

  #remember([of, address]: Peer): void {
    const told = this.#peers.get(of) ?? new Map<string, number>();
    told.set(address, (told.get(address) ?? 0) + 1);
    this.#peers.set(of, told);
  }

  #forget([of, address]: Peer): void {
    const told = this.#peers.get(of);
    const left = (told?.get(address) ?? 0) - 1;
    if (left > 0) told?.set(address, left);
    else told?.delete(address);
    if (told?.size === 0) this.#peers.delete(of);
  }
}

function keyOf({ process, container, host, address }: Endpoint): string {
  return process ?? container ?? (host === true ? 'host' : address);
}

/** It is known better now whose it is. */
function isBetter({ client, server }: JoinedConnection, told: ConnectionFacts): boolean {
  const isClient = weight(client) > weight(told.client);
  const isServer = weight(server) > weight(told.server);
  return (isClient && weight(server) >= weight(told.server)) || (isServer && weight(client) >= weight(told.client));
}

function weight({ process, container }: Endpoint): number {
  return (process === undefined ? 0 : 2) + (container === undefined ? 0 : 1);
}
