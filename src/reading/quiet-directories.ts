import { normalisePath } from '../formats/tar/path.ts';
import type { PlainHeader } from '../formats/tar/plain-header.ts';
import type { AnalyzerReader } from './analyzer-reader.ts';
import type { LayerIndex } from './layer-index.ts';

/** Spellings of directories that are remembered: of one directory there may be any number. */
const REMEMBERED = 200_000;

const LOUD = -1;

/**
 * Directories of a layer in which no analyzer wants anything, as the names of its members spell them. Members of a
 * directory stand together in nearly every archive, so most of the time one comparison of bytes is all.
 */
export class QuietDirectories {
  readonly #index: LayerIndex;
  readonly #readers: readonly AnalyzerReader[];
  readonly #known: Map<string, number> = new Map();
  readonly #last: Buffer = Buffer.alloc(100);
  #lastLength = -1;
  #lastNumber = LOUD;
  /** Sets of readers that some directory has; the first means that nobody was asked yet. */
  readonly #sets: (readonly AnalyzerReader[] | undefined)[] = [undefined];
  /** By the number of a directory, the number of its set. */
  #setOf: Uint16Array = new Uint16Array(64);

  constructor(index: LayerIndex, readers: readonly AnalyzerReader[]) {
    this.#index = index;
    this.#readers = readers;
  }

  /** Number of the directory in the index, or -1 where its members must be shown to the analyzers. */
  numberOf({ bytes, start, name }: PlainHeader): number {
    const length = name - start;
    if (length !== this.#lastLength || !this.#isLast(bytes, start)) {
      bytes.copy(this.#last, 0, start, name);
      this.#lastLength = length;
      this.#lastNumber = this.#lookUp(bytes.toString('latin1', start, name));
    }
    return this.#lastNumber;
  }

  /** Readers of those analyzers that may want something in the directory that has this number in the index. */
  readersIn(number: number): readonly AnalyzerReader[] {
    if (number >= this.#setOf.length) {
      const larger = new Uint16Array(Math.max(number + 1, this.#setOf.length * 2));
      larger.set(this.#setOf);
      this.#setOf = larger;
    }
    let set = this.#setOf[number] as number;
    if (set === 0) {
      set = this.#findSet(this.#index.directories[number] as string);
      this.#setOf[number] = set;
    }
    return this.#sets[set] as readonly AnalyzerReader[];
  }

  /** Number of the set of readers of a directory: nearly all directories have one of a few. */
  #findSet(directory: string): number {
    const readers = this.#readers.filter(({ analyzer }) => analyzer.within?.(directory) ?? true);
    const found = this.#sets.findIndex(
      (set) => set?.length === readers.length && set.every((reader, i) => reader === readers[i]),
    );
    return found > 0 ? found : this.#sets.push(readers) - 1;
  }

  #isLast(bytes: Buffer, start: number): boolean {
    const last = this.#last;
    for (let i = 0; i < this.#lastLength; i++) if (bytes[start + i] !== last[i]) return false;
    return true;
  }

  #lookUp(spelling: string): number {
    const known = this.#known.get(spelling);
    if (known !== undefined) return known;
    const { path, escapes } = normalisePath(spelling);
    const number = escapes || this.#isWanted(path) ? LOUD : this.#index.directoryId(path);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(spelling, number);
    return number;
  }

  #isWanted(directory: string): boolean {
    return this.#readers.some(({ analyzer }) => analyzer.within?.(directory) ?? true);
  }
}
