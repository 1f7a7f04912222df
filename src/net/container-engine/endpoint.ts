import { UsageError } from '../../errors.ts';

/** Certificates of a TLS connection, PEM. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** False where the user switched the check of the engine's certificate off. */
  readonly verify: boolean;
}

/** Where an engine listens. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsMaterial }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** Private key file, where it is not one that ssh finds by itself. */
      readonly identity?: string;
      /** What to run there: it joins its standard input and output to the engine. */
      readonly command: readonly string[];
    };

/** An endpoint with the words in which people know it. */
export interface EngineAddress {
  readonly endpoint: Endpoint;
  /** `unix:///var/run/docker.sock`. */
  readonly address: string;
  /** Who named it: `DOCKER_HOST`, `the context "build"`; absent for the usual places. */
  readonly from?: string;
}

/** How to read an address that a setting of the user gives. */
export interface AddressRules {
  /** Who named it, for errors. */
  readonly from: string;
  /** Socket that `unix://` alone means. */
  readonly defaultSocket: string;
  readonly tls?: TlsMaterial;
  readonly identity?: string;
  /** Program that joins its standard streams to an engine over ssh, with or without the path of its socket. */
  dialStdio(socket: string | undefined): readonly string[];
}

const PORT = 2375;
const TLS_PORT = 2376;

/**
 * Reads `unix:///path`, `tcp://host:port` or `ssh://user@host:port/path`, as Docker and Podman write them.
 * @throws UsageError on anything else
 */
export function parseAddress(address: string, rules: AddressRules): EngineAddress {
  const bad = (why: string): UsageError =>
    new UsageError('usage.configuration', `${rules.from}: ${JSON.stringify(address)} ${why}`);
  const scheme = /^([a-z]+):\/\//.exec(address)?.[1];
  const rest = scheme === undefined ? address : address.slice(scheme.length + 3);
  const whole = (endpoint: Endpoint): EngineAddress => ({ endpoint, address, from: rules.from });
  if (scheme === 'unix') return whole({ kind: 'unix', path: rest === '' ? rules.defaultSocket : rest });
  if (scheme !== undefined && scheme !== 'tcp' && scheme !== 'ssh') {
    throw bad('is an address that is not supported; unix://, tcp:// and ssh:// are');
  }
  // A scheme of the web makes URL leave out a port that is its default, so one that has none is used.
  const text = `engine://${rest}`;
  if (!URL.canParse(text)) throw bad('is no address');
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === '' || !/^[\w.:%-]+$/.test(host) || host.startsWith('-')) throw bad('names no host');
  const port = url.port === '' ? undefined : Number(url.port);
  const path = decoded(url.pathname);
  if (scheme === 'ssh') {
    const user = decoded(url.username);
    if (user !== '' && !/^[\w.@\\+-]+$/.test(user)) throw bad('names a user that cannot be');
    // It becomes part of a command line that a shell of the other machine reads.
    if (!/^[\w./@+-]*$/.test(path)) throw bad('names a socket whose path has special characters');
    return whole({
      kind: 'ssh',
      host,
      command: rules.dialStdio(path === '' || path === '/' ? undefined : path),
      ...(user !== '' && { user }),
      ...(port !== undefined && { port }),
      ...(rules.identity !== undefined && { identity: rules.identity }),
    });
  }
  if (path !== '' && path !== '/') throw bad('has a path, which is not supported');
  const { tls } = rules;
  return whole({
    kind: 'tcp',
    host,
    port: port ?? (tls === undefined ? PORT : TLS_PORT),
    ...(tls !== undefined && { tls }),
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Tells whether an engine is reached over a network. */
export function isRemote(endpoint: Endpoint): boolean {
  return endpoint.kind !== 'unix';
}
