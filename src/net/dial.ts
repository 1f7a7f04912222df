import type { Readable } from 'node:stream';

/** One request, as the rest of the program may make it: nothing is sent along. */
export interface DialRequest {
  /** Default: `GET`. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** A stream is read once: another attempt needs another one. Its length stands in `content-length`. */
  readonly body?: string | Uint8Array | Readable;
  /**
   * Connects to addresses of the public internet only: for an address that a stranger named. What a proxy of the
   * environment connects to is for that proxy to decide, unless the address itself stands in the URL.
   */
  readonly publicOnly?: boolean;
  /**
   * Connects to addresses of the public internet and of private networks only: neither to this machine nor to link-local
   * or reserved ones. For names that somebody trusts, whoever says what their addresses are.
   */
  readonly routedOnly?: boolean;
  /** Connects to no link-local address, where clouds hand out the keys of a machine to whoever asks from it. */
  readonly notLinkLocal?: boolean;
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
  /** False when the host that answered is known to be this machine or one of its own network. */
  readonly isPublic: boolean;
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

/** Thrown when a host that was to be public is not. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
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
   * @throws AddressError when the host has only addresses that are not allowed
   * @throws Error as the network gave it
   */
  request(url: URL, request?: DialRequest): Promise<DialResponse>;
  /** Adds a host that was asked over a connection of another kind: a container engine on another machine. */
  contacted(host: string): void;
  /** Gives up all connections. */
  close(): Promise<void>;
}

/** A dialer that has no code to connect with. */
export function offlineDialer(): Dialer {
  return {
    offline: true,
    hosts: new Set(),
    request: (url) => Promise.reject(new OfflineError(`${url.host} was not asked: no network is allowed (--offline)`)),
    contacted() {},
    close: () => Promise.resolve(),
  };
}

/** Tells whether a host can only be this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
