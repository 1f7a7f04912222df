import type { LayerIndex } from '../reading/layer-index.ts';
import { PAUSE, partsIn, type TreeBudget } from './tree-budget.ts';
import type { TreeLinks } from './tree-links.ts';
import type { TreeNames } from './tree-names.ts';
import { NONE, type TreeNodes } from './tree-nodes.ts';

/** Whether a layer removes anything from those below. */
export function removesAnything(index: LayerIndex): boolean {
  return index.whiteouts.length + index.opaque.length > 0;
}

/** What one layer removes from the layers below: files with a whiteout, and what is below an opaque directory. */
export class LayerRemovals {
  readonly #names: TreeNames;
  readonly #nodes: TreeNodes;
  readonly #links: TreeLinks;
  readonly #budget: TreeBudget;
  readonly #index: LayerIndex;
  /** For each directory: 1 where the layer puts it in place of a link, 0 where not, NONE where nobody asked. */
  readonly #replaced: Int8Array;
  // Markers of a directory stand together in nearly every archive.
  #lastDirectory = NONE;
  #lastEpoch = NONE;
  #lastNode: number | undefined;

  constructor(names: TreeNames, links: TreeLinks, budget: TreeBudget, index: LayerIndex) {
    this.#names = names;
    this.#nodes = names.nodes;
    this.#links = links;
    this.#budget = budget;
    this.#index = index;
    this.#replaced = new Int8Array(index.directories.length).fill(NONE);
  }

  /** For each hard link of the layer the content that its target has in the layers below, before it is removed. */
  *linkedBelow(): Generator<undefined, ReadonlyMap<number, number>> {
    const index = this.#index;
    const linked = new Map<number, number>();
    for (let entry = 0; entry < index.count; entry++) {
      if (entry % PAUSE === PAUSE - 1) yield;
      if (index.typeOf(entry) !== 'hardlink') continue;
      const target = index.linkOf(entry);
      const found = target === undefined ? undefined : this.#links.hardTarget(target);
      const content = found === undefined ? undefined : this.#links.contentOf(found);
      if (content !== undefined) linked.set(entry, content);
    }
    return linked;
  }

  /** @param layer the number of the layer that removes */
  *remove(layer: number): Generator<undefined, void> {
    const nodes = this.#nodes;
    let done = 0;
    for (const { directory, name } of this.#index.whiteouts) {
      if (++done % PAUSE === 0) yield;
      const parent = this.#find(directory);
      const child = parent === undefined ? undefined : this.#names.child(parent, name, 0, name.length);
      if (child !== undefined) this.#links.detach(child, layer);
    }
    for (const directory of this.#index.opaque) {
      if (++done % PAUSE === 0) yield;
      const node = this.#find(directory);
      if (node !== undefined && nodes.typeOf(node) === 'directory') this.#names.empty(node, layer);
    }
  }

  /** The directory below that markers in a directory of the layer are about. */
  #find(directory: number): number | undefined {
    const { epoch } = this.#nodes;
    if (directory === this.#lastDirectory && this.#lastEpoch === epoch) return this.#lastNode;
    this.#lastDirectory = directory;
    this.#lastEpoch = epoch;
    const path = this.#index.directories[directory] as string;
    const isNew = this.#isReplaced(directory, path) || !this.#mayFind(path);
    this.#lastNode = isNew ? undefined : this.#links.find(path, true).node;
    return this.#lastNode;
  }

  #isReplaced(directory: number, path: string): boolean {
    if (this.#replaced[directory] === NONE) this.#replaced[directory] = this.#replacesLink(path) ? 1 : 0;
    return this.#replaced[directory] === 1;
  }

  /** Counts the parts of the directory of a marker. */
  #mayFind(path: string): boolean {
    if (!this.#budget.hasPathSteps) {
      this.#budget.leaveOut();
      return false;
    }
    this.#budget.spendPath(partsIn(path));
    return true;
  }

  /** A directory that the layer puts where a link was is new: its markers must not reach what the link led to. */
  #replacesLink(path: string): boolean {
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      if (!this.#budget.hasPathSteps) return false; // nothing is found then
      // A text is read whole to be looked up.
      this.#budget.spendPath(1 + at.length / 16);
      if (this.#isLinkBelow(at)) return true;
    }
    return false;
  }

  /** Whether the layer has a directory where the layers below have a link. */
  #isLinkBelow(path: string): boolean {
    const entry = this.#index.find(path);
    if (entry === undefined || this.#index.typeOf(entry) !== 'directory') return false;
    this.#budget.spendPath(path.length / 2);
    const below = this.#links.find(path, false).node;
    return below !== undefined && this.#links.symlinkAt(below) !== undefined;
  }
}
