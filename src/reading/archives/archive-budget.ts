import { LimitError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';

export type ArchiveLimits = Pick<
  Limits,
  'archiveDepth' | 'archiveMembers' | 'archiveBytes' | 'ratio' | 'ratioFloorBytes' | 'bodyBytes' | 'randomBytes'
>;

/**
 * What the archives of one layer may have together. Besides the limits, what is read of each must stay in proportion to what
 * it takes in the layer; what is beyond comes out of one allowance for all of them, so that a few small ones cannot use up
 * everything, and an honest one behind them is still read.
 */
export class ArchiveBudget {
  readonly #limits: ArchiveLimits;
  /** Streams being decompressed, one in the other, whose decoders may hold 144 MiB each. */
  openWindows = 0;
  #members = 0;
  #bytes = 0;
  /** Bytes that the archive of the layer that is read now may still have by its size, and those beyond that. */
  #proportionate = 0;
  #beyond: number;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
    this.#beyond = limits.ratioFloorBytes;
  }

  /** No further archive can be read. */
  get isSpent(): boolean {
    return this.#members > this.#limits.archiveMembers || this.#bytes > this.#limits.archiveBytes;
  }

  /** Begins an archive of the layer itself. */
  open(size: number): void {
    this.#proportionate = this.#limits.ratio * size;
  }

  /** @throws LimitError where there are too many */
  countMember(): void {
    const { archiveMembers } = this.#limits;
    if (++this.#members > archiveMembers) {
      throw new LimitError(`the archives of the layer have more than ${archiveMembers} members together`);
    }
  }

  /**
   * Counts bytes that were inflated or read.
   * @throws LimitError where they are too many
   */
  spend(bytes: number): void {
    this.#bytes += bytes;
    const { archiveBytes, ratio } = this.#limits;
    if (this.#bytes > archiveBytes) {
      throw new LimitError(`what was read of the archives of the layer has more than ${archiveBytes} bytes`);
    }
    const excess = Math.max(0, bytes - this.#proportionate);
    this.#proportionate -= bytes - excess;
    this.#beyond -= excess;
    if (excess > 0 && this.#beyond < 0) throw new LimitError(`it grows to more than ${ratio} times its size`);
  }
}
