import { reverse } from 'node:dns/promises';
import { addressScope } from '../../net/address.ts';

/** Addresses that are known by name, and that are asked for at a time. */
const MOST = 5000;
const AT_ONCE = 4;
const WAITING = 200;

/** Names of public addresses, by the name server of this machine (RFC 1035 section 3.5): each is asked for once. */
export class NameServer {
  readonly #names = new Map<string, string | undefined>();
  readonly #waiting: string[] = [];
  #asking = 0;

  /** What is known now; what is not is asked for, for the next time. */
  nameOf(address: string): string | undefined {
    if (this.#names.has(address)) return this.#names.get(address);
    if (addressScope(address) !== 'public' || this.#waiting.length >= WAITING) return undefined;
    if (this.#names.size >= MOST) this.#names.clear();
    this.#names.set(address, undefined);
    this.#waiting.push(address);
    this.#ask();
    return undefined;
  }

  #ask(): void {
    while (this.#asking < AT_ONCE) {
      const address = this.#waiting.pop();
      if (address === undefined) return;
      this.#asking++;
      reverse(address)
        .then(([name]) => {
          // Whoever owns the address says what it is called: anything.
          if (name !== undefined && /^[\w.-]{1,253}$/.test(name)) this.#names.set(address, name);
        })
        .catch(() => {})
        .finally(() => {
          this.#asking--;
          this.#ask();
        });
    }
  }
}
