import type { ConnectionOptions, Connections, Reach } from './connections.ts';
import type { Dialer, DialRequest } from './dial.ts';

/**
 * A dialer over undici, which is loaded by the first request: a scan that needs no network does not pay for it.
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured, unless it is told to connect directly; this machine itself is never
 * reached through a proxy.
 */
export function networkDialer(options: ConnectionOptions = {}): Dialer {
  const hosts = new Set<string>();
  let made: Promise<Connections> | undefined;
  const connect = async (): Promise<Connections> => new (await import('./connections.ts')).Connections(options);
  return {
    offline: false,
    hosts,
    async request(url, request = {}) {
      if (url.protocol !== 'https:' && url.protocol !== 'http:') {
        throw new Error(`only http and https can be asked, not ${url.protocol}`);
      }
      made ??= connect();
      const connections = await made;
      const dispatcher = connections.to(url, reachOf(request));
      hosts.add(url.host);
      const response = await dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method ?? 'GET',
        headers: { ...request.headers },
        headersTimeout: request.headersTimeout ?? null,
        bodyTimeout: request.bodyTimeout ?? null,
        signal: request.signal ?? null,
        body: request.body ?? null,
      });
      return {
        status: response.statusCode,
        isPublic: connections.isPublic(url.hostname),
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
    contacted: (host) => void hosts.add(host),
    async close() {
      const open = await made;
      made = undefined;
      await open?.close();
    },
  };
}

function reachOf({ publicOnly, routedOnly, notLinkLocal }: DialRequest): Reach {
  if (publicOnly === true) return 'public';
  if (routedOnly === true) return 'routed';
  return notLinkLocal === true ? 'not link-local' : 'everywhere';
}
