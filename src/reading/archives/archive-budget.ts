import { LimitError } from '../../errors.ts';
import type { Limits } from '../../limits.ts';

export type ArchiveLimits = Pick<
  Limits,
  'archiveDepth' | 'archiveMembers' | 'archiveBytes' | 'ratio' | 'ratioFloorBytes' | 'bodyBytes' | 'randomBytes'
>;

/**
 * What the archives of one layer may have together. Besides the limits, what is read of them must stay in proportion to what
 * they take in the layer, so that a few small ones cannot use up everything.
 */
export class ArchiveBudget {
  readonly #limits: ArchiveLimits;
  #members = 0;
  #bytes = 0;
  /** Bytes of the archives that stand in the layer itself. */
  #size = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  /** No further archive can be read. */
  get isSpent(): boolean {
    return this.#members > this.#limits.archiveMembers || this.#bytes > this.#limits.archiveBytes;
  }

  /** Begins an archive of the layer itself. */
  open(size: number): void {
    this.#size += size;
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
    const { archiveBytes, ratio, ratioFloorBytes } = this.#limits;
    if (this.#bytes > archiveBytes) {
      throw new LimitError(`what was read of the archives of the layer has more than ${archiveBytes} bytes`);
    }
    if (this.#bytes > Math.max(ratioFloorBytes, ratio * this.#size)) {
      throw new LimitError(`what was read of the archives of the layer has more than ${ratio} times their size`);
    }
  }
}
