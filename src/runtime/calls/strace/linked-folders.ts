import { normalise } from './clean-path.ts';

/** Links that a run made and that are remembered. */
const MAX_LINKS = 1000;
/** As many as Linux follows (path_resolution(7)). */
const MAX_FOLLOWED = 40;

/** Where links lead that stand for folders: those of the image, and those that the run made. */
export class LinkedFolders {
  readonly #made = new Map<string, string>();
  /** Further names of files, and the names that they had before (link(2)). */
  readonly #names = new Map<string, string>();
  readonly #inImage: ((folder: string) => string) | undefined;

  /** @param inImage the folder that a path of the image is, with all links followed */
  constructor(inImage?: (folder: string) => string) {
    this.#inImage = inImage;
  }

  /** There are no links that are known. */
  get none(): boolean {
    return this.#made.size === 0 && this.#inImage === undefined;
  }

  /** @param target as it is written in the link */
  add(path: string, target: string): void {
    if (this.#made.size >= MAX_LINKS) this.#made.delete(this.#made.keys().next().value!);
    const folder = path.slice(0, path.lastIndexOf('/'));
    this.#made.set(path, normalise(target.startsWith('/') ? target : `${folder}/${target}`));
  }

  /** A file got one more name. */
  name(path: string, to: string): void {
    if (this.#names.size >= MAX_LINKS) this.#names.delete(this.#names.keys().next().value!);
    this.#names.set(to, this.#names.get(path) ?? path);
  }

  /** The first name of a file, where it is known that it has several. */
  firstName(path: string): string {
    return this.#names.get(path) ?? path;
  }

  move(path: string, to: string): void {
    const first = this.#names.get(path);
    this.#names.delete(path);
    this.#names.delete(to);
    if (first !== undefined) this.#names.set(to, first);
    const target = this.#made.get(path);
    this.#made.delete(to);
    if (target === undefined) return;
    this.#made.delete(path);
    this.#made.set(to, target);
  }

  remove(path: string): void {
    this.#made.delete(path);
    this.#names.delete(path);
  }

  /** A folder with all links of its path followed, as far as they are known; as it is where they lead nowhere. */
  real(folder: string): string {
    let path = folder;
    for (let count = 0; count < MAX_FOLLOWED; count++) {
      const next = this.#step(path);
      if (next === undefined) return this.#inImage === undefined ? path : this.#inImage(path);
      path = next;
    }
    return folder;
  }

  #step(path: string): string | undefined {
    if (this.#made.size === 0) return undefined;
    for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
      const start = end < 0 ? path : path.slice(0, end);
      const target = this.#made.get(start);
      if (target !== undefined) return normalise(`${target}/${path.slice(start.length)}`);
      if (end < 0) return undefined;
    }
  }
}
