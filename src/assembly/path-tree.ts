import type { Limits } from '../limits.ts';
import type { FileType } from '../model/file.ts';
import type { LayerIndex } from '../reading/layer-index.ts';
import { LayerMembers } from './layer-members.ts';
import { LayerRemovals, removesAnything } from './layer-removals.ts';
import { type Applied, RepeatedLayers } from './repeated-layers.ts';
import { TreeBudget } from './tree-budget.ts';
import { type Found, TreeLinks } from './tree-links.ts';
import { TreeNames } from './tree-names.ts';
import { NONE, TreeNodes } from './tree-nodes.ts';

/** What a node in sight is. */
const DIRECTORY = 1;
const FILE = 2;

/**
 * The layers of an image folded into one tree, base first. Paths are known by nodes, which are numbers (`TreeNodes`);
 * a node that a layer replaced or removed keeps saying which one did. Removing a directory detaches one node, however
 * much is below.
 */
export class PathTree {
  readonly #budget: TreeBudget;
  readonly #nodes: TreeNodes;
  readonly #names: TreeNames;
  readonly #links: TreeLinks;
  readonly #repeated: RepeatedLayers;
  /** For each layer: the node of each entry. */
  readonly #placed: Int32Array[] = [];
  #known: { readonly changes: number; readonly seen: Uint8Array } | undefined;

  /**
   * @param limits `links`: followed for one path; `imageEntries`: nodes, and members of layers that are listed again
   * @param expected nodes that are likely to be needed
   */
  constructor(limits: Pick<Limits, 'links' | 'imageEntries'>, expected = 0) {
    this.#budget = new TreeBudget(limits);
    this.#nodes = new TreeNodes(limits.imageEntries);
    this.#names = new TreeNames(this.#nodes);
    this.#names.reserve(expected);
    this.#links = new TreeLinks(this.#names, this.#budget);
    this.#repeated = new RepeatedLayers(this.#names, this.#links, this.#budget);
  }

  /** What was left out because it cost too much, in words. */
  get exhausted(): readonly string[] {
    return this.#budget.exhausted;
  }

  /** Nodes that were ever made: the size of a table with a place for each. */
  get size(): number {
    return this.#nodes.size;
  }

