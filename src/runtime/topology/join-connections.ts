import type { Endpoint } from '../../model/topology.ts';
import type { AddressBook, PublishedTarget } from './address-book.ts';
import type { JoinedConnection } from './connection-table.ts';
import type { TrackedConnection } from './conntrack.ts';
import { isLoopbackAddress } from './kernel-address.ts';
import type { NamespaceLook } from './namespace-sockets.ts';
import type { WatchedProcess } from './process-watch.ts';
import { type SocketRow, socketStates } from './socket-table.ts';

/** One network namespace of a look, with whose it is. */
export interface JoinedNamespace {
  readonly look: NamespaceLook;
  readonly isHost: boolean;
  /** The container that has it for itself, or the first of those that share it. */
  readonly container?: string;
}

export interface JoinInput {
  readonly namespaces: readonly JoinedNamespace[];
  readonly book: AddressBook;
  /** The namespace of a container. */
  namespaceOf(container: string): JoinedNamespace | undefined;
  /** Who holds a socket, where that is known. */
  ownerOf(inode: number): WatchedProcess | undefined;
  /** Ports that the kernel gives to clients (`net.ipv4.ip_local_port_range`). */
  readonly clientPorts: readonly [first: number, last: number];
  readonly tracked?: Iterable<TrackedConnection>;
  /** A name for an address outside. */
  nameOf?(address: string): string | undefined;
}

/** A process that takes connections on the host for the ports of containers. */
export function passesOn(process: WatchedProcess | undefined): boolean {
  return process?.container === undefined && process?.isProxy === true;
}

/** Where Docker's name server listens inside each container of a network that a user made. */
const DOCKER_DNS = '127.0.0.11';

/** Not yet a connection, or refused: nobody may have answered. */
const unborn: ReadonlySet<number> = new Set([
  socketStates.synSent,
  socketStates.synReceived,
  socketStates.newSynReceived,
]);

const open: ReadonlySet<number> = new Set([socketStates.established, socketStates.closeWait]);

interface Half {
  readonly row: SocketRow;
  readonly namespace: JoinedNamespace;
}

interface Pair {
  readonly protocol: 'tcp' | 'udp';
  client?: Half;
  server?: Half;
  /** The socket that listens, where it is seen. */
  listener?: SocketRow;
  readonly clientAddress: string;
  readonly serverAddress: string;
  readonly port: number;
  asked?: JoinedConnection['asked'];
  published?: PublishedTarget;
  guessed: boolean;
}

/** Which end of a connection a socket is. */
interface Side {
  readonly isServer: boolean;
  readonly guessed: boolean;
  readonly listener?: SocketRow;
  readonly published?: PublishedTarget;
}

/**
 * Sockets of clients among those that are connected: whose these are has to be found out, while servers are known by who listens.
 */
export function clientSockets(input: JoinInput, namespace: JoinedNamespace): number[] {
  const wanted: number[] = [];
  for (const row of namespace.look.connected) {
    if (row.inode === 0 || !isTold(row)) continue;
    const { isServer, guessed } = sideOf(input, namespace, row);
    if (!isServer || guessed) wanted.push(row.inode);
  }
  return wanted;
}

/** Joins both ends of each connection on the host, and gives each end the process or the container that it is of. */
export function joinConnections(input: JoinInput): JoinedConnection[] {
  const pairs = new Map<string, Pair>();
  for (const namespace of input.namespaces) {
    for (const row of namespace.look.connected) if (isTold(row)) addHalf(pairs, input, namespace, row);
  }
  const joined: JoinedConnection[] = [];
  for (const one of input.tracked ?? []) {
    const tuple = `${one.protocol}|${one.client}:${one.clientPort}>${one.server.address}:${one.server.port}`;
    const pair = pairs.get(tuple);
    if (pair === undefined) {
      const found = ofTracked(input, tuple, one);
      if (found !== undefined) joined.push(found);
    } else if (isTranslated(one)) pair.asked ??= one.asked;
  }
  for (const [tuple, pair] of pairs) {
    const one = toJoined(input, tuple, pair);
    if (one !== undefined) joined.push(one);
  }
  return joined;
}

