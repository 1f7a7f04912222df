import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from 'undici';
import { type AddressScope, addressScope } from './address.ts';
import { AddressError, isLoopback } from './dial.ts';

/** How names and addresses are judged; tests, which must stay on this machine, say otherwise. */
export interface ConnectionOptions {
  /** All addresses of a name; default: `dns.lookup`. */
  readonly lookup?: LookupFunction;
  /** Default: `addressScope`. */
  readonly scopeOf?: (address: string) => AddressScope;
  /** No proxy is used, whatever the environment says: it would look up names where nobody here can check them. */
  readonly direct?: boolean;
  /** Certificates are not checked. */
  readonly insecureTls?: boolean;
  /** Reaches all hosts through this proxy, this machine too, whatever the environment says. */
  readonly proxy?: string;
  /** What TLS is spoken with. */
  readonly tls?: TlsOptions;
}

/** For a server that wants to know who asks, or that has a certificate of its own making. All of it is PEM. */
export interface TlsOptions {
  readonly certificate?: string;
  readonly key?: string;
  /** The only authorities that are trusted; absent: those of Node.js. */
  readonly ca?: string;
  /** The name that the certificate of the server shall have, where it is not that of the URL. */
  readonly serverName?: string;
}

/** Which addresses may be connected to. */
export type Reach = 'everywhere' | 'not link-local' | 'routed' | 'public';

/** What is wrong with an address that is not allowed, and with a name that has no other. */
const words = {
  public: ['is not an address of the public internet', 'no address of the public internet'],
  routed: ['is an address of this machine, or a link-local or reserved one', 'no address of another machine'],
  'not link-local': ['is a link-local address', 'only link-local addresses'],
  everywhere: ['is no address', 'no address'],
} as const satisfies Record<Reach, readonly [address: string, name: string]>;

/**
 * Bytes that a server may send ahead over HTTP/2, on one stream and on a connection. What undici has by default (256 and
 * 512 KiB) lets a layer come at 2 MB/s from a registry that is 100 ms away.
 * Not as `h2Options.settings`, where undici 8.12 does not look for the first of them.
 */
const windows = { initialWindowSize: 4 * 1024 * 1024, connectionWindowSize: 16 * 1024 * 1024 };

/**
 * The connections of a dialer. Those of each reach are kept apart, so that none to an address that is not allowed is used
 * again; the address that was checked is the one that is connected to.
 */
export class Connections {
  readonly #scopeOf: (address: string) => AddressScope;
  readonly #lookup: LookupFunction;
  readonly #direct: boolean;
  readonly #proxy: string | undefined;
  readonly #tls: object;
  readonly #dispatchers: Map<string, Dispatcher> = new Map();
  /** Names of which a public address was seen, and those of which only others were. */
  readonly #public: Map<string, boolean> = new Map();

  constructor(options: ConnectionOptions) {
    this.#scopeOf = options.scopeOf ?? addressScope;
    this.#lookup = options.lookup ?? lookup;
    this.#direct = options.direct ?? false;
    this.#proxy = options.proxy;
    const { certificate, key, ca, serverName } = options.tls ?? {};
    this.#tls = {
      ...(options.insecureTls === true && { rejectUnauthorized: false }),
      ...(certificate !== undefined && { cert: certificate }),
      ...(key !== undefined && { key }),
      ...(ca !== undefined && { ca }),
      ...(serverName !== undefined && { servername: serverName }),
    };
  }

  /** @throws AddressError where the URL itself names an address that is not allowed */
  to(url: URL, reach: Reach): Dispatcher {
    const isAddress = isLoopback(url.hostname) || isLiteral(url.hostname);
    if (isAddress && !this.#isAllowed(url.hostname, reach)) {
      throw new AddressError(`${url.hostname} ${words[reach][0]}`);
    }
    const proxied = !this.#direct && !isLoopback(url.hostname);
    const key = `${proxied} ${reach}`;
    const known = this.#dispatchers.get(key);
    if (known !== undefined) return known;
    const agent = {
      connect: { lookup: this.#lookupFor(reach), ...this.#tls },
      // What is spoken within the tunnel of a proxy.
      requestTls: this.#tls,
      ...windows,
    };
    const made = this.#makeDispatcher(agent, proxied);
    this.#dispatchers.set(key, made);
    return made;
  }

  #makeDispatcher(agent: EnvHttpProxyAgent.Options & Agent.Options, proxied: boolean): Dispatcher {
    if (this.#proxy !== undefined) return new ProxyAgent({ ...agent, uri: this.#proxy });
    return proxied ? new EnvHttpProxyAgent(agent) : new Agent(agent);
  }

  /** Names that a proxy resolved are taken for public. */
  isPublic(hostname: string): boolean {
    if (isLiteral(hostname)) return this.#isPublicAddress(hostname);
    return this.#public.get(hostname) ?? hostname !== 'localhost';
  }

  #isPublicAddress(hostname: string): boolean {
    return this.#isAllowed(hostname, 'public');
  }

  #isAllowed(hostname: string, reach: Reach): boolean {
    const scope = this.#scopeOf(hostname.replace(/^\[|\]$/g, ''));
    switch (reach) {
      case 'everywhere':
        return true;
      case 'not link-local':
        return scope !== 'link-local';
      case 'routed':
        return scope === 'public' || scope === 'private';
      case 'public':
        return scope === 'public';
    }
  }

  #lookupFor(reach: Reach): LookupFunction {
    return (hostname: string, options: LookupOptions, callback) => {
      this.#lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error !== null) return callback(error, '', 0);
        const addresses = found as unknown as LookupAddress[];
        const isPublic = addresses.some(({ address }) => this.#isPublicAddress(address));
        // A name that was public once stays so: its owner could say otherwise from one moment to the next.
        this.#public.set(hostname, isPublic || this.#public.get(hostname) === true);
        const allowed = addresses.filter(({ address }) => this.#isAllowed(address, reach));
        const [first] = allowed;
        if (first === undefined) {
          return callback(new AddressError(`${hostname} has ${words[reach][1]}`), '', 0);
        }
        if (options.all === true) callback(null, allowed);
        else callback(null, first.address, first.family);
      });
    };
  }

  async close(): Promise<void> {
    const open = [...this.#dispatchers.values()];
    this.#dispatchers.clear();
    await Promise.all(open.map((dispatcher) => dispatcher.destroy()));
  }
}

/** Tells whether a host of a URL is an address and no name: URL writes IPv4 addresses in one form only. */
function isLiteral(hostname: string): boolean {
  return hostname.startsWith('[') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(hostname);
}
