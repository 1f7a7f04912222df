import type { ByteSource } from '../../model/bytes.ts';
import { truncated } from '../compression/damage.ts';
import type { Steps } from '../compression/wait.ts';

/** Bytes that are handed over at a time. */
const PIECE = 64 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

/** Where an inflow gets its bytes from. */
export interface Supply {
  /** The next bytes, at least one, valid until the next call; undefined behind the last. */
  more(): Steps<Buffer | undefined>;
  /** Passes over bytes that need not be looked at, where that is possible: how many of so many. */
  skip?(bytes: number): number;
  /** The bytes of so many from a position on, where they can be read at any place. */
  place?(position: number, bytes: number): ByteSource;
}

/** Bytes that come once, in order, at the pace of whoever takes them. */
export class Inflow {
  readonly #supply: Supply;
  #piece: Buffer = NOTHING;
  #ended: boolean = false;
  /** Bytes that were taken. */
  #position = 0;

  constructor(supply: Supply) {
    this.#supply = supply;
  }

  get position(): number {
    return this.#position;
  }

  /** The next so many bytes, fewer only at the end, which are not taken by that. Valid until the next call. */
  *peek(bytes: number): Steps<Buffer> {
    while (this.#piece.length < bytes && !this.#ended) {
      const held = this.#piece.length === 0 ? NOTHING : Buffer.from(this.#piece);
      const next = yield* this.#supply.more();
      if (next === undefined) this.#ended = true;
      this.#piece = next === undefined ? held : held.length === 0 ? next : Buffer.concat([held, next]);
    }
    return this.#piece.subarray(0, bytes);
  }

  /** Takes what comes next, at most so many bytes; nothing at the end. Valid until the next call. */
  *take(most: number): Steps<Buffer> {
    if (this.#piece.length === 0) yield* this.peek(1);
    const taken = this.#piece.subarray(0, most);
    this.#piece = this.#piece.subarray(taken.length);
    this.#position += taken.length;
    return taken;
  }

  /**
   * Takes exactly so many bytes, which must be few. Valid until the next call.
   * @throws FormatError where there are not so many
   */
  *need(bytes: number): Steps<Buffer> {
    const taken = yield* this.peek(bytes);
    if (taken.length < bytes) throw truncated();
    this.#piece = this.#piece.subarray(bytes);
    this.#position += bytes;
    return taken;
  }

  /**
   * Passes over bytes.
   * @throws FormatError where there are not so many
   */
  *skip(bytes: number): Steps {
    let left = bytes;
    while (left > 0) {
      const inHand = Math.min(left, this.#piece.length);
      this.#piece = this.#piece.subarray(inHand);
      const passed = inHand > 0 ? inHand : (this.#supply.skip?.(left) ?? 0);
      this.#position += passed;
      left -= passed;
      if (passed === 0 && (yield* this.peek(1)).length === 0) throw truncated();
      if (inHand > 0) yield 'pause';
    }
  }

  /** The next so many bytes at any place, where they can be read so; it is shorter where they end. They are not taken by that. */
  place(bytes: number): ByteSource | undefined {
    return this.#supply.place?.(this.#position, bytes);
  }

  /** The next so many bytes, or all that come, as an inflow of their own. What is taken of it is taken here. */
  part(bytes: number = Number.POSITIVE_INFINITY): Inflow {
    let left = bytes;
    const start = this.#position;
    const whole = this;
    return new Inflow({
      *more() {
        const piece = left === 0 ? NOTHING : yield* whole.take(Math.min(left, PIECE));
        left -= piece.length;
        return piece.length === 0 ? undefined : piece;
      },
      ...(this.#supply.place && {
        place: (position: number, most: number) =>
          this.#supply.place?.(start + position, Math.min(most, bytes - position)) as ByteSource,
      }),
    });
  }
}

/** The bytes of a source from a position on. */
export function inflowOf(source: ByteSource): Inflow {
  let position = 0;
  const window = Buffer.allocUnsafe(Math.min(PIECE, source.size));
  return new Inflow({
    // biome-ignore lint/correctness/useYield: nothing has to be waited for
    *more() {
      const got = source.read(window, position);
      position += got;
      return got === 0 ? undefined : window.subarray(0, got);
    },
    skip(bytes) {
      const passed = Math.max(0, Math.min(bytes, source.size - position));
      position += passed;
      return passed;
    },
    place: (at, bytes) => source.slice(at, bytes),
  });
}
