import type { FileType } from '../model/file.ts';
import type { LayerIndex } from '../reading/layer-index.ts';
import { release } from '../reading/number-column.ts';
import { NameList } from './name-list.ts';

/** No node, no entry, or no layer. */
export const NONE = -1;

/**
 * The nodes of a merged tree, by number. A node is one appearance of a path: when a layer replaces or removes it, the
 * node is detached and keeps saying which layer did so. Numbers only, in typed arrays; names stay in the layer indexes.
 */
export class TreeNodes {
  readonly #limit: number;
  readonly #indexes: LayerIndex[] = [];
  #count = 0;
  #parent: Int32Array = new Int32Array(1024);
  #layer: Int16Array = new Int16Array(1024);
  #entry: Int32Array = new Int32Array(1024);
  #firstChild: Int32Array = new Int32Array(1024);
  #nextSibling: Int32Array = new Int32Array(1024);
  #detachedBy: Int16Array = new Int16Array(1024);
  /** Names of directories that no layer lists, but that have members: nodes of no layer whose entry is a number here. */
  readonly #implicit: NameList = new NameList();
  #root: number;
  #epoch = 0;
  #changes = 0;
  #hidesAny = false;

  /** @param limit nodes from which on there is no room */
  constructor(limit: number) {
    this.#limit = limit;
    this.#root = this.create(NONE, NONE, NONE);
  }

  get root(): number {
    return this.#root;
  }

  /** Nodes that were ever made. */
  get size(): number {
    return this.#count;
  }

  /** Whether no more should be made. */
  get isFull(): boolean {
    return this.#count >= this.#limit;
  }

  /** Raised when a directory or link is replaced, so that remembered directories are looked up again. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Raised with every change. */
  get changes(): number {
    return this.#changes;
  }

  /** Whether a node was ever detached. */
  get hidesAny(): boolean {
    return this.#hidesAny;
  }

  /** @returns the number of the layer */
  addLayer(index: LayerIndex): number {
    return this.#indexes.push(index) - 1;
  }

  layerIndex(layer: number): LayerIndex | undefined {
    return this.#indexes[layer];
  }

  /** NONE of a directory that no layer lists. */
  layerOf(node: number): number {
    return this.#layer[node] as number;
  }

  entryOf(node: number): number {
    return this.#entry[node] as number;
  }

  indexOf(node: number): LayerIndex | undefined {
    return this.#indexes[this.#layer[node] as number];
  }

