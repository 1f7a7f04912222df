import { isIP } from 'node:net';

/** Where to listen. */
export interface ListenAddress {
  /** A name or an address, without brackets; absent: every address of this machine. */
  readonly host?: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** `HOST:PORT`, `[::1]:6060`, `:6060`; undefined when it is none. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const found = /^(?:\[([^\]]*)\]|([^:[\]\s/@]*)):(\d{1,5})$/.exec(text);
  if (found === null) return undefined;
  const [, bracketed, bare = '', digits] = found;
  const port = Number(digits);
  if (port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) return undefined;
  const host = bracketed ?? bare;
  // As Docker and Go have it, an address of zeros is every address too.
  return host === '' || host === '*' || host === '0.0.0.0' || host === '::'
    ? { port, ...(host === '0.0.0.0' && { host }) }
    : { host, port };
}

/** Tells whether only this machine can reach it. */
export function isLocalAddress({ host }: ListenAddress): boolean {
  return host !== undefined && (host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host));
}

/** `127.0.0.1:6060`, `[::1]:6060`, `:6060`. */
export function showAddress({ host, port }: ListenAddress): string {
  return `${host?.includes(':') === true ? `[${host}]` : (host ?? '')}:${port}`;
}
