/** One line of /proc/net/{tcp,tcp6,udp,udp6} (proc_net_tcp.txt of the kernel's documentation; net/ipv4/tcp_ipv4.c). */
export interface NetEntry {
  readonly protocol: 'tcp' | 'udp';
  readonly family: 4 | 6;
  /** As node:net writes it: `127.0.0.1`, `::1`, `::ffff:10.0.0.1`. */
  readonly address: string;
  readonly port: number;
  /** Effective user when the socket was made, as the reader of the file numbers users. */
  readonly uid: number;
  readonly inode: number;
}

export type NetTableName = 'tcp' | 'tcp6' | 'udp' | 'udp6';

export interface NetTable {
  readonly entries: readonly NetEntry[];
  /** Lines that make no sense. */
  readonly broken: number;
  /** The table has more sockets than are taken. */
  readonly cut: boolean;
}

/** TCP_LISTEN; and TCP_CLOSE, which a UDP socket is in until it is connected to one peer. */
const states = { tcp: '0A', udp: '07' } as const;

/** sl, local, remote, state, queues, timer, retransmits, uid, timeout, inode; tables of UDP pad what tables of TCP do not. */
const line =
  /^ {0,8}\d{1,10}: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]{8,32}:[0-9A-F]{4} ([0-9A-F]{2}) [0-9A-F]{8,16}:[0-9A-F]{8,16} [0-9A-F]{2}:[0-9A-F]{8,16} [0-9A-F]{8,16} {1,10}(\d{1,10}) {1,10}\d{1,10} {1,10}(\d{1,20})(?: |$)/;

/** Sockets that listen, of a table of all sockets of one network namespace. */
export function readNetTable(
  name: NetTableName,
  text: string,
  { littleEndian = true, most = 10_000 }: { readonly littleEndian?: boolean; readonly most?: number } = {},
): NetTable {
  const protocol = name.startsWith('tcp') ? 'tcp' : 'udp';
  const entries: NetEntry[] = [];
  let broken = 0;
  // The first line is a heading. A line that ends nowhere is one that was cut.
  let start = text.indexOf('\n') + 1;
  for (let end = text.indexOf('\n', start); start > 0 && end >= 0; end = text.indexOf('\n', start)) {
    const fields = end - start > 512 ? null : line.exec(text.slice(start, end));
    start = end + 1;
    if (fields === null) {
      broken++;
      continue;
    }
    const [, address = '', port = '', state, uid, inode] = fields;
    if (state !== states[protocol]) continue;
    if (entries.length >= most) return { entries, broken, cut: true };
    entries.push({
      protocol,
      family: address.length === 8 ? 4 : 6,
      address: readAddress(address, littleEndian),
      port: Number.parseInt(port, 16),
      uid: Number(uid),
      inode: Number(inode),
    });
  }
  return { entries, broken, cut: false };
}

/** An address as the kernel prints it: words of 32 bits, each in the byte order of the machine. */
function readAddress(hex: string, littleEndian: boolean): string {
  const bytes = Buffer.from(hex, 'hex');
  if (littleEndian) bytes.swap32();
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${[...bytes.subarray(12)].join('.')}`;
  }
  return compress(groups);
}

/** RFC 5952 section 4: the longest run of zeros is left out, the first of those that are as long, and never a single one. */
function compress(groups: readonly number[]): string {
  let [from, length] = [0, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > length) [from, length] = [start, end - start];
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return length === 1 ? text(groups) : `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`;
}
