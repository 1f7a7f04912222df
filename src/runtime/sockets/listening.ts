import { type NetEntry, type NetTableName, readNetTable } from './net-table.ts';
import { type ProcReader, readLink, readNames, readTargets, readText } from './proc-reader.ts';
import { readProcess, type SocketProcess } from './socket-process.ts';

/** A socket that takes connections or datagrams. */
export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp';
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
  readonly inode: number;
  /** A socket on `::` that takes IPv4, too: no other socket has the port there, and nothing says that this one does not. */
  readonly alsoV4?: true;
  /** Only processes of the same network namespace reach it. */
  readonly localOnly: boolean;
  /** The process that holds it; of several, the one that the others come from. */
  readonly owner?: SocketProcess;
  /** How many processes hold it. */
  readonly holders: number;
  /** No look found it: the calls of its process tell of it. */
  readonly seenBy?: 'trace';
}

export interface SocketListing {
  /** By port, protocol and address. */
  readonly sockets: readonly ListeningSocket[];
  /** Sentences that say what was not seen. */
  readonly gaps: readonly string[];
  /** Nobody could look: that there are no sockets says nothing. */
  readonly blind?: true;
}

/** Whose sockets are read, and how. */
export interface ListingOptions {
  readonly reader: ProcReader;
  /** Folder with the tables: `/proc/self/net` where the reader is in the namespace, `/proc/PID/net` elsewhere. */
  readonly tables?: string;
  /** Processes of the container are those in one of these namespaces, as links tell them. Absent: all that are seen. */
  readonly namespaces?: { readonly network?: string; readonly processes?: string };
  /** Sockets of other processes in the same network are left out. */
  readonly ownedOnly?: boolean;
  /** False: nobody is asked who holds them. */
  readonly owners?: boolean;
  /** Processes that are ours. */
  readonly not?: readonly number[];
  readonly littleEndian?: boolean;
  readonly signal?: AbortSignal;
}

const MiB = 1024 * 1024;
/** A table has about 150 bytes a socket; those that listen stand first in that of TCP. */
const TABLE = 16 * MiB;
const PROCESSES = 32_768;
const AT_ONCE = 32;
/** Bytes of links to sockets, of one process and of all. */
const LINKS = 1 * MiB;
const ALL_LINKS = 32 * MiB;
/** Processes that hold listening sockets and are looked at closely. */
const OWNERS = 1000;

/** Where Docker's name server listens inside each container of a network that a user made. */
const DOCKER_DNS = '127.0.0.11';

/** Reads which sockets listen in a network namespace, and who holds them. */
export async function readListening(options: ListingOptions): Promise<SocketListing> {
  const { reader, tables = '/proc/self/net', signal } = options;
  const gaps: string[] = [];
  const entries: NetEntry[] = [];
  let read = 0;
  for (const name of ['tcp', 'tcp6', 'udp', 'udp6'] satisfies NetTableName[]) {
    const text = await readText(reader, `${tables}/${name}`, TABLE, signal);
    // A kernel without IPv6 has no table of it.
    if (text === undefined) continue;
    read++;
    const { littleEndian = true } = options;
    const table = readNetTable(name, text, { littleEndian });
    entries.push(...table.entries);
    if (table.cut || text.length >= TABLE) gaps.push(`there are more ${name} sockets than were read`);
    if (table.broken > 0) gaps.push(`${table.broken} lines of the ${name} sockets could not be read`);
  }
  if (read === 0) gaps.push('the tables of sockets could not be read');
  const isAsked = options.owners !== false && entries.length > 0;
  const owned = isAsked ? await findHolders(options, entries, gaps) : new Map<number, Holders>();
  const onlyV6 = (await readText(reader, '/proc/sys/net/ipv6/bindv6only', 16, signal))?.trim() === '1';
  const sockets = entries
    .filter(({ address, inode }) => owned.has(inode) || (address !== DOCKER_DNS && options.ownedOnly !== true))
    .map((entry): ListeningSocket => {
      const { protocol, family, address, port, inode } = entry;
      const holders = owned.get(inode);
      const hasV4 = entries.some(
        (other) => other.family === 4 && other.port === port && other.protocol === protocol && other.inode !== inode,
      );
      return {
        ...{ protocol, family, address, port, inode },
        ...(address === '::' && !hasV4 && !onlyV6 && { alsoV4: true }),
        localOnly: isLoopback(address),
        ...(holders !== undefined && { owner: holders.owner }),
        holders: holders?.count ?? 0,
      };
    })
    .sort(bySocket);
  const orphans = options.owners === false ? 0 : sockets.filter(({ owner }) => owner === undefined).length;
  if (orphans > 0) gaps.push(`of ${orphans} sockets no process could be seen that holds them`);
  return { sockets, gaps, ...(read === 0 && { blind: true }) };
}