  /** Puts the next layer on top, without a pause. */
  apply(index: LayerIndex): Applied {
    const steps = this.applying(index);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  /**
   * Puts the next layer on top: first what it removes from the layers below, then what it brings. A layer that is listed
   * again makes no node for what is still in its place. Yields now and then, so that the caller can pause.
   */
  *applying(index: LayerIndex): Generator<undefined, Applied> {
    const layer = this.#nodes.addLayer(index);
    const before = this.#repeated.last(index);
    if (before !== undefined) {
      const verdict = yield* this.#repeated.judge(index, before);
      if (verdict !== 'changed') {
        this.#placed.push(verdict === 'unchanged' ? (this.#placed[before.layer] as Int32Array) : new Int32Array(0));
        return verdict;
      }
    }
    yield* this.#put(index, layer);
    this.#repeated.remember(index, layer);
    return 'changed';
  }

  *#put(index: LayerIndex, layer: number): Generator<undefined, void> {
    this.#names.reserve(index.count);
    const members = new LayerMembers(this.#names, this.#links, this.#budget, index, layer);
    this.#placed.push(members.placed);
    let linkedBelow: ReadonlyMap<number, number> | undefined;
    if (removesAnything(index)) {
      const removals = new LayerRemovals(this.#names, this.#links, this.#budget, index);
      // Hard links to what this layer removes are made before it is removed.
      linkedBelow = yield* removals.linkedBelow();
      yield* removals.remove(layer);
    }
    yield* members.place(linkedBelow);
  }

  /** The number of the layer that a node is of; less than 0 of a directory that no layer lists. */
  layerOf(node: number): number {
    return this.#nodes.layerOf(node);
  }

  /** The number that a node has in the index of its layer. */
  entryOf(node: number): number {
    return this.#nodes.entryOf(node);
  }

  /** The index of the layer that a node is of. */
  indexOf(node: number): LayerIndex | undefined {
    return this.#nodes.indexOf(node);
  }

  typeOf(node: number): FileType {
    return this.#nodes.typeOf(node);
  }

  /** '' of the root. */
  nameOf(node: number): string {
    return this.#nodes.nameOf(node);
  }

  /** The path a node has in the tree it stands in, or stood in. */
  pathOf(node: number): string {
    return this.#nodes.pathOf(node);
  }

  /** The node that holds the content of a hard link, or the node itself. */
  contentOf(node: number): number | undefined {
    return this.#links.contentOf(node);
  }

  /** The node of what a layer brought at this path; a layer that was left out has none. */
  placeOf(layer: number, path: string): number | undefined {
    const entry = this.#nodes.layerIndex(layer)?.find(path);
    const node = entry === undefined ? NONE : (this.#placed[layer]?.[entry] ?? NONE);
    return node === NONE ? undefined : node;
  }

  /** The layer that hides what a layer brought at this path, or undefined while it is in sight. */
  hiddenBy(layer: number, path: string): number | undefined {
    if (!this.hidesAny) return undefined;
    // An index finds paths by a table that it makes for the first that is asked for: the tree has its own.
    const seen = this.at(path);
    if (seen !== undefined && this.layerOf(seen) === layer && this.pathOf(seen) === path) return undefined;
    let hidden: number | undefined;
    for (let at = this.placeOf(layer, path) ?? NONE; at !== NONE; at = this.#nodes.parentOf(at)) {
      const by = this.#nodes.detachedBy(at);
      if (by !== NONE && (hidden === undefined || by < hidden)) hidden = by;
    }
    return hidden;
  }

  /** Follows a path from the root through links. */
  find(path: string): Found {
    return this.#links.find(path, true);
  }

  /** What stands at a path, be it a link. */
  at(path: string): number | undefined {
    return this.#links.find(path, false).node;
  }

  /** The members of a layer. */
  layerIndex(layer: number): LayerIndex | undefined {
    return this.#nodes.layerIndex(layer);
  }

  /** Negative above the root. */
  parentOf(node: number): number {
    return this.#nodes.parentOf(node);
  }

  /** Whether a layer ever replaced or removed anything. */
  get hidesAny(): boolean {
    return this.#nodes.hidesAny;
  }

  /** The layer that replaced or removed the node itself; negative while none did. */
  detachedBy(node: number): number {
    return this.#nodes.detachedBy(node);
  }

  /** A child in sight, by the part of a text that is its name. */
  child(parent: number, text: string, start: number, end: number): number | undefined {
    return this.#names.child(parent, text, start, end);
  }

  /** Children in sight, in no order that means anything. */
  children(parent: number): Iterable<number> {
    return this.#nodes.children(parent);
  }

  /** The first node behind another one that is in sight and no directory, nor a hard link that leads nowhere; or NONE. */
  nextFile(after: number): number {
    return this.#next(after, FILE);
  }

  /** Whether a node is in sight, and no directory. */
  showsFile(node: number): boolean {
    return this.#seen()[node] === FILE;
  }

  /** The first directory behind another one that is in sight, or NONE. The root is in no list. */
  nextDirectory(after: number): number {
    return this.#next(after, DIRECTORY);
  }

  /** Nodes are gone through by number: millions of them are neither listed nor stepped through by a generator. */
  #next(after: number, what: number): number {
    const seen = this.#seen();
    for (let node = after + 1; node < seen.length; node++) if (seen[node] === what) return node;
    return NONE;
  }

  /** What each node is. Made once: one step after the other asks, while nothing changes any more. */
  #seen(): Uint8Array {
    const { changes } = this.#nodes;
    if (this.#known?.changes === changes) return this.#known.seen;
    const seen = this.#nodes.inSight();
    for (let node = 0; node < seen.length; node++) {
      if (seen[node] === 0) continue;
      const type = this.#nodes.typeOf(node);
      if (type !== 'directory') seen[node] = type !== 'hardlink' || this.contentOf(node) !== undefined ? FILE : 0;
      else seen[node] = node === this.#nodes.root ? 0 : DIRECTORY;
    }
    this.#known = { changes, seen };
    return seen;
  }
}
