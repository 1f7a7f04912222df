import type { FileType } from '../model/file.ts';
import { hashName, hashText, type LayerIndex } from '../reading/layer-index.ts';
import { NameList } from './name-list.ts';

/** No node, no entry, or no layer. */
export const NONE = -1;

/**
 * The nodes of a merged tree, by number. A node is one appearance of a path: when a layer replaces or removes it, the
 * node is detached and keeps saying which layer did so. Numbers only, in typed arrays; names stay in the layer indexes.
 * Children are found by a table of parent and name, which holds the newest node of each.
 */
export class TreeNodes {
  readonly #limit: number;
  readonly #indexes: LayerIndex[] = [];
  #count = 0;
  #parent: Int32Array = new Int32Array(1024);
  #layer: Int16Array = new Int16Array(1024);
  #entry: Int32Array = new Int32Array(1024);
  #hash: Uint32Array = new Uint32Array(1024);
  #firstChild: Int32Array = new Int32Array(1024);
  #nextSibling: Int32Array = new Int32Array(1024);
  #detachedBy: Int16Array = new Int16Array(1024);
  #slots: Int32Array = new Int32Array(4096);
  /** Names of directories that no layer lists, but that have members: nodes of no layer whose entry is a number here. */
  readonly #implicit: NameList = new NameList();
  #root: number;
  #epoch = 0;
  #changes = 0;
  readonly #scratch: Buffer = Buffer.alloc(64 * 1024 * 3);

