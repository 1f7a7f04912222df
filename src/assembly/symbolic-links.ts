import type { PathTree } from './path-tree.ts';
import { partsIn } from './tree-budget.ts';
import { NONE } from './tree-nodes.ts';

/** Parts of the paths of all links that are followed; honest images have some 100,000. */
const MOST_STEPS = 2_000_000;
/** Names that links give folders; honest images have some thousands, also where every package is linked to each that needs it. */
const MOST_NAMES = 300_000;
/** Links in one name: to the file, to its folder, to the folder of that. */
const MOST_LINKS = 3;

/** A name that links give a folder, up to the link. */
interface Place {
  readonly link: number;
  /** What comes behind it. */
  readonly below: string;
  readonly links: number;
}

/**
 * The symbolic links of a merged tree that are in sight, by the files and folders that they lead to, however many links
 * are on the way. Those that lead nowhere, or in a circle, are left out; none leads out of the tree.
 */
export class SymbolicLinks {
  readonly #tree: PathTree;
  readonly #byTarget: Map<number, number[]> = new Map();
  /** By folder all of its names but its own path. */
  readonly #names: Map<number, readonly string[]> = new Map();
  #steps = 0;
  #count = 0;

  constructor(tree: PathTree) {
    this.#tree = tree;
  }

  /** Whether there were more links, or more names, than are followed. */
  get isExhausted(): boolean {
    return this.#steps > MOST_STEPS || this.#count > MOST_NAMES;
  }

  /** Whether a folder is shown anywhere else. */
  get hasFolders(): boolean {
    return this.#byTarget.size > 0;
  }

  /**
   * Follows a link, and remembers it where it leads to a folder.
   * @returns the node of the file that it leads to
   */
  follow(link: number): number | undefined {
    if (this.isExhausted) return undefined;
    const path = this.#tree.pathOf(link);
    this.#steps += partsIn(path);
    const { node } = this.#tree.find(path);
    if (node === undefined) return undefined;
    if (this.#tree.typeOf(node) !== 'directory') return node;
    const known = this.#byTarget.get(node);
    if (known === undefined) this.#byTarget.set(node, [link]);
    else known.push(link);
    return undefined;
  }

  /** The names that links give a folder, besides its own path. Asked when all links were followed. */
  namesOf(folder: number): readonly string[] {
    if (this.#byTarget.size === 0) return [];
    let names = this.#names.get(folder);
    if (names === undefined) {
      names = this.#findNames(folder);
      this.#names.set(folder, names);
    }
    return names;
  }

  #findNames(folder: number): readonly string[] {
    const seen = new Set<string>();
    const places: Place[] = [{ link: folder, below: '', links: 0 }];
    for (const place of places) {
      let { below } = place;
      for (let at = place.link; at !== NONE; at = this.#tree.parentOf(at)) {
        for (const link of this.#byTarget.get(at) ?? []) {
          if (this.isExhausted) return [...seen];
          this.#count++;
          const path = this.#tree.pathOf(link) + below;
          if (seen.has(path)) continue;
          seen.add(path);
          if (place.links + 1 < MOST_LINKS) places.push({ link, below, links: place.links + 1 });
        }
        below = `/${this.#tree.nameOf(at)}${below}`;
      }
    }
    return [...seen];
  }
}

/** Whether a node is a symbolic link, itself or as a hard link to one. */
export function isSymbolicLink(tree: PathTree, node: number): boolean {
  const type = tree.typeOf(node);
  if (type !== 'hardlink') return type === 'symlink';
  const content = tree.contentOf(node);
  return content !== undefined && tree.typeOf(content) === 'symlink';
}
