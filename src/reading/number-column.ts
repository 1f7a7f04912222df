/** Numbers of one width. */
type Numbers =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

/** From the narrowest on. */
const widths = [Uint8Array, Uint16Array, Uint32Array, Float64Array] as const;

/** Places for numbers that an empty column has. */
const FEW = 256;

/**
 * A column of numbers, as narrow as the largest of them lets it be: owners of nearly all files have a byte, and there are
 * millions of files. Whatever a number is, it comes back the same.
 */
export class NumberColumn {
  #values: Numbers = new Uint8Array(FEW);

  /** How many numbers there is room for. */
  get length(): number {
    return this.#values.length;
  }

  /** Bytes of each number. */
  get width(): number {
    return this.#values.BYTES_PER_ELEMENT;
  }

  at(place: number): number {
    return this.#values[place] as number;
  }

  set(place: number, value: number): void {
    const values = this.#values;
    values[place] = value;
    if (values[place] !== value) this.#widen(place, value);
  }

  /** Makes room for so many numbers. */
  grow(length: number): void {
    this.#become(this.#values.constructor as (typeof widths)[number], length);
  }

  /** The first numbers as bytes, in the byte order of this machine. */
  bytes(count: number): Uint8Array {
    return new Uint8Array(this.#values.buffer, this.#values.byteOffset, count * this.width);
  }

  /**
   * The reverse of `bytes`, of which it makes no copy.
   * @param bytes a buffer of their own
   * @returns undefined where no numbers are of such a width
   */
  static of({ buffer }: Uint8Array<ArrayBuffer>, width: number): NumberColumn | undefined {
    const made = widths.find(({ BYTES_PER_ELEMENT }) => BYTES_PER_ELEMENT === width);
    if (made === undefined) return undefined;
    const column = new NumberColumn();
    column.#values = new made(buffer);
    return column;
  }

  /** Negative numbers, fractions and very large ones all have a place in the widest. */
  #widen(place: number, value: number): void {
    const width = widths.find((made) => made === Float64Array || made.of(value)[0] === value) ?? Float64Array;
    this.#become(width, this.#values.length);
    this.#values[place] = value;
  }

  #become(width: (typeof widths)[number], length: number): void {
    const old = this.#values;
    const next = new width(length);
    next.set(old);
    this.#values = next;
    release(old);
  }
}

/**
 * Gives back the memory of an array that nobody uses any more. What grows by doubling would otherwise lie about twice,
 * until the garbage of so few objects is worth collecting.
 */
export function release({ buffer, byteLength }: ArrayBufferView): void {
  // Small ones may stand in a buffer that others are in, too.
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
