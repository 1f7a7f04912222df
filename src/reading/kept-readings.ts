import { hasProblem, heldBytes } from './ledger.ts';
import type { LayerReading } from './read-layer.ts';
import type { RoomPool } from './room.ts';

/** Readings of an image by the names of their layers, and what they hold of the memory that it may take. */
export class KeptReadings {
  readonly #pool: RoomPool;
  /** Whole ones, which other images of the same source can use. */
  readonly #known: Map<string, LayerReading>;
  /** Those that a budget of this image, or its time, cut short. */
  readonly #cutShort: Map<string, LayerReading> = new Map();
  readonly #names: readonly (string | undefined)[];

  /**
   * @param names of the layers of this image, base first
   * @param known readings of other images of the same source; grows
   */
  constructor(names: readonly (string | undefined)[], known: Map<string, LayerReading>, pool: RoomPool) {
    this.#names = names;
    this.#known = known;
    this.#pool = pool;
    for (const reading of known.values()) pool.book(heldBytes(reading));
    const listed = new Set(names);
    // What only other images have goes where it is too much already.
    for (const name of known.keys()) if (pool.free < 0 && !listed.has(name)) this.#drop(name);
  }

  get(name: string | undefined): LayerReading | undefined {
    return name === undefined ? undefined : (this.#cutShort.get(name) ?? this.#known.get(name));
  }

  keep(name: string | undefined, reading: LayerReading): void {
    this.#pool.book(heldBytes(reading));
    if (name === undefined) return;
    this.#drop(name);
    const whole = !hasProblem(reading, 'layer.limit') && !hasProblem(reading, 'scan.timeout');
    (whole ? this.#known : this.#cutShort).set(name, reading);
  }

  /** Keeps less of a reading, for this image only. */
  replace(name: string | undefined, before: LayerReading, after: LayerReading): void {
    this.#pool.book(heldBytes(after));
    if (name === undefined) this.#pool.book(-heldBytes(before));
    else {
      this.#drop(name);
      this.#cutShort.set(name, after);
    }
  }

  /** Gives up a reading that is of no use. */
  forget(name: string | undefined): void {
    if (name !== undefined) this.#drop(name);
  }

  /**
   * Gives up readings until so many bytes are given back: those of other images first, then those of the uppermost
   * layers.
   * @param upTo layers up to this number are needed
   */
  release(needed: number, upTo: number): void {
    const enough = this.#pool.free + needed;
    const below = new Set(this.#names.slice(0, upTo + 1));
    const above = this.#names.slice(upTo + 1).reverse();
    const listed = new Set(this.#names);
    const others = [...this.#known.keys()].filter((name) => !listed.has(name));
    for (const name of [...others, ...above]) {
      if (this.#pool.free >= enough) return;
      // What was cut short may be all that there ever is of a layer.
      if (name !== undefined && !below.has(name) && !this.#cutShort.has(name)) this.#drop(name);
    }
  }

  #drop(name: string): void {
    for (const readings of [this.#known, this.#cutShort]) {
      const reading = readings.get(name);
      if (reading === undefined) continue;
      readings.delete(name);
      this.#pool.book(-heldBytes(reading));
    }
  }
}
