import type { SocketAddress } from '../../../model/call.ts';
import type { TracedDescriptor, TracedSocket } from './descriptor.ts';

/** Sockets that are kept: those that were used last. */
const MOST = 10_000;

/**
 * What calls said of sockets of which strace knows no more than a number, `3<socket:[12]>`: kernels that are none of
 * Linux (gVisor) do not answer what it asks them, and those of containers without a netlink socket neither. Numbers are of
 * a container, so that one serves all its processes.
 */
export class UnnamedSockets {
  readonly #sockets = new Map<string, TracedSocket>();

  /** A socket was made: socket(2). */
  made(descriptor: TracedDescriptor | undefined, family: string, type: string): void {
    const key = keyOf(descriptor);
    if (key !== undefined) this.#keep(key, { protocol: protocolOf(family, type) });
  }

  /** A socket got its address: bind(2). */
  bound(descriptor: TracedDescriptor | undefined, local: SocketAddress): void {
    const key = keyOf(descriptor);
    const known = key === undefined ? undefined : this.#sockets.get(key);
    if (key !== undefined && known !== undefined) this.#keep(key, { ...known, local });
  }

  /** A connection was taken: accept(2). */
  accepted(descriptor: TracedDescriptor | undefined, by: TracedSocket | undefined, remote?: SocketAddress): void {
    const key = keyOf(descriptor);
    if (key === undefined || by === undefined) return;
    this.#keep(key, { protocol: by.protocol, ...(by.local && { local: by.local }), ...(remote && { remote }) });
  }

  /** The socket of a descriptor with all that is known of it. */
  of(descriptor: TracedDescriptor | undefined): TracedSocket | undefined {
    const key = keyOf(descriptor);
    const known = key === undefined ? undefined : this.#sockets.get(key);
    if (key === undefined || known === undefined) return descriptor?.socket;
    this.#keep(key, known);
    return known;
  }

  #keep(key: string, socket: TracedSocket): void {
    this.#sockets.delete(key);
    if (this.#sockets.size >= MOST) this.#sockets.delete(this.#sockets.keys().next().value!);
    this.#sockets.set(key, socket);
  }
}

function keyOf(descriptor: TracedDescriptor | undefined): string | undefined {
  return descriptor?.socket?.protocol === 'socket' ? descriptor.text : undefined;
}

function protocolOf(family: string, type: string): string {
  if (family === 'AF_UNIX') return 'unix';
  if (family === 'AF_NETLINK') return 'netlink';
  if (family !== 'AF_INET' && family !== 'AF_INET6') return 'socket';
  return { SOCK_STREAM: 'tcp', SOCK_DGRAM: 'udp' }[type] ?? 'raw';
}
