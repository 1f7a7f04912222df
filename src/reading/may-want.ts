import type { Analyzer } from '../model/analyzer.ts';
import { WantedNames } from './wanted-names.ts';

/** Tells of a file, before anything is made of it, whether an analyzer may want it: by its name, or by its directory. */
export class MayWant {
  readonly #names: WantedNames;
  readonly #others: readonly Analyzer[];
  readonly #directories: Map<string, boolean> = new Map();

  constructor(analyzers: readonly Analyzer[]) {
    this.#names = new WantedNames(analyzers);
    this.#others = analyzers.filter(({ names }) => names === undefined);
  }

  has(directory: string, name: string, mode: number): boolean {
    if (this.#names.hasName(name, mode)) return true;
    let known = this.#directories.get(directory);
    if (known === undefined) {
      known = this.#others.some((analyzer) => analyzer.within?.(directory) ?? true);
      this.#directories.set(directory, known);
    }
    return known;
  }
}
