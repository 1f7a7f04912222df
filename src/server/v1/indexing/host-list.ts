import { isIP } from 'node:net';
import { UsageError } from '../../../errors.ts';

/** How a host came onto the list. `address`: its address itself is listed; `name`: a name, whose addresses others tell. */
export type HostKind = 'address' | 'name';

interface Entry {
  readonly hostname: string;
  /** Absent: any port. */
  readonly port?: number;
}

/** Hosts that layers may be fetched from. */
export class HostList {
  readonly #entries: readonly Entry[];

  /**
   * @param entries `registry.example.org`, `registry.example.org:5000`, `10.0.0.7:9279`, `[fd00::7]:5000`
   * @throws UsageError `usage.configuration` for what is no host
   */
  constructor(entries: readonly string[]) {
    this.#entries = entries.map(parseEntry);
  }

  /** What kind of host a URL leads to; undefined: it is not on the list. Names with a dot at their end are others. */
  find(url: URL): HostKind | undefined {
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
    const isListed = this.#entries.some(
      (entry) => entry.hostname === url.hostname && (entry.port === undefined || entry.port === port),
    );
    if (!isListed) return undefined;
    const { hostname } = url;
    return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 ? 'address' : 'name';
  }
}

function parseEntry(text: string): Entry {
  const parts = /^(\[[^\]/?#@\\\s]+\]|[^\s:/?#@\\[\]]+)(?::(\d{1,5}))?$/.exec(text);
  const [, host = '', port] = parts ?? [];
  const url = `http://${host}/`;
  if (parts === null || !URL.canParse(url) || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) {
    throw new UsageError(
      'usage.configuration',
      `${JSON.stringify(text)} is no host that layers may come from: write NAME, NAME:PORT, or an address instead of NAME`,
    );
  }
  return { hostname: new URL(url).hostname, ...(port !== undefined && { port: Number(port) }) };
}
