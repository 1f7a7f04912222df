import { plainAddress } from './kernel-address.ts';

/** A connection that the kernel tracks: as it was asked for, and who answers it. */
export interface TrackedConnection {
  readonly protocol: 'tcp' | 'udp';
  readonly client: string;
  readonly clientPort: number;
  /** What the client asked for. */
  readonly asked: { readonly address: string; readonly port: number };
  /** Who answers: another where the host translates addresses. */
  readonly server: { readonly address: string; readonly port: number };
}

/** Connections that are read of one table. */
const MOST = 20_000;

const direction = String.raw`src=([\da-fA-F.:]{2,45}) dst=([\da-fA-F.:]{2,45}) sport=(\d{1,5}) dport=(\d{1,5})`;
/** Counters stand between the directions where the system keeps them (net.netfilter.nf_conntrack_acct). */
const both = new RegExp(`${direction} (?:packets=\\d{1,20} bytes=\\d{1,20} )?${direction}`);

/**
 * The table of /proc/net/nf_conntrack (net/netfilter/nf_conntrack_standalone.c of the kernel), read again and again: each line
 * tells both directions, the second as the answers come. Connections that nobody answered are left out.
 */
export class ConntrackTable {
  #known = new Map<string, TrackedConnection>();

  /** @param text whole lines; what is behind the last line break was cut */
  read(text: string): Iterable<TrackedConnection> {
    const now = new Map<string, TrackedConnection>();
    for (let start = 0; start < text.length && now.size < MOST; ) {
      const end = text.indexOf('\n', start);
      if (end < 0) break;
      const line = end - start > 1024 ? '' : text.slice(start, end);
      start = end + 1;
      const from = line.indexOf('src=');
      if (from < 0 || line.includes('[UNREPLIED]') || line.includes(' SYN_')) continue;
      const to = line.indexOf(' mark=', from);
      const key = line.slice(0, 20) + line.slice(from, to < 0 ? undefined : to);
      const known = this.#known.get(key) ?? parse(line);
      if (known !== undefined) now.set(key, known);
    }
    this.#known = now;
    return now.values();
  }
}

function parse(line: string): TrackedConnection | undefined {
  const protocol = line.includes(' tcp ') ? 'tcp' : line.includes(' udp ') ? 'udp' : undefined;
  const found = both.exec(line);
  if (protocol === undefined || found === null) return undefined;
  const [, client = '', asked = '', clientPort, askedPort, server = '', , serverPort] = found;
  return {
    protocol,
    client: plainAddress(client),
    clientPort: Number(clientPort),
    asked: { address: plainAddress(asked), port: Number(askedPort) },
    server: { address: plainAddress(server), port: Number(serverPort) },
  };
}
