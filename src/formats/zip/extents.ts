import { LOCAL_BYTES } from './entry.ts';

/** Notices members of one archive that share bytes: they let a small archive unpack to a huge one. */
export class ZipExtents {
  #starts: Float64Array = new Float64Array(16);
  #ends: Float64Array = new Float64Array(16);
  #count = 0;
  #isAscending: boolean = true;

  /** @param offset where the local header stands */
  add(offset: number, compressedSize: number): void {
    if (this.#count === this.#starts.length) this.#grow();
    const end = offset + LOCAL_BYTES + compressedSize;
    // Nearly every archive lists its members in their order, each behind the one before.
    if (this.#count > 0 && offset < (this.#ends[this.#count - 1] as number)) this.#isAscending = false;
    this.#starts[this.#count] = offset;
    this.#ends[this.#count++] = end;
  }

  /** Number of a member that shares bytes with another one, in the order of `add`. */
  get overlap(): number | undefined {
    if (this.#isAscending) return undefined;
    const starts = this.#starts;
    const order = Uint32Array.from({ length: this.#count }, (_, number) => number);
    order.sort((a, b) => (starts[a] as number) - (starts[b] as number));
    let end = 0;
    for (const number of order) {
      if ((starts[number] as number) < end) return number;
      end = this.#ends[number] as number;
    }
    return undefined;
  }

  #grow(): void {
    const larger = (old: Float64Array): Float64Array => {
      const next = new Float64Array(old.length * 2);
      next.set(old);
      return next;
    };
    this.#starts = larger(this.#starts);
    this.#ends = larger(this.#ends);
  }
}