  typeOf(node: number): FileType {
    const index = this.indexOf(node);
    return index === undefined ? 'directory' : index.typeOf(this.#entry[node] as number);
  }

  /** NONE above the root. */
  parentOf(node: number): number {
    return this.#parent[node] as number;
  }

  /** The layer that replaced or removed the node itself, or NONE. */
  detachedBy(node: number): number {
    return this.#detachedBy[node] as number;
  }

  isDetached(node: number): boolean {
    return this.#detachedBy[node] !== NONE;
  }

  /** Whether the node stands for this entry of this index, of whichever layer. */
  isEntry(node: number, index: LayerIndex, entry: number): boolean {
    return this.#entry[node] === entry && this.indexOf(node) === index;
  }

  /** '' of the root. */
  nameOf(node: number): string {
    const entry = this.#entry[node] as number;
    if (entry === NONE) return '';
    return (this.indexOf(node) ?? this.#implicit).nameOf(entry);
  }

  /** Whether the name of a node is this part of a text, which is ASCII. */
  hasText(node: number, text: string, start: number, end: number): boolean {
    return (this.indexOf(node) ?? this.#implicit).hasText(this.#entry[node] as number, text, start, end);
  }

  /** Whether the name of a node is these bytes. */
  hasName(node: number, bytes: Uint8Array, start: number, end: number): boolean {
    return (this.indexOf(node) ?? this.#implicit).hasName(this.#entry[node] as number, bytes, start, end);
  }

  /** The path a node has in the tree it stands in, or stood in. */
  pathOf(node: number): string {
    const parts: string[] = [];
    for (let at = node; (this.#parent[at] as number) !== NONE; at = this.#parent[at] as number)
      parts.push(this.nameOf(at));
    return parts.reverse().join('/');
  }

  /** Children that are not detached, in no order that means anything. */
  *children(parent: number): Iterable<number> {
    for (let at = this.#firstChild[parent] as number; at !== NONE; at = this.#nextSibling[at] as number) {
      if (this.#detachedBy[at] === NONE) yield at;
    }
  }

  /** For each node whether it is in sight: 1 or 0. */
  inSight(): Uint8Array {
    const seen = new Uint8Array(this.#count);
    seen[this.#root] = 1;
    for (let node = 0; node < this.#count; node++) {
      const parent = this.#parent[node] as number;
      // Directories have lower numbers than what is in them.
      if (parent !== NONE && seen[parent] === 1 && this.#detachedBy[node] === NONE) seen[node] = 1;
    }
    return seen;
  }

  /** Makes a node, whether or not there is one of the same name. */
  create(parent: number, layer: number, entry: number): number {
    if (this.#count === this.#parent.length) this.#grow(this.#parent.length * 2);
    const node = this.#count++;
    this.#changes++;
    this.#parent[node] = parent;
    this.#layer[node] = layer;
    this.#entry[node] = entry;
    this.#firstChild[node] = NONE;
    this.#detachedBy[node] = NONE;
    this.#nextSibling[node] = NONE;
    if (parent !== NONE) {
      this.#nextSibling[node] = this.#firstChild[parent] as number;
      this.#firstChild[parent] = node;
    }
    return node;
  }

  /** Makes a directory that no layer lists. */
  createImplicit(parent: number, name: Uint8Array): number {
    return this.create(parent, NONE, this.#implicit.add(name));
  }

  /** Lets a node stand for an entry of the same name of an upper layer. */
  update(node: number, layer: number, entry: number): void {
    this.#layer[node] = layer;
    this.#entry[node] = entry;
    this.#changes++;
  }

  /** Takes a node out of sight, with all that is below it; `TreeLinks` does where it may be a hard link. */
  detach(node: number, layer: number): void {
    this.#detachedBy[node] = layer;
    this.#hidesAny = true;
    this.#changes++;
    const type = this.typeOf(node);
    if (type === 'directory' || type === 'symlink') this.raiseEpoch();
  }

  /** What was remembered of where paths lead is over. */
  raiseEpoch(): void {
    this.#epoch++;
  }

  /** Detaches a directory; a node of the same name without children takes its place. */
  renew(old: number, layer: number): number {
    this.detach(old, layer);
    const parent = this.#parent[old] as number;
    const fresh = this.create(parent, this.#layer[old] as number, this.#entry[old] as number);
    if (old === this.#root) this.#root = fresh;
    return fresh;
  }

  /**
   * Makes room at once: tables that double on the way to a large layer leave as much garbage behind as they hold.
   * @returns nodes that there is room for now; undefined where there is room enough, or nearly
   */
  reserve(more: number): number | undefined {
    const nodes = Math.min(this.#count + more, this.#limit) + 1;
    if (nodes <= this.#parent.length * 2) return undefined;
    this.#grow(nodes);
    return nodes;
  }

  #grow(length: number): void {
    const larger = <T extends Int32Array | Int16Array>(old: T): T => {
      const next = new (old.constructor as new (length: number) => T)(length);
      next.set(old);
      release(old);
      return next;
    };
    this.#parent = larger(this.#parent);
    this.#layer = larger(this.#layer);
    this.#entry = larger(this.#entry);
    this.#firstChild = larger(this.#firstChild);
    this.#nextSibling = larger(this.#nextSibling);
    this.#detachedBy = larger(this.#detachedBy);
  }
}
