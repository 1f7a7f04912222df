import { isAnyAddress } from './kernel-address.ts';
import type { ProcFolder } from './proc-folder.ts';
import { type SocketRow, SocketTable, socketStates } from './socket-table.ts';

/** Bytes of one table: some 150 a socket. */
const TABLE = 16 * 1024 * 1024;
/** Tables of UDP are read once in so many looks. */
const UDP_TURNS = 3;

/** Sockets of one network namespace at one look. */
export interface NamespaceLook {
  /** As links name it: `net:[4026531840]`. */
  readonly network: string;
  readonly listening: readonly SocketRow[];
  /** Those with a peer. */
  readonly connected: readonly SocketRow[];
  /** Whether somebody takes connections to this address and port. */
  listens(protocol: 'tcp' | 'udp', address: string, port: number): SocketRow | undefined;
}

const tables = [
  ['tcp', 'tcp'],
  ['tcp6', 'tcp'],
  ['udp', 'udp'],
  ['udp6', 'udp'],
] as const;

/** The tables of sockets of one network namespace, look by look. */
export class NamespaceSockets {
  readonly network: string;
  readonly #proc: ProcFolder;
  readonly #tables = tables.map(([name, protocol]) => ({ name, protocol, table: new SocketTable(protocol) }));
  #udp: readonly SocketRow[] = [];
  #turn = 0;

  constructor(proc: ProcFolder, network: string) {
    this.#proc = proc;
    this.network = network;
  }

  /**
   * @param pid any process in it
   * @param firstClientPort where ports begin that the kernel gives to clients: a socket of UDP there serves nobody
   * @returns undefined where the tables cannot be read: the process may have ended
   */
  look(pid: number | 'self', firstClientPort: number): NamespaceLook | undefined {
    const listening: SocketRow[] = [];
    const connected: SocketRow[] = [];
    const isUdpDue = this.#turn++ % UDP_TURNS === 0;
    const udp: SocketRow[] = [];
    let isRead = false;
    for (const { name, protocol, table } of this.#tables) {
      if (protocol === 'udp' && !isUdpDue) continue;
      const bytes = this.#proc.bytes(`${pid}/net/${name}`, TABLE);
      if (bytes !== undefined) isRead = true;
      const rows = table.read(bytes);
      if (protocol === 'udp') udp.push(...rows);
      else for (const row of rows) (row.state === socketStates.listen ? listening : connected).push(row);
    }
    if (!isRead) return undefined;
    if (isUdpDue) this.#udp = udp;
    for (const row of this.#udp) {
      if (row.remotePort !== 0) connected.push(row);
      else if (row.port < firstClientPort) listening.push(row);
    }
    return { network: this.network, listening, connected, listens: listeners(listening) };
  }
}

function listeners(rows: readonly SocketRow[]): NamespaceLook['listens'] {
  const byPort = new Map<string, SocketRow[]>();
  for (const row of rows) {
    const key = `${row.protocol}${row.port}`;
    const list = byPort.get(key);
    if (list === undefined) byPort.set(key, [row]);
    else list.push(row);
  }
  return (protocol, address, port) =>
    byPort.get(`${protocol}${port}`)?.find((row) => row.address === address || isAnyAddress(row.address));
}
