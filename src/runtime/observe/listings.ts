import type { Inside } from '../inside/open-inside.ts';
import type { ListeningSocket, SocketListing } from '../sockets/listening.ts';

/** Sockets that are kept; an image could open others all the time. */
const MOST = 20_000;

/** What listened at one time or another. */
export class Listings {
  readonly #gaps: Set<string>;
  readonly #sockets = new Map<string, ListeningSocket>();
  #hasLooked = false;

  constructor(gaps: Set<string>) {
    this.#gaps = gaps;
  }

  get sockets(): readonly ListeningSocket[] {
    return [...this.#sockets.values()];
  }

  /** Somebody could read what listens, once at least. */
  get hasLooked(): boolean {
    return this.#hasLooked;
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
    if (listing === undefined) return;
    if (listing.blind !== true) this.#hasLooked = true;
    this.#forgetCallers(listing);
    for (const socket of listing.sockets) {
      const key = keyOf(socket);
      if (this.#sockets.size < MOST || this.#sockets.has(key)) this.#sockets.set(key, socket);
      else this.#gaps.add(`Of the sockets that listened, ${MOST} are kept.`);
    }
  }

  /** Whoever asks over UDP has a socket that looks like one of a server, at a port that the kernel chose, and soon gives it up. */
  #forgetCallers({ sockets }: SocketListing): void {
    const now = new Set(sockets.map(keyOf));
    for (const [key, { protocol, port }] of this.#sockets) {
      if (protocol === 'udp' && port >= LOWEST_CHOSEN && !now.has(key)) this.#sockets.delete(key);
    }
  }
}

/** Where ports that the kernel chooses begin (ip(7), ip_local_port_range). */
const LOWEST_CHOSEN = 32_768;

function keyOf({ protocol, address, port, inode }: ListeningSocket): string {
  return `${protocol} ${address} ${port} ${inode}`;
}
