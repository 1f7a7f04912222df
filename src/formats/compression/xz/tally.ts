import { zlibModule } from '../open-engine.ts';

/**
 * The sizes of all blocks of a stream, condensed: the index behind them repeats the sizes, and must agree, but nobody
 * wants to keep one record of every block.
 */
export class Tally {
  readonly #record: Buffer = Buffer.alloc(16);
  #count = 0;
  #sum = 0;

  get count(): number {
    return this.#count;
  }

  add(unpaddedSize: number, uncompressedSize: number): void {
    this.#record.writeDoubleLE(unpaddedSize, 0);
    this.#record.writeDoubleLE(uncompressedSize, 8);
    this.#sum = zlibModule().crc32(this.#record, this.#sum);
    this.#count += 1;
  }

  equals(other: Tally): boolean {
    return this.#count === other.#count && this.#sum === other.#sum;
  }
}