  /**
   * @param limit nodes from which on the table is full
   * @param expected nodes that are likely to be needed
   */
  constructor(limit: number, expected: number) {
    this.#limit = limit;
    this.reserve(expected);
    this.#root = this.#create(NONE, NONE, NONE, 0);
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

  /** The path a node has in the tree it stands in, or stood in. */
  pathOf(node: number): string {
    const parts: string[] = [];
    for (let at = node; (this.#parent[at] as number) !== NONE; at = this.#parent[at] as number)
      parts.push(this.#nameOf(at));
    return parts.reverse().join('/');
  }

  /** Children that are not detached, in no order that means anything. */
  *children(parent: number): Iterable<number> {
    for (let at = this.#firstChild[parent] as number; at !== NONE; at = this.#nextSibling[at] as number) {
      if (this.#detachedBy[at] === NONE) yield at;
    }
  }

  /** Every node in sight that is no directory. */
  *files(): Iterable<number> {
    const pending = [this.#root];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (let child = this.#firstChild[at] as number; child !== NONE; child = this.#nextSibling[child] as number) {
        if (this.#detachedBy[child] !== NONE) continue;
        if (this.typeOf(child) === 'directory') pending.push(child);
        else yield child;
      }
    }
  }

  /** A child that is not detached, by the part of a text that is its name. */
  child(parent: number, text: string, start: number, end: number): number | undefined {
    const ascii = hashText(text, start, end, parent);
    if (ascii !== undefined) {
      const mask = this.#slots.length - 1;
      for (let slot = ascii & mask; ; slot = (slot + 1) & mask) {
        const node = (this.#slots[slot] as number) - 1;
        if (node === NONE) return undefined;
        if (this.#hash[node] === ascii && this.#parent[node] === parent && this.#hasText(node, text, start, end)) {
          return this.#detachedBy[node] === NONE ? node : undefined;
        }
      }
    }
    if ((end - start) * 3 > this.#scratch.length) return undefined;
    const length = this.#scratch.write(text.slice(start, end), 'utf8');
    const hash = hashName(this.#scratch, 0, length, parent);
    const node = this.inSlot(this.slotOf(parent, hash, this.#scratch, 0, length));
    return node === NONE || this.#detachedBy[node] !== NONE ? undefined : node;
  }

  /**
   * Slot of the newest node with this parent and name, or the free slot where it belongs. Good until a node is added.
   * @param hash `hashName` of the name
   */
  slotOf(parent: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const node = (this.#slots[slot] as number) - 1;
      if (node === NONE) return slot;
      if (this.#hash[node] === hash && this.#parent[node] === parent && this.#hasName(node, bytes, start, end))
        return slot;
    }
  }

  /** NONE of a free slot. */
  inSlot(slot: number): number {
    return (this.#slots[slot] as number) - 1;
  }

  /** Makes the node of an entry, the newest of its name. `slot` is where its name belongs, `hash` the one it was found by. */
  add(slot: number, parent: number, layer: number, entry: number, hash: number): number {
    const node = this.#create(parent, layer, entry, hash);
    const isNew = this.#slots[slot] === 0;
    this.#slots[slot] = node + 1;
    if (isNew && this.#count * 2 > this.#slots.length) this.#rehash(this.#slots.length * 4);
    return node;
  }

  /** Makes a directory that no layer lists. */
  addImplicit(parent: number, name: string): number {
    const bytes = Buffer.from(name, 'utf8');
    const hash = hashName(bytes, 0, bytes.length, parent);
    const slot = this.slotOf(parent, hash, bytes, 0, bytes.length);
    return this.add(slot, parent, NONE, this.#implicit.add(bytes), hash);
  }

  /** Lets a node stand for an entry of the same name of an upper layer. */
  update(node: number, layer: number, entry: number): void {
    this.#layer[node] = layer;
    this.#entry[node] = entry;
    this.#changes++;
  }

  /** Takes a node out of sight, with all that is below it. */
  detach(node: number, layer: number): void {
    this.#detachedBy[node] = layer;
    this.#changes++;
    const type = this.typeOf(node);
    if (type === 'directory' || type === 'symlink') this.#epoch++;
  }

  /** Detaches a directory; a node of the same name without children takes its place. */
  empty(old: number, layer: number): void {
    this.detach(old, layer);
    const parent = this.#parent[old] as number;
    const hash = this.#hash[old] as number;
    if (old === this.#root) {
      this.#root = this.#create(parent, this.#layer[old] as number, this.#entry[old] as number, hash);
      return;
    }
    const name = Buffer.from(this.#nameOf(old));
    const slot = this.slotOf(parent, hash, name, 0, name.length);
    this.add(slot, parent, this.#layer[old] as number, this.#entry[old] as number, hash);
  }

  /** Makes room at once: tables that double on the way to a large layer leave as much garbage behind as they hold. */
  reserve(more: number): void {
    const nodes = Math.min(this.#count + more, this.#limit) + 1;
    if (nodes <= this.#parent.length * 2) return;
    this.#grow(nodes);
    if (nodes * 2 > this.#slots.length) this.#rehash(2 ** Math.ceil(Math.log2(nodes * 2)));
  }

  #nameOf(node: number): string {
    const entry = this.#entry[node] as number;
    if (entry === NONE) return '';
    return (this.indexOf(node) ?? this.#implicit).nameOf(entry);
  }

  #hasText(node: number, text: string, start: number, end: number): boolean {
    return (this.indexOf(node) ?? this.#implicit).hasText(this.#entry[node] as number, text, start, end);
  }

  #hasName(node: number, bytes: Uint8Array, start: number, end: number): boolean {
    return (this.indexOf(node) ?? this.#implicit).hasName(this.#entry[node] as number, bytes, start, end);
  }

  #create(parent: number, layer: number, entry: number, hash: number): number {
    if (this.#count === this.#parent.length) this.#grow(this.#parent.length * 2);
    const node = this.#count++;
    this.#changes++;
    this.#parent[node] = parent;
    this.#layer[node] = layer;
    this.#entry[node] = entry;
    this.#hash[node] = hash;
    this.#firstChild[node] = NONE;
    this.#detachedBy[node] = NONE;
    this.#nextSibling[node] = NONE;
    if (parent !== NONE) {
      this.#nextSibling[node] = this.#firstChild[parent] as number;
      this.#firstChild[parent] = node;
    }
    return node;
  }

  #rehash(length: number): void {
    const old = this.#slots;
    this.#slots = new Int32Array(length);
    const mask = this.#slots.length - 1;
    for (const value of old) {
      if (value === 0) continue;
      let slot = (this.#hash[value - 1] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = value;
    }
  }

  #grow(length: number): void {
    const larger = <T extends Int32Array | Int16Array | Uint32Array>(old: T): T => {
      const next = new (old.constructor as new (length: number) => T)(length);
      next.set(old);
      return next;
    };
    this.#parent = larger(this.#parent);
    this.#layer = larger(this.#layer);
    this.#entry = larger(this.#entry);
    this.#firstChild = larger(this.#firstChild);
    this.#nextSibling = larger(this.#nextSibling);
    this.#detachedBy = larger(this.#detachedBy);
    this.#hash = larger(this.#hash);
  }
}
