import { kernelAddress } from './kernel-address.ts';

/** One socket of a table of /proc/net: not changed once it is made, and the same object for as long as nothing changes. */
export interface SocketRow {
  readonly protocol: 'tcp' | 'udp';
  /** IPv4 inside IPv6 as IPv4. */
  readonly address: string;
  readonly port: number;
  readonly remoteAddress: string;
  /** 0 where it has no peer. */
  readonly remotePort: number;
  /** As the kernel numbers them (include/net/tcp_states.h). */
  readonly state: number;
  /** 0 where no process holds it any more. */
  readonly inode: number;
}

/** TCP_ESTABLISHED and so on; a UDP socket without a peer is in CLOSE. */
export const socketStates = {
  established: 1,
  synSent: 2,
  synReceived: 3,
  finWait1: 4,
  finWait2: 5,
  timeWait: 6,
  close: 7,
  closeWait: 8,
  lastAck: 9,
  listen: 10,
  closing: 11,
  newSynReceived: 12,
} as const;

/** Rows of one table; a kernel tells as many as there are sockets. */
const ROWS = 100_000;

const [COLON, BLANK, LINE] = [0x3a, 0x20, 0x0a];

/**
 * One table of one network namespace (`tcp`, `tcp6`, `udp`, `udp6`; Documentation/networking/proc_net_tcp.rst of the
 * kernel), read again and again. Rows that stay are found by their bytes, since most of them do.
 */
export class SocketTable {
  readonly #protocol: 'tcp' | 'udp';
  #rows = new Map<string, SocketRow>();
  /** Lines that made no sense at the last look. */
  broken = 0;
  isCut = false;

  constructor(protocol: 'tcp' | 'udp') {
    this.#protocol = protocol;
  }

  /** @param bytes the whole table; undefined: there is none */
  read(bytes: Buffer | undefined): Iterable<SocketRow> {
    const before = this.#rows;
    const rows = new Map<string, SocketRow>();
    this.broken = 0;
    this.isCut = false;
    // The first line is a heading.
    let start = bytes === undefined ? 0 : bytes.indexOf(LINE) + 1;
    for (; bytes !== undefined && start > 0 && start < bytes.length; ) {
      const end = bytes.indexOf(LINE, start);
      // A line without an end is one that was cut.
      if (end < 0 || rows.size >= ROWS) {
        this.isCut = true;
        break;
      }
      if (!this.#take(bytes, start, end, before, rows)) this.broken++;
      start = end + 1;
    }
    this.#rows = rows;
    return rows.values();
  }

  #take(
    bytes: Buffer,
    start: number,
    end: number,
    before: Map<string, SocketRow>,
    rows: Map<string, SocketRow>,
  ): boolean {
    const colon = bytes.indexOf(COLON, start);
    if (colon < 0 || colon + 2 >= end || colon - start > 12 || end - start > 512) return false;
    // `LOCAL:PORT REMOTE:PORT STATE`: two addresses of 8 or 32 digits.
    const from = colon + 2;
    const isLong = bytes[from + 8] !== COLON;
    const to = from + (isLong ? 2 * 37 : 2 * 13) + 4;
    if (to >= end) return false;
    const inode = numberAt(bytes, to, end, 6);
    if (inode === undefined) return false;
    const key = bytes.toString('latin1', from, to);
    const known = before.get(key);
    if (known !== undefined && known.inode === inode) {
      rows.set(key, known);
      return true;
    }
    const row = this.#row(key, isLong ? 32 : 8, inode);
    if (row === undefined) return false;
    // Two sockets of one address and port (SO_REUSEPORT): the inode tells them apart.
    rows.set(rows.has(key) ? `${key} ${inode}` : key, row);
    return true;
  }

  #row(key: string, digits: number, inode: number): SocketRow | undefined {
    if (!/^[\dA-F]+:[\dA-F]{4} [\dA-F]+:[\dA-F]{4} [\dA-F]{2}$/.test(key)) return undefined;
    const remote = digits + 6;
    const [address, remoteAddress] = [
      kernelAddress(key.slice(0, digits)),
      kernelAddress(key.slice(remote, remote + digits)),
    ];
    if (address === undefined || remoteAddress === undefined) return undefined;
    return {
      protocol: this.#protocol,
      address,
      port: hex(key, digits + 1, 4),
      remoteAddress,
      remotePort: hex(key, remote + digits + 1, 4),
      state: hex(key, key.length - 2, 2),
      inode,
    };
  }
}

function hex(text: string, at: number, length: number): number {
  return Number.parseInt(text.slice(at, at + length), 16);
}

/** The field so many fields behind `start`, where those are separated by blanks. */
function numberAt(bytes: Buffer, start: number, end: number, field: number): number | undefined {
  let at = start;
  for (let passed = 0; ; passed++) {
    while (at < end && bytes[at] === BLANK) at++;
    if (passed === field - 1) break;
    while (at < end && bytes[at] !== BLANK) at++;
  }
  let value = 0;
  let digits = 0;
  for (; at < end && digits < 16; at++, digits++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return digits === 0 ? undefined : value;
}
