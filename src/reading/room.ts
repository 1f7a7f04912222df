import type { Limits } from '../limits.ts';

/** What one layer may hold. */
export interface Room {
  /** Members that it may have. */
  readonly entries: number;
  /** Asked for more where `held` bytes are needed; answers how many the layer may hold altogether. */
  extend(held: number): number;
}

/** A room that is given back. */
export interface PoolRoom extends Room {
  /** Bytes that it has. */
  readonly granted: number;
  close(): void;
}

/** All that an image may hold, for a layer alone. */
export function roomOf(limits: Pick<Limits, 'heldBytes' | 'imageEntries'>): Room {
  return { entries: limits.imageEntries, extend: () => limits.heldBytes };
}

/** Bytes that a room gets at a time. */
const STEP = 1024 * 1024;

/** Bytes of memory that all readings of an image share, those that are finished and those that are going on. */
export class RoomPool {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get free(): number {
    return this.#limit - this.#used;
  }

  /** Books what a finished reading holds; less than nothing gives it back. */
  book(bytes: number): void {
    this.#used += bytes;
  }

  /**
   * A room for a reading that is going on.
   * @param most bytes that it may get
   * @param release called where more is needed than is free: gives back what it can
   * @param refuse called where there is not enough
   */
  open(
    entries: number,
    most: number,
    release: (needed: number) => void = () => undefined,
    refuse: () => void = () => undefined,
  ): PoolRoom {
    let granted = 0;
    return {
      entries,
      get granted() {
        return granted;
      },
      extend: (held) => {
        const wanted = Math.min(most, held + STEP) - granted;
        if (wanted > this.free) release(wanted - this.free);
        const more = Math.max(0, Math.min(wanted, this.free));
        granted += more;
        this.#used += more;
        if (granted < held) refuse();
        return granted;
      },
      close: () => {
        this.#used -= granted;
        granted = 0;
      },
    };
  }
}
