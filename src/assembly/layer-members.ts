import type { FileType } from '../model/file.ts';
import { hashName, type LayerIndex } from '../reading/layer-index.ts';
import { PAUSE, type TreeBudget } from './tree-budget.ts';
import type { TreeLinks } from './tree-links.ts';
import type { TreeNames } from './tree-names.ts';
import { NONE, type TreeNodes } from './tree-nodes.ts';

/** Puts what one layer brings on top of the layers below, each member where a runtime that unpacks the layer puts it. */
export class LayerMembers {
  readonly #names: TreeNames;
  readonly #nodes: TreeNodes;
  readonly #links: TreeLinks;
  readonly #budget: TreeBudget;
  readonly #index: LayerIndex;
  readonly #layer: number;
  /** For each directory of the layer the node that it was found at, or NONE, and the epoch in which it was. */
  readonly #known: Int32Array;
  readonly #knownSince: Float64Array;
  /** The node of each entry; NONE until it is put in place, and of those that are left out. */
  readonly placed: Int32Array;

  /** @param layer the number of the layer */
  constructor(names: TreeNames, links: TreeLinks, budget: TreeBudget, index: LayerIndex, layer: number) {
    this.#names = names;
    this.#nodes = names.nodes;
    this.#links = links;
    this.#budget = budget;
    this.#index = index;
    this.#layer = layer;
    this.#known = new Int32Array(index.directories.length);
    this.#knownSince = new Float64Array(index.directories.length).fill(NONE);
    this.placed = new Int32Array(index.count).fill(NONE);
  }

  /** @param linkedBelow content of hard links by entry, for those whose target the layer itself removed */
  *place(linkedBelow: ReadonlyMap<number, number> | undefined): Generator<undefined, void> {
    const index = this.#index;
    const known = this.#known;
    const knownSince = this.#knownSince;
    for (let entry = 0; entry < index.count; entry++) {
      if (entry % PAUSE === PAUSE - 1) yield;
      const directory = index.directoryOf(entry);
      if (knownSince[directory] !== this.#nodes.epoch) {
        // What is replaced on the way there makes the next way another one.
        knownSince[directory] = this.#nodes.epoch;
        known[directory] = this.#directoryAt(directory);
      }
      const parent = known[directory] as number;
      const node = parent === NONE ? NONE : this.#place(parent, entry);
      if (node === NONE) {
        this.#budget.leaveOut();
        continue;
      }
      this.placed[entry] = node;
      const below = linkedBelow?.get(entry);
      if (below !== undefined) this.#links.keepContentBelow(node, below);
    }
  }

  /** @returns NONE when too many nodes were made already */
  #place(parent: number, entry: number): number {
    const index = this.#index;
    const nodes = this.#nodes;
    const bytes = index.names;
    const start = index.nameStart(entry);
    const end = index.nameEnd(entry);
    if (start === end) return nodes.root; // the root itself: './'
    const hash = hashName(bytes, start, end, parent);
    const slot = this.#names.slotOf(parent, hash, bytes, start, end);
    const old = this.#names.inSlot(slot);
    const isThere = old !== NONE && !nodes.isDetached(old);
    const type = index.typeOf(entry);
    if (isThere && this.#stays(old, entry, type)) {
      nodes.update(old, this.#layer, entry);
      return old;
    }
    if (nodes.isFull) return NONE;
    if (isThere) this.#links.detach(old, this.#layer);
    const node = this.#names.add(slot, parent, this.#layer, entry, hash);
    if (type === 'hardlink') this.#links.keepContent(node);
    return node;
  }

  /** Whether a node can stand for the new member too, and keep what is below it. */
  #stays(old: number, entry: number, type: FileType): boolean {
    if (type === 'directory' && this.#nodes.typeOf(old) === 'directory') return true;
    // The same member, of a layer that is listed again. What a hard link leads to may have changed.
    return type !== 'hardlink' && this.#nodes.isEntry(old, this.#index, entry);
  }

  /** The node in which members of a directory of the layer land, or NONE. */
  #directoryAt(directory: number): number {
    const path = this.#index.directories[directory] as string;
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? undefined : this.#index.numberOf(path.slice(0, slash));
    // From a directory that was met since anything was replaced, one step is left.
    return parent !== undefined && this.#knownSince[parent] === this.#nodes.epoch && this.#known[parent] !== NONE
      ? this.#makeDirectory(path.slice(slash + 1), this.#known[parent] as number)
      : this.#makeDirectory(path, this.#nodes.root);
  }

  /**
   * The directory in which a member lands: links on the way are followed, as a runtime follows them when it unpacks;
   * what is missing is made, and what is in the way is replaced.
   * @returns NONE when too many were made already
   */
  #makeDirectory(path: string, from: number): number {
    const nodes = this.#nodes;
    if (path === '') return nodes.root;
    if (!this.#budget.hasPathSteps) return NONE;
    let at = from;
    let links = 0;
    const parts = path.split('/').reverse();
    this.#budget.spendPath(parts.length);
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at = at === nodes.root ? at : nodes.parentOf(at);
        continue;
      }
      const child = this.#names.child(at, part, 0, part.length);
      const link = child === undefined ? undefined : this.#links.symlinkAt(child);
      if (child !== undefined && nodes.typeOf(child) === 'directory') {
        at = child;
      } else if (link !== undefined && this.#budget.mayFollow(++links)) {
        const target = this.#links.partsOf(link);
        if (target[target.length - 1] === '') at = nodes.root;
        parts.push(...target);
      } else {
        if (nodes.isFull) return NONE;
        if (child !== undefined) this.#links.detach(child, this.#layer);
        at = this.#names.addImplicit(at, part);
      }
    }
    return at;
  }
}
