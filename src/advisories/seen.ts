/** A set of small whole numbers, in one bit each. */
export class NumberSet {
  #bits: Uint8Array = new Uint8Array(1024);

  add(value: number): void {
    const index = value >>> 3;
    if (index >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(index + 1, this.#bits.length * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    this.#bits[index] = (this.#bits[index] as number) | (1 << (value & 7));
  }

  has(value: number): boolean {
    return ((this.#bits[value >>> 3] ?? 0) & (1 << (value & 7))) !== 0;
  }
}
