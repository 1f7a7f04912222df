import { createHash } from 'node:crypto';

/**
 * Some files of a layer, by where their bodies stand in it: two members may have one path, no two files one place. Plain
 * data, so that a thread can be told.
 */
export type ChosenFiles = Float64Array;

/** @param offsets in any order */
export function chooseFiles(offsets: readonly number[]): ChosenFiles {
  return Float64Array.from(offsets).sort();
}

/** Tells quickly whether a file is among the chosen ones, when it is asked in the order of the layer. */
export class ChosenFinder {
  readonly #offsets: ChosenFiles;
  #at = 0;

  constructor(offsets: ChosenFiles) {
    this.#offsets = offsets;
  }

  has(offset: number): boolean {
    const offsets = this.#offsets;
    if (this.#at > 0 && (offsets[this.#at - 1] as number) >= offset) this.#at = 0;
    while (this.#at < offsets.length && (offsets[this.#at] as number) < offset) this.#at++;
    return offsets[this.#at] === offset;
  }
}

/** Names the choice: the same files, the same text. */
export function nameOfChoice(files: ChosenFiles): string {
  const bytes = new Uint8Array(files.buffer, files.byteOffset, files.byteLength);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
