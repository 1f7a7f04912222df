/** Names as bytes behind each other, by number. */
export class NameList {
  #bytes: Buffer = Buffer.alloc(1024);
  #ends: Uint32Array = new Uint32Array(64);
  #count = 0;

  /** @returns the number of the name */
  add(name: Uint8Array): number {
    const number = this.#count++;
    const start = this.#start(number);
    const end = start + name.length;
    if (end > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, end));
      this.#bytes.copy(larger, 0, 0, start);
      this.#bytes = larger;
    }
    if (number === this.#ends.length) {
      const larger = new Uint32Array(this.#ends.length * 2);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#bytes.set(name, start);
    this.#ends[number] = end;
    return number;
  }

  nameOf(number: number): string {
    return this.#bytes.toString('utf8', this.#start(number), this.#ends[number]);
  }

  /** Whether a name is these bytes. */
  hasName(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const own = this.#start(number);
    if ((this.#ends[number] as number) - own !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#bytes[own + i - start] !== bytes[i]) return false;
    return true;
  }

  /** Whether a name is this part of a text, which is ASCII. */
  hasText(number: number, text: string, start: number, end: number): boolean {
    const own = this.#start(number);
    if ((this.#ends[number] as number) - own !== end - start) return false;
    for (let i = start; i < end; i++) if (this.#bytes[own + i - start] !== text.charCodeAt(i)) return false;
    return true;
  }

  #start(number: number): number {
    return number === 0 ? 0 : (this.#ends[number - 1] as number);
  }
}
