import type { Inside } from '../inside/open-inside.ts';
import type { ListeningSocket, SocketListing } from '../sockets/listening.ts';

/** What listened at one time or another. */
export class Listings {
  readonly #gaps: Set<string>;
  readonly #sockets = new Map<string, ListeningSocket>();

  constructor(gaps: Set<string>) {
    this.#gaps = gaps;
  }

  get sockets(): readonly ListeningSocket[] {
    return [...this.#sockets.values()];
  }

  /** Looks once more. */
  async add(inside: Inside | undefined, signal: AbortSignal): Promise<void> {
    let listing: SocketListing | undefined;
    try {
      listing = await inside?.sockets(signal);
    } catch {
      signal.throwIfAborted();
      this.#gaps.add('What listened at the end could not be read: it had ended.');
    }
    for (const gap of listing?.gaps ?? []) this.#gaps.add(gap);
    for (const socket of listing?.sockets ?? []) {
      this.#sockets.set(`${socket.protocol} ${socket.address} ${socket.port} ${socket.inode}`, socket);
    }
  }
}
