import type { Dispatcher } from 'undici';

/** One request, as the rest of the program may make it: nothing is sent along. */
export interface DialRequest {
  /** Default: `GET`. */
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the headers of the answer must have come. */
  readonly headersTimeout?: number;
  /** Milliseconds that may pass between two pieces of the body. */
  readonly bodyTimeout?: number;
  readonly signal?: AbortSignal;
}

/** An answer whose body has not been read yet. Either read it to its end or discard it. */
export interface DialResponse {
  readonly status: number;
  /** Value of a header by its lower-case name; several values are joined by commas. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Buffer>;
  /** Gives the connection up without reading the body. */
  discard(): void;
}

/** Thrown by a dialer that was told to stay offline. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';
}

/**
 * The only way to the network. It is handed down to whoever needs one, so that a program that was given an offline
 * dialer has none, whatever its parts try.
 */
export interface Dialer {
  readonly offline: boolean;
  /** Hosts that were asked, with the port where it is not the usual one, in the order of the first request. */
  readonly hosts: ReadonlySet<string>;
  /**
   * Makes one request and follows no redirect.
   * @throws OfflineError when no network is allowed
   * @throws Error as the network gave it
   */
  request(url: URL, request?: DialRequest): Promise<DialResponse>;
  /** Gives up all connections. */
  close(): Promise<void>;
}

/** A dialer that has no code to connect with. */
export function offlineDialer(): Dialer {
  return {
    offline: true,
    hosts: new Set(),
    request: (url) => Promise.reject(new OfflineError(`${url.host} was not asked: no network is allowed (--offline)`)),
    close: () => Promise.resolve(),
  };
}

/** Tells whether a host can only be this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * A dialer over undici, which is loaded by the first request: a scan that needs no network does not pay for it.
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured; this machine itself is never reached through a proxy.
 */
export function networkDialer(): Dialer {
  const hosts = new Set<string>();
  let proxied: Dispatcher | undefined;
  let direct: Dispatcher | undefined;

  async function dispatcherFor(url: URL): Promise<Dispatcher> {
    const { Agent, EnvHttpProxyAgent } = await import('undici');
    if (isLoopback(url.hostname)) {
      direct ??= new Agent();
      return direct;
    }
    proxied ??= new EnvHttpProxyAgent();
    return proxied;
  }

  return {
    offline: false,
    hosts,
    async request(url, request = {}) {
      if (url.protocol !== 'https:' && url.protocol !== 'http:') {
        throw new Error(`only http and https can be asked, not ${url.protocol}`);
      }
      const dispatcher = await dispatcherFor(url);
      hosts.add(url.host);
      const response = await dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method ?? 'GET',
        headers: { ...request.headers },
        headersTimeout: request.headersTimeout ?? null,
        bodyTimeout: request.bodyTimeout ?? null,
        signal: request.signal ?? null,
      });
      return {
        status: response.statusCode,
        header: (name) => {
          const value = response.headers[name];
          return Array.isArray(value) ? value.join(', ') : value;
        },
        body: response.body,
        discard: () => {
          // An answer that nobody reads ends with an error that nobody needs.
          response.body.on('error', () => {});
          response.body.destroy();
        },
      };
    },
    async close() {
      await Promise.all([proxied?.destroy(), direct?.destroy()]);
      proxied = undefined;
      direct = undefined;
    },
  };
}