function isTold({ protocol, state, remotePort, remoteAddress }: SocketRow): boolean {
  if (remotePort === 0 || remoteAddress === DOCKER_DNS) return false;
  return protocol === 'udp' || (!unborn.has(state) && state !== socketStates.close);
}

function sideOf(
  { book, namespaceOf, namespaces, clientPorts, ownerOf }: JoinInput,
  namespace: JoinedNamespace,
  row: SocketRow,
): Side {
  const { protocol, address, port, remoteAddress, remotePort } = row;
  const listener = namespace.look.listens(protocol, address, port);
  if (listener !== undefined) {
    const isProxy = namespace.isHost && passesOn(ownerOf(listener.inode));
    const published = isProxy ? book.publishedAt(protocol, address, port, true) : undefined;
    return { isServer: true, guessed: false, listener, ...(published && { published }) };
  }
  const published = book.publishedAt(protocol, remoteAddress, remotePort, namespace.isHost);
  if (published !== undefined) return { isServer: false, guessed: false, published };
  const container = book.containerAt(remoteAddress);
  const peer = isLoopbackAddress(remoteAddress)
    ? namespace
    : container !== undefined
      ? namespaceOf(container)
      : book.isHost(remoteAddress)
        ? namespaces.find(({ isHost }) => isHost)
        : undefined;
  const isOwnClient = isWithin(port, clientPorts);
  const isPeerClient = isWithin(remotePort, clientPorts);
  if (peer === undefined) {
    // Nobody here listens on the port: this is a client, unless both ports say the opposite.
    const isServer = !isOwnClient && isPeerClient;
    return { isServer, guessed: isServer };
  }
  const theirs = peer.look.listens(protocol, remoteAddress, remotePort);
  if (theirs !== undefined) return { isServer: false, guessed: false, listener: theirs };
  return { isServer: isOwnClient === isPeerClient ? port < remotePort : !isOwnClient, guessed: true };
}

function isWithin(port: number, [first, last]: readonly [number, number]): boolean {
  return port >= first && port <= last;
}

function addHalf(pairs: Map<string, Pair>, input: JoinInput, namespace: JoinedNamespace, row: SocketRow): void {
  const { isServer, guessed, listener, published } = sideOf(input, namespace, row);
  const { protocol, address, port, remoteAddress, remotePort } = row;
  const client = isServer ? remoteAddress : address;
  const clientPort = isServer ? remotePort : port;
  const asked = isServer ? { address, port } : { address: remoteAddress, port: remotePort };
  const server = published ?? asked;
  // Loopback is another one in each namespace.
  const scope = isLoopbackAddress(asked.address) ? namespace.look.network : '';
  const tuple = `${protocol}|${scope}${client}:${clientPort}>${server.address}:${server.port}`;
  let pair = pairs.get(tuple);
  if (pair === undefined) {
    pair = { protocol, clientAddress: client, serverAddress: server.address, port: server.port, guessed };
    pairs.set(tuple, pair);
  }
  if (isServer) pair.server ??= { row, namespace };
  else pair.client ??= { row, namespace };
  if (!guessed) pair.guessed = false;
  if (listener !== undefined) pair.listener ??= listener;
  if (published !== undefined) {
    pair.published ??= published;
    pair.asked ??= asked;
  }
}

function toJoined(input: JoinInput, tuple: string, pair: Pair): JoinedConnection | undefined {
  const { book } = input;
  const { protocol, port, client: own, server: theirs, asked, guessed } = pair;
  const client = own === undefined ? endpointAt(book, pair.clientAddress) : endpointOf(input, own);
  const server = serverOf(input, pair);
  const clientProcess = own && input.ownerOf(own.row.inode);
  // What an engine passes on was told at the port where it took it.
  if (own?.namespace.isHost && passesOn(clientProcess)) return undefined;
  const isOfHost = own === undefined ? book.isHost(pair.clientAddress) : own.namespace.isHost;
  if (isOfHost && clientProcess === undefined && pair.published === undefined && isPassedOn(input, pair, server)) {
    return undefined;
  }
  // The rest of one whose both ends are closed, of who knows whom on the host: it says nothing.
  if (guessed && isNobody(client) && isNobody(server)) return undefined;
  const name = server.container === undefined ? input.nameOf?.(server.address) : book.nameOf(server.container);
  const isOpen = [own, theirs].some(
    (half) => half !== undefined && (half.row.protocol === 'udp' || open.has(half.row.state)),
  );
  return {
    tuple,
    protocol,
    client,
    server,
    port,
    ...(asked !== undefined && { asked }),
    ...(name !== undefined && { name }),
    isOpen,
    by: 'sockets',
    guessed,
  };
}

