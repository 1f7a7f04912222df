/** Files and folders that are remembered of a layer; beyond, an assembly is listed beside the package it belongs to. */
const MAX_CLAIMS = 1_000_000;

/**
 * Which files of a layer belong to packages that are listed already, so that an assembly is not listed a second time under
 * the name that it has itself. Case does not count: lists of files are often made on Windows.
 */
export class Claims {
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();

  /** All files below a folder. */
  addFolder(folder: string): void {
    if (this.#folders.size < MAX_CLAIMS) this.#folders.add(folder.toLowerCase());
  }

  /** @param folder with a slash at its end, or '' */
  addFiles(folder: string, files: readonly string[]): void {
    for (const file of files) {
      if (this.#files.size >= MAX_CLAIMS) return;
      this.#files.add((folder + file).toLowerCase());
    }
  }

  has(path: string): boolean {
    const lower = path.toLowerCase();
    if (this.#files.has(lower)) return true;
    if (this.#folders.size === 0) return false;
    for (let end = lower.lastIndexOf('/'); end >= 0; end = end === 0 ? -1 : lower.lastIndexOf('/', end - 1)) {
      if (this.#folders.has(lower.slice(0, end + 1))) return true;
    }
    return false;
  }
}
