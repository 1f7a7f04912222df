import { LimitError } from '../../errors.ts';

/** Tests, objects or states that a document may have. */
const MAXIMUM = 8_000_000;

/**
 * Numbers for the ids of a document, in the order in which they are met. Ids are `oval:publisher:tst:2009504818`: the
 * number at the end is kept as one, since documents have millions of them.
 */
export class OvalIds {
  readonly #byPrefix = new Map<string, Map<number | string, number>>();
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** The id's number, or undefined if it was not met. */
  find(id: string): number | undefined {
    const [prefix, key] = parts(id);
    return this.#byPrefix.get(prefix)?.get(key);
  }

  /** The id's number, which is made if it is new. */
  number(id: string): number {
    const [prefix, key] = parts(id);
    let keys = this.#byPrefix.get(prefix);
    if (keys === undefined) {
      keys = new Map();
      this.#byPrefix.set(prefix, keys);
    }
    let number = keys.get(key);
    if (number === undefined) {
      if (this.#count >= MAXIMUM) throw new LimitError(`the OVAL document has more than ${MAXIMUM} tests or states`);
      number = this.#count++;
      keys.set(key, number);
    }
    return number;
  }
}

function parts(id: string): [prefix: string, key: number | string] {
  const colon = id.lastIndexOf(':');
  const last = id.slice(colon + 1);
  // Ids with a leading zero or too many digits stay text: their number would not tell them apart.
  return /^[1-9]\d{0,14}$/.test(last) ? [id.slice(0, colon), Number(last)] : ['', id];
}