/** The rest of a connection that a proxy of the host had with the container behind a published port. */
function isPassedOn(
  { book, namespaces, ownerOf }: JoinInput,
  { protocol, port }: Pair,
  { container }: Endpoint,
): boolean {
  if (container === undefined || !book.isPublished(container, protocol, port)) return false;
  const host = namespaces.find(({ isHost }) => isHost);
  return host?.look.listening.some(({ inode }) => passesOn(ownerOf(inode))) ?? false;
}

function serverOf(input: JoinInput, pair: Pair): Endpoint {
  const { book, namespaceOf, ownerOf } = input;
  const { protocol, server, published, listener, serverAddress, port } = pair;
  if (published !== undefined) {
    const { container, address } = published;
    const inner = namespaceOf(container)?.look.listens(protocol, address, port);
    return endpoint(address, inner && ownerOf(inner.inode), container);
  }
  if (server !== undefined) {
    const owner = (listener && ownerOf(listener.inode)) ?? ownerOf(server.row.inode);
    return endpoint(server.row.address, owner, server.namespace.container, server.namespace.isHost);
  }
  const container = book.containerAt(serverAddress);
  const owner = listener && ownerOf(listener.inode);
  if (container !== undefined) {
    const inner = listener ?? namespaceOf(container)?.look.listens(protocol, serverAddress, port);
    return endpoint(serverAddress, inner && ownerOf(inner.inode), container);
  }
  return endpoint(serverAddress, owner, undefined, book.isHost(serverAddress));
}

function endpointOf({ ownerOf }: JoinInput, { row, namespace }: Half): Endpoint {
  return endpoint(row.address, ownerOf(row.inode), namespace.container, namespace.isHost);
}

function isNobody({ process, container }: Endpoint): boolean {
  return process === undefined && container === undefined;
}

function endpointAt(book: AddressBook, address: string): Endpoint {
  return endpoint(address, undefined, book.containerAt(address), book.isHost(address));
}

/** @param container whose the network is; the process knows better */
function endpoint(
  address: string,
  owner: WatchedProcess | undefined,
  container: string | undefined,
  isHost = false,
): Endpoint {
  const whose = owner === undefined ? container : owner.container;
  return {
    ...(owner !== undefined && { process: owner.id }),
    ...(whose !== undefined && { container: whose }),
    ...(isHost && owner === undefined && whose === undefined && { host: true }),
    address,
  };
}

/** Seen by the kernel alone: it came and went between two looks, or is none of ours. */
function ofTracked(input: JoinInput, tuple: string, one: TrackedConnection): JoinedConnection | undefined {
  const { book, namespaceOf, ownerOf } = input;
  const { protocol, client: from, asked, server: to } = one;
  if (isLoopbackAddress(from) || isLoopbackAddress(to.address)) return undefined;
  const client = endpointAt(book, from);
  const container = book.containerAt(to.address);
  const inner =
    container === undefined ? undefined : namespaceOf(container)?.look.listens(protocol, to.address, to.port);
  const server = endpoint(to.address, inner && ownerOf(inner.inode), container);
  // Forwarded for somebody else, or of the host itself, whose own table tells it.
  if (client.container === undefined && server.container === undefined) return undefined;
  const name = container === undefined ? input.nameOf?.(to.address) : book.nameOf(container);
  return {
    ...{ tuple, protocol, client, server, port: to.port },
    ...(isTranslated(one) && { asked }),
    ...(name !== undefined && { name }),
    ...{ isOpen: false, by: 'conntrack', guessed: false },
  };
}

function isTranslated({ asked, server }: TrackedConnection): boolean {
  return asked.address !== server.address || asked.port !== server.port;
}