/** `127.0.0.0/8` (RFC 1122 section 3.2.1.3), `::1`, and IPv4 inside IPv6. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}

interface Holders {
  readonly owner: SocketProcess;
  readonly count: number;
}

async function findHolders(
  options: ListingOptions,
  entries: readonly NetEntry[],
  gaps: string[],
): Promise<ReadonlyMap<number, Holders>> {
  const { reader, signal } = options;
  const wanted = new Set(entries.map(({ inode }) => inode));
  const names = await readNames(reader, '/proc', 4 * MiB, signal);
  const all = names.filter((name) => /^\d{1,10}$/.test(name)).map(Number);
  const pids = all.slice(0, PROCESSES).filter((pid) => options.not?.includes(pid) !== true);
  if (all.length > PROCESSES) gaps.push(`only ${PROCESSES} of ${all.length} processes were looked at`);
  /** Processes by the socket that they hold. */
  const holders = new Map<number, number[]>();
  let bytes = 0;
  await each(pids, async (pid) => {
    if (bytes > ALL_LINKS || !(await belongs(options, pid))) return;
    for (const target of new Set(await readTargets(reader, `/proc/${pid}/fd`, 'socket:[', LINKS, signal))) {
      bytes += target.length;
      const inode = Number(target.slice('socket:['.length, -1));
      if (!wanted.has(inode)) continue;
      const list = holders.get(inode);
      if (list === undefined) holders.set(inode, [pid]);
      else list.push(pid);
    }
  });
  if (bytes > ALL_LINKS) gaps.push('the processes have more open files than were looked at');
  const closer = [...new Set([...holders.values()].flat())].sort((a, b) => a - b);
  if (closer.length > OWNERS)
    gaps.push(`only ${OWNERS} of ${closer.length} processes with sockets were looked at closely`);
  const parents = new Map<number, number | undefined>();
  const processes = new Map<number, SocketProcess>();
  await each(closer.slice(0, OWNERS), async (pid) => {
    const found = await readProcess(reader, pid, signal);
    if (found === undefined) return;
    processes.set(pid, found.process);
    parents.set(pid, found.parent);
  });
  const owned = new Map<number, Holders>();
  for (const [inode, pidsOfSocket] of holders) {
    const owner = processes.get(eldest(pidsOfSocket, parents) ?? -1);
    if (owner !== undefined) owned.set(inode, { owner, count: pidsOfSocket.length });
  }
  return owned;
}

/** A socket that was made before a fork is held by parent and children: it is the parent's. */
function eldest(pids: readonly number[], parents: ReadonlyMap<number, number | undefined>): number | undefined {
  const known = pids.filter((pid) => parents.has(pid)).sort((a, b) => a - b);
  return known.find((pid) => !known.includes(parents.get(pid) ?? -1)) ?? known[0];
}

async function belongs({ reader, namespaces, signal }: ListingOptions, pid: number): Promise<boolean> {
  if (namespaces === undefined) return true;
  const { network, processes } = namespaces;
  const [ownNetwork, ownProcesses] = await Promise.all([
    network === undefined ? undefined : readLink(reader, `/proc/${pid}/ns/net`, signal),
    processes === undefined ? undefined : readLink(reader, `/proc/${pid}/ns/pid`, signal),
  ]);
  return (
    (ownNetwork !== undefined && ownNetwork === network) || (ownProcesses !== undefined && ownProcesses === processes)
  );
}

async function each<T>(items: readonly T[], visit: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const work = async (): Promise<void> => {
    for (const item of left) await visit(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
}

function bySocket(a: ListeningSocket, b: ListeningSocket): number {
  return (
    a.port - b.port ||
    order(a.protocol, b.protocol) ||
    a.family - b.family ||
    order(a.address, b.address) ||
    a.inode - b.inode
  );
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
