import { FormatError } from '../errors.ts';
import { release } from './number-column.ts';

const UINT32 = Uint32Array.BYTES_PER_ELEMENT;

/**
 * Texts of some of many entries: as bytes behind each other, with no object for each. Of a million links a map with
 * their targets takes four times as much. Entries are added in their order, and found by halves.
 */
export class TextColumn {
  #count = 0;
  #entries: Uint32Array<ArrayBuffer> = new Uint32Array(4);
  #ends: Uint32Array<ArrayBuffer> = new Uint32Array(4);
  #texts: Buffer = Buffer.alloc(0);

  /** How many entries have a text. */
  get count(): number {
    return this.#count;
  }

  /** @param entry larger than all before it */
  add(entry: number, text: string): void {
    const place = this.#count++;
    if (place === this.#entries.length) this.#grow();
    const start = this.#start(place);
    // Three bytes of UTF-8 are the most that a character of a text takes.
    if (start + text.length * 3 > this.#texts.length) this.#growTexts(start, text.length * 3);
    this.#entries[place] = entry;
    this.#ends[place] = start + this.#texts.write(text, start, 'utf8');
  }

  get(entry: number): string | undefined {
    const place = this.#placeOf(entry);
    return place < 0 ? undefined : this.#texts.toString('utf8', this.#start(place), this.#ends[place]);
  }

  /** Less than 0 of an entry that has no text. */
  #placeOf(entry: number): number {
    const entries = this.#entries;
    const last = this.#count - 1;
    // No entry is there twice, so that it cannot stand further from either end than it is from theirs: of entries that
    // all have a text, the place is known.
    let low = Math.max(0, last - ((entries[last] ?? 0) - entry));
    let high = Math.min(last, entry - (entries[0] ?? 0));
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle] as number) < entry) low = middle + 1;
      else high = middle;
    }
    return low === high && entries[low] === entry ? low : -1;
  }

  /** Those that have a text, in their order. */
  *entries(): Generator<number, void, void> {
    for (let place = 0; place < this.#count; place++) yield this.#entries[place] as number;
  }

  /** Plain bytes, in the byte order of this machine, and where they stand. */
  columns(): readonly Uint8Array[] {
    const { buffer, byteOffset } = this.#texts;
    return [
      new Uint8Array(this.#entries.buffer, 0, this.#count * UINT32),
      new Uint8Array(this.#ends.buffer, 0, this.#count * UINT32),
      new Uint8Array(buffer, byteOffset, this.#start(this.#count)),
    ];
  }

  /**
   * The reverse of `columns`.
   * @param take gives the next bytes, in a buffer of their own
   * @throws FormatError where they are no such columns
   */
  static of(count: number, take: (length: number) => Uint8Array<ArrayBuffer>): TextColumn {
    const column = new TextColumn();
    column.#count = count;
    column.#entries = new Uint32Array(take(count * UINT32).buffer);
    column.#ends = new Uint32Array(take(count * UINT32).buffer);
    for (let place = 1; place < count; place++) {
      const isBehind = (column.#entries[place] as number) > (column.#entries[place - 1] as number);
      if (!isBehind || column.#start(place) > (column.#ends[place] as number))
        throw new FormatError('texts of the index are in no order');
    }
    column.#texts = Buffer.from(take(column.#start(count)).buffer);
    return column;
  }

  #start(place: number): number {
    return place === 0 ? 0 : (this.#ends[place - 1] as number);
  }

  #grow(): void {
    const [entries, ends] = [this.#entries, this.#ends];
    const length = Math.max(4, entries.length * 2);
    this.#entries = new Uint32Array(length);
    this.#entries.set(entries);
    this.#ends = new Uint32Array(length);
    this.#ends.set(ends);
    release(entries);
    release(ends);
  }

  #growTexts(length: number, more: number): void {
    const old = this.#texts;
    this.#texts = Buffer.allocUnsafeSlow(Math.max(256, old.length * 2, length + more));
    old.copy(this.#texts, 0, 0, length);
    release(old);
  }
}
