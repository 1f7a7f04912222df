import type { CallEvent, SocketAddress } from '../../model/call.ts';

/** What a call works on, as `fd.*` tells it. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'socket';
      readonly protocol: string | undefined;
      readonly local?: SocketAddress | undefined;
      readonly remote?: SocketAddress | undefined;
      /** Its address is that of the server; of an accepted connection that is not known. */
      readonly server?: SocketAddress | undefined;
      readonly client?: SocketAddress | undefined;
    }
  | { readonly kind: 'other'; readonly type: string };

/** What the call works on; undefined where that is nothing with a name. */
export function targetOf(event: CallEvent): Target | undefined {
  switch (event.kind) {
    case 'open':
      return event.path === undefined ? undefined : { kind: 'file', path: event.path };
    case 'map':
      return event.path === undefined ? undefined : { kind: 'file', path: event.path };
    case 'connect':
    case 'send':
      return socket(event.protocol, { remote: event.address, server: event.address });
    case 'receive':
    case 'accept':
      return socket(event.protocol, { remote: event.address, client: event.address });
    case 'bind':
    case 'listen':
      return socket(event.protocol, { local: event.address, server: event.address });
    case 'duplicate':
      if (event.from?.kind === 'file') return { kind: 'file', path: event.from.path };
      if (event.from?.kind === 'memory') return { kind: 'file', path: event.from.name };
      if (event.from?.kind === 'socket')
        return socket(event.from.protocol, { remote: event.from.remote, server: event.from.remote });
      return event.from === undefined
        ? undefined
        : { kind: 'other', type: event.from.text.startsWith('pipe') ? 'pipe' : 'other' };
    default:
      return undefined;
  }
}

function socket(
  protocol: string | undefined,
  ends: { readonly [End in 'local' | 'remote' | 'server' | 'client']?: SocketAddress | undefined },
): Target {
  return { kind: 'socket', protocol, ...ends };
}

/** Dotted form of an IPv4 address that stands in an IPv6 one (RFC 4291 section 2.5.5.2). */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address);
  return mapped === null ? address.toLowerCase() : mapped[1]!;
}

/** An address with a port. */
export const isInternet = (
  address: SocketAddress | undefined,
): address is SocketAddress & { readonly port: number; readonly address: string } =>
  address?.family === 'inet' || address?.family === 'inet6';
