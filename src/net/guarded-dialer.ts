import type { Dialer } from './dial.ts';

/**
 * A dialer for addresses that strangers name: it connects to the public internet, and beyond it to the hosts that
 * somebody listed, and to no other, whatever redirects and token services say. The connections stay those of the other
 * dialer, which outlives it.
 * @param hosts `registry.example`, `10.0.0.5:5000`: without a port any port of the host; asked at each request
 * @param reach `routed`: to private networks, too, but neither to this machine nor to link-local addresses
 */
export function guardedDialer(
  inner: Dialer,
  hosts: () => readonly string[],
  reach: 'public' | 'routed' = 'public',
): Dialer {
  const bound = reach === 'public' ? { publicOnly: true } : { routedOnly: true };
  const asked = new Set<string>();
  return {
    offline: inner.offline,
    // Of this dialer alone: the other one may serve many.
    hosts: asked,
    request: async (url, request = {}) => {
      const response = inner.request(url, isListed(url, hosts()) ? request : { ...request, ...bound });
      if (!inner.offline) asked.add(url.host);
      return await response;
    },
    contacted: (host) => {
      asked.add(host);
      inner.contacted(host);
    },
    close: () => Promise.resolve(),
  };
}

/** Tells whether a list of hosts names the one of a URL. */
export function isListed(url: URL, hosts: readonly string[]): boolean {
  return hosts.some((entry) => {
    const host = entry.toLowerCase();
    if (host === url.hostname) return true;
    // URL leaves out the usual port of its scheme.
    const port = url.port === '' ? (url.protocol === 'http:' ? '80' : '443') : url.port;
    return host === `${url.hostname}:${port}`;
  });
}
