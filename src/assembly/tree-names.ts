import { hashName, hashText } from '../reading/layer-index.ts';
import { release } from '../reading/number-column.ts';
import { NONE, type TreeNodes } from './tree-nodes.ts';

/** Finds nodes of a merged tree by parent and name: a hash table that holds the newest node of each. */
export class TreeNames {
  readonly nodes: TreeNodes;
  /** One more than the number of a node, or 0. */
  #slots: Int32Array = new Int32Array(4096);
  /** Of each node the hash of its name in its parent. */
  #hash: Uint32Array = new Uint32Array(1024);
  readonly #scratch: Buffer = Buffer.alloc(64 * 1024 * 3);

  constructor(nodes: TreeNodes) {
    this.nodes = nodes;
  }

  /** A child that is not detached, by the part of a text that is its name. */
  child(parent: number, text: string, start: number, end: number): number | undefined {
    const { nodes } = this;
    const ascii = hashText(text, start, end, parent);
    if (ascii !== undefined) {
      const mask = this.#slots.length - 1;
      for (let slot = ascii & mask; ; slot = (slot + 1) & mask) {
        const node = (this.#slots[slot] as number) - 1;
        if (node === NONE) return undefined;
        if (this.#hash[node] === ascii && nodes.parentOf(node) === parent && nodes.hasText(node, text, start, end)) {
          return nodes.isDetached(node) ? undefined : node;
        }
      }
    }
    if ((end - start) * 3 > this.#scratch.length) return undefined;
    const length = this.#scratch.write(text.slice(start, end), 'utf8');
    const hash = hashName(this.#scratch, 0, length, parent);
    const node = this.inSlot(this.slotOf(parent, hash, this.#scratch, 0, length));
    return node === NONE || nodes.isDetached(node) ? undefined : node;
  }

  /**
   * Slot of the newest node with this parent and name, or the free slot where it belongs. Good until a node is added.
   * @param hash `hashName` of the name
   */
  slotOf(parent: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const { nodes } = this;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const node = (this.#slots[slot] as number) - 1;
      if (node === NONE) return slot;
      if (this.#hash[node] === hash && nodes.parentOf(node) === parent && nodes.hasName(node, bytes, start, end))
        return slot;
    }
  }

  /** The node in a slot, or NONE. */
  inSlot(slot: number): number {
    return (this.#slots[slot] as number) - 1;
  }

  /** Makes the node of an entry, the newest of its name. `slot` is where its name belongs, `hash` the one it was found by. */
  add(slot: number, parent: number, layer: number, entry: number, hash: number): number {
    const node = this.nodes.create(parent, layer, entry);
    this.#fill(slot, node, hash);
    return node;
  }

  /** Makes a directory that no layer lists, the newest node of its name. */
  addImplicit(parent: number, name: string): number {
    const bytes = Buffer.from(name, 'utf8');
    const hash = hashName(bytes, 0, bytes.length, parent);
    const slot = this.slotOf(parent, hash, bytes, 0, bytes.length);
    const node = this.nodes.createImplicit(parent, bytes);
    this.#fill(slot, node, hash);
    return node;
  }

  /** Takes all that is below a directory out of sight. */
  empty(directory: number, layer: number): void {
    const { nodes } = this;
    const fresh = nodes.renew(directory, layer);
    if (fresh === nodes.root) return; // it has no name
    const name = Buffer.from(nodes.nameOf(fresh));
    const hash = this.#hash[directory] as number;
    this.#fill(this.slotOf(nodes.parentOf(fresh), hash, name, 0, name.length), fresh, hash);
  }

  /** Makes room for nodes of names that are new. */
  reserve(more: number): void {
    const nodes = this.nodes.reserve(more);
    if (nodes === undefined) return;
    if (nodes > this.#hash.length) this.#grow(nodes);
    if (nodes * 2 > this.#slots.length) this.#rehash(2 ** Math.ceil(Math.log2(nodes * 2)));
  }

  #fill(slot: number, node: number, hash: number): void {
    if (node >= this.#hash.length) this.#grow(node * 2);
    this.#hash[node] = hash;
    const isNew = this.#slots[slot] === 0;
    this.#slots[slot] = node + 1;
    if (isNew && this.nodes.size * 2 > this.#slots.length) this.#rehash(this.#slots.length * 4);
  }

  #grow(length: number): void {
    const larger = new Uint32Array(length);
    larger.set(this.#hash);
    release(this.#hash);
    this.#hash = larger;
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
    release(old);
  }
}
