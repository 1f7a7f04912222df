import { isOfInternet, MANY } from '../../runtime/topology/many-addresses.ts';
import { idPart } from './id-part.ts';
import type { Outside } from './place.ts';

const internet: Outside = { nodeId: 'internet', label: 'the internet', isPublic: true };
const elsewhere: Outside = { nodeId: 'outside', label: 'private addresses', isPublic: false };

/** Private addresses that have a node of their own: the first ones that were met. More than a person takes in are one. */
const MOST_OWN = 16;
/** Milliseconds after which the place of an address that nobody meets any more is given to another one. */
const KEPT_MS = 10 * 60_000;
const MOST_REMEMBERED = 20_000;

interface Own extends Outside {
  metAt: number;
  look: number;
}

/** Addresses that no reporter is at, and the node of each: it stays the same while the address is met. */
export class OutsideAddresses {
  readonly #public = new Set<string>();
  readonly #own = new Map<string, Own>();
  #now = 0;
  #look = 0;

  /**
   * Begins to look through all connections once more.
   * @param now milliseconds that only pass
   */
  begin(now: number): void {
    this.#now = now;
    this.#look++;
  }

  of(address: string): Outside {
    const known = this.#own.get(address);
    if (known !== undefined) {
      known.metAt = this.#now;
      known.look = this.#look;
      return known;
    }
    if (this.#public.has(address)) return internet;
    if (isOfInternet(address)) {
      // Whoever calls from everywhere costs the time of looking, and nothing more.
      if (this.#public.size >= MOST_REMEMBERED) this.#public.clear();
      this.#public.add(address);
      return internet;
    }
    if (address === MANY || !this.#hasPlace()) return elsewhere;
    const own: Own = {
      ...{ nodeId: `outside:${idPart(address)}`, label: address, isPublic: false },
      ...{ metAt: this.#now, look: this.#look },
    };
    this.#own.set(address, own);
    return own;
  }

  #hasPlace(): boolean {
    if (this.#own.size < MOST_OWN) return true;
    for (const [address, { metAt, look }] of this.#own) {
      // What the look before had may only not have been met yet by this one.
      if (look < this.#look - 1 && metAt < this.#now - KEPT_MS) {
        this.#own.delete(address);
        return true;
      }
    }
    return false;
  }
}
