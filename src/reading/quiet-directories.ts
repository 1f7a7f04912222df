import { normalisePath } from '../formats/tar/path.ts';
import type { PlainHeader } from '../formats/tar/plain-header.ts';
import type { Analyzer } from '../model/analyzer.ts';
import type { LayerIndex } from './layer-index.ts';

/** Spellings of directories that are remembered: of one directory there may be any number. */
const REMEMBERED = 200_000;

const LOUD = -1;

/** What is known of a directory by its number; 0: nothing yet. */
const QUIET = 1;
const WANTED = 2;

/**
 * Directories of a layer in which no analyzer wants anything, as the names of its members spell them. Members of a
 * directory stand together in nearly every archive, so most of the time one comparison of bytes is all.
 */
export class QuietDirectories {
  readonly #index: LayerIndex;
  readonly #analyzers: readonly Analyzer[];
  readonly #known: Map<string, number> = new Map();
  readonly #last: Buffer = Buffer.alloc(100);
  #lastLength = -1;
  #lastNumber = LOUD;
  /** By the number of a directory. */
  #asked: Uint8Array = new Uint8Array(64);

  constructor(index: LayerIndex, analyzers: readonly Analyzer[]) {
    this.#index = index;
    this.#analyzers = analyzers;
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

  /** Whether nothing is wanted in the directory that has this number in the index. */
  has(number: number): boolean {
    if (number >= this.#asked.length) {
      const larger = new Uint8Array(Math.max(number + 1, this.#asked.length * 2));
      larger.set(this.#asked);
      this.#asked = larger;
    }
    const known = this.#asked[number] as number;
    if (known !== 0) return known === QUIET;
    const isWanted = this.#isWanted(this.#index.directories[number] as string);
    this.#asked[number] = isWanted ? WANTED : QUIET;
    return !isWanted;
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
    return this.#analyzers.some((analyzer) => analyzer.within?.(directory) ?? true);
  }
}
