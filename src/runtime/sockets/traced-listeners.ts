import type { CallEvent, CallProcess, SocketAddress } from '../../model/call.ts';
import { isLoopback, type ListeningSocket } from './listening.ts';
import type { SocketProcess } from './socket-process.ts';

const MOST = 1000;

/**
 * Collects where processes began to listen, as their calls tell it: a port that was open for a moment is seen by no look.
 * Sockets of UDP listen from bind(2) on; those that let the kernel choose a port are not told, for clients do that.
 */
export class TracedListeners {
  readonly #sockets = new Map<string, ListeningSocket>();
  #missed = 0;

  get sockets(): readonly ListeningSocket[] {
    return [...this.#sockets.values()];
  }

  /** Sockets beyond those that are kept. */
  get missed(): number {
    return this.#missed;
  }

  /** @param program that the process runs, where that is known better */
  take(event: CallEvent, process: CallProcess, program: string | undefined): void {
    if (event.error !== undefined || (event.kind !== 'listen' && event.kind !== 'bind')) return;
    const protocol = event.protocol?.toLowerCase().replace(/v6$/, '');
    const { address } = event;
    if (protocol !== (event.kind === 'listen' ? 'tcp' : 'udp') || address === undefined || !isInternet(address)) return;
    if (address.port === 0) return;
    const key = `${protocol} ${address.address} ${address.port}`;
    if (this.#sockets.has(key)) return;
    if (this.#sockets.size >= MOST) {
      this.#missed++;
      return;
    }
    this.#sockets.set(key, {
      protocol,
      family: address.family === 'inet' ? 4 : 6,
      address: address.address,
      port: address.port,
      inode: 0,
      localOnly: isLoopback(address.address),
      owner: ownerOf(process, program ?? process.path),
      holders: 1,
      seenBy: 'trace',
    });
  }
}

function isInternet(address: SocketAddress): address is Extract<SocketAddress, { port: number }> {
  return address.family === 'inet' || address.family === 'inet6';
}

function ownerOf({ pid, name, arguments: words, directory, uid, gid }: CallProcess, program?: string): SocketProcess {
  return {
    pid,
    name,
    arguments: words.slice(0, 256),
    ...(program?.startsWith('/') && { executable: program }),
    ...(program?.startsWith('/memfd:') && { gone: 'memory' as const }),
    ...(directory !== undefined && { directory }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  };
}
