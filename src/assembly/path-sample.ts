/** Paths that a report names. */
const NAMED = 100;

/** The first hundred paths of many, by name. */
export class PathSample {
  readonly #paths: string[] = [];

  add(path: string): void {
    this.#paths.push(path);
    // Sorted now and then, so that no list of all is kept.
    if (this.#paths.length === 20 * NAMED) this.#paths.sort().splice(NAMED);
  }

  first(): readonly string[] {
    return this.#paths.sort().slice(0, NAMED);
  }
}
