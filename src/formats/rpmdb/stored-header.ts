/** A header (the record of one package) as a database holds it. */
export interface StoredHeader {
  /** Number by which the database knows the package. */
  readonly number: number;
  /** Valid until the next header is asked for: the buffer is used again. */
  readonly bytes: Buffer;
}

/** Takes a sentence on what could not be read. What follows is read all the same. */
export type Report = (message: string) => void;

/** Bytes of one header; the largest known ones, of kernels and TeX, have about 8 MiB. */
export const MAX_HEADER_BYTES: number = 64 * 1024 * 1024;

/** Collects a value that stands in pieces. It grows with what really comes, not with what a length promises. */
export class Pieces {
  #bytes: Buffer = Buffer.allocUnsafe(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** What was collected; valid until the next `add` or `clear`. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
