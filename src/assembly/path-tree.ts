import type { Limits } from '../limits.ts';
import type { FileType } from '../model/file.ts';
import { hashName, hashText, type LayerIndex } from '../reading/layer-index.ts';
import { NameList } from './name-list.ts';

const NONE = -1;
const UNKNOWN = -2;

/** A longer target than PATH_MAX leads nowhere: no kernel follows it. */
const TARGET_LENGTH = 4096;

/** Steps that links may cost one image altogether; honest images need thousands. */
const LINK_STEPS = 20_000_000;

/** The same of hard links, which honest images have some hundred thousands of. */
const HARD_LINK_STEPS = 5_000_000;

/** Parts of directories that are looked up one by one while layers are put on top; honest images have some per directory. */
const PATH_STEPS = 8_000_000;

/** Members between two pauses. */
const PAUSE = 10_000;

/** What putting a layer on top came to. */
export type Applied =
  | 'changed'
  /** All that it brings was there already, from the same layer further down. */
  | 'unchanged'
  /** The budget of layers that are listed again was used up. */
  | 'left-out';

/** Where a path led. */
export type Found =
  | { readonly node: number }
  | { readonly node: undefined; readonly reason: 'absent' | 'loop' | 'broken' };

/**
 * The layers of an image folded into one tree, base first. A node is one appearance of a path: when a layer replaces
 * or removes it, the node is detached and keeps saying which layer did so, and a new one takes its place. Removing a
 * directory detaches one node, however much is below. Numbers only, in typed arrays; names stay in the layer indexes.
 */
export class PathTree {
  readonly #indexes: LayerIndex[] = [];
  readonly #linkLimit: number;
  readonly #nodeLimit: number;
  /** Members of layers listed again that may still be looked at. */
  #repeatsLeft: number;
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
  /** Nodes that hold the content of hard links. */
  readonly #content: Map<number, number> = new Map();
  /** For each layer: the node of each entry. */
  readonly #nodes: Int32Array[] = [];
  #root: number;
  /** Raised when a directory or link is replaced, so that remembered directories are looked up again. */
  #epoch = 0;
  /** Raised with every change. */
  #changes = 0;
  /** For each index that was applied: the number of its last layer, and the changes after which it would change nothing. */
  readonly #applied: Map<LayerIndex, { readonly layer: number; changes: number; settled: boolean }> = new Map();
  #linkSteps = 0;
  #hardLinkSteps = 0;
  #pathSteps = 0;
  #leftOut = 0;
  #repeatsLeftOut = 0;
  readonly #scratch: Buffer = Buffer.alloc(64 * 1024 * 3);

  /**
   * @param limits `links`: followed for one path; `imageEntries`: nodes, and members of layers that are listed again
   * @param expected nodes that are likely to be needed
   */
  constructor(limits: Pick<Limits, 'links' | 'imageEntries'>, expected = 0) {
    this.#linkLimit = limits.links;
    this.#nodeLimit = limits.imageEntries;
    this.#repeatsLeft = limits.imageEntries;
    this.#reserve(Math.min(expected, this.#nodeLimit) + 1);
    this.#root = this.#create(NONE, NONE, NONE, 0);
  }

  get root(): number {
    return this.#root;
  }

  /** What was left out because it cost too much, in words. */
  get exhausted(): readonly string[] {
    return [
      ...(this.#linkSteps > LINK_STEPS || this.#hardLinkSteps > HARD_LINK_STEPS
        ? ['the image has so many links that some were not followed']
        : []),
      ...(this.#leftOut > 0
        ? [
            `the layers have more than ${this.#nodeLimit} members and directories, or paths too deep to be followed for each; ` +
              `${this.#leftOut} members were left out`,
          ]
        : []),
      ...(this.#repeatsLeftOut > 0
        ? [
            `layers that are listed again have more than ${this.#nodeLimit} members together; ` +
              `${this.#repeatsLeftOut} of these layers were left out`,
          ]
        : []),
    ];
  }

  /** Nodes that were ever made: the size of a table with a place for each. */
  get size(): number {
    return this.#count;
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
    const before = this.#applied.get(index);
    const layer = this.#indexes.push(index) - 1;
    if (before !== undefined) {
      const verdict = yield* this.#repeats(index, before);
      if (verdict !== 'changed') {
        this.#nodes.push(verdict === 'unchanged' ? (this.#nodes[before.layer] as Int32Array) : new Int32Array(0));
        return verdict;
      }
    }
    yield* this.#put(index, layer);
    this.#applied.set(index, { layer, changes: this.#changes, settled: false });
    return 'changed';
  }

  /** Tells what a layer that is listed again would change. */
  *#repeats(
    index: LayerIndex,
    before: { readonly layer: number; changes: number; settled: boolean },
  ): Generator<undefined, Applied> {
    const since = before.changes === this.#changes;
    if (since && before.settled) return 'unchanged';
    const cost = index.count + index.whiteouts.length + index.opaque.length;
    if (cost > this.#repeatsLeft) {
      this.#repeatsLeftOut++;
      return 'left-out';
    }
    this.#repeatsLeft -= cost;
    // What it removes may be reached through links that it made itself, so once more is not the same as once.
    if (index.whiteouts.length + index.opaque.length > 0) return 'changed';
    if (!(yield* this.#isInPlace(index))) return 'changed';
    before.changes = this.#changes;
    before.settled = true;
    return 'unchanged';
  }

  /** Whether every member of a layer would land where it stands. */
  *#isInPlace(index: LayerIndex): Generator<undefined, boolean> {
    const parents = new Int32Array(index.directories.length).fill(UNKNOWN);
    for (let entry = 0; entry < index.count; entry++) {
      if (entry % PAUSE === PAUSE - 1) yield;
      const directory = index.directoryOf(entry);
      if (parents[directory] === UNKNOWN) {
        parents[directory] = this.#follow(index.directories[directory] as string, true).node ?? NONE;
      }
      const parent = parents[directory] as number;
      if (parent === NONE) return false;
      const start = index.nameStart(entry);
      const end = index.nameEnd(entry);
      if (start === end) continue;
      const hash = hashName(index.names, start, end, parent);
      const node = (this.#slots[this.#slot(parent, hash, index.names, start, end)] as number) - 1;
      if (node === NONE || this.#detachedBy[node] !== NONE || !this.#isEntry(node, index, entry)) return false;
      if (index.typeOf(entry) === 'hardlink' && this.#content.get(node) !== this.#linkedContent(node)) return false;
    }
    return true;
  }

  #isEntry(node: number, index: LayerIndex, entry: number): boolean {
    return this.#entry[node] === entry && this.indexOf(node) === index;
  }

  *#put(index: LayerIndex, layer: number): Generator<undefined, void> {
    this.#reserve(Math.min(this.#count + index.count, this.#nodeLimit) + 1);
    const nodes = new Int32Array(index.count).fill(NONE);
    this.#nodes.push(nodes);
    // Hard links to what this layer removes are made before it is removed.
    const hides = index.whiteouts.length + index.opaque.length > 0;
    const linked = hides ? yield* this.#linkedBelow(index) : undefined;
    if (hides) yield* this.#remove(index, layer);
    const known = new Int32Array(index.directories.length);
    const knownSince = new Float64Array(index.directories.length).fill(NONE);
    const make = (directory: number): number => {
      const path = index.directories[directory] as string;
      const slash = path.lastIndexOf('/');
      const parent = slash < 0 ? undefined : index.numberOf(path.slice(0, slash));
      // From a directory that was met since anything was replaced, one step is left.
      return parent !== undefined && knownSince[parent] === this.#epoch && known[parent] !== NONE
        ? this.#makeDirectory(path.slice(slash + 1), layer, known[parent] as number)
        : this.#makeDirectory(path, layer, this.#root);
    };
    for (let entry = 0; entry < index.count; entry++) {
      if (entry % PAUSE === PAUSE - 1) yield;
      const directory = index.directoryOf(entry);
      if (knownSince[directory] !== this.#epoch) {
        known[directory] = make(directory);
        knownSince[directory] = this.#epoch;
      }
      const parent = known[directory] as number;
      const node = parent === NONE ? NONE : this.#putEntry(parent, index, layer, entry);
      if (node === NONE) {
        this.#leftOut++;
        continue;
      }
      nodes[entry] = node;
      const below = linked?.get(entry);
      if (below !== undefined && this.typeOf(node) === 'hardlink' && !this.#content.has(node))
        this.#content.set(node, below);
    }
  }

  /** Removes what a layer removes from the layers below. */
  *#remove(index: LayerIndex, layer: number): Generator<undefined, void> {
    const replaced = new Int8Array(index.directories.length).fill(NONE);
    const isReplaced = (directory: number, path: string): boolean => {
      if (replaced[directory] === NONE) replaced[directory] = this.#replacesLink(index, path) ? 1 : 0;
      return replaced[directory] === 1;
    };
    // Markers of a directory stand together in nearly every archive.
    let last = NONE;
    let since = NONE;
    let found: number | undefined;
    const find = (directory: number): number | undefined => {
      if (directory === last && since === this.#epoch) return found;
      last = directory;
      since = this.#epoch;
      const path = index.directories[directory] as string;
      found = isReplaced(directory, path) || !this.#mayFind(path) ? undefined : this.#follow(path, true).node;
      return found;
    };
    let done = 0;
    for (const { directory, name } of index.whiteouts) {
      if (++done % PAUSE === 0) yield;
      const parent = find(directory);
      const child = parent === undefined ? undefined : this.child(parent, name, 0, name.length);
      if (child !== undefined) this.#detach(child, layer);
    }
    for (const directory of index.opaque) {
      if (++done % PAUSE === 0) yield;
      const node = find(directory);
      if (node !== undefined) this.#hideContent(node, layer);
    }
  }

  /** Counts the parts of the directory of a marker. */
  #mayFind(path: string): boolean {
    if (this.#pathSteps > PATH_STEPS) {
      this.#leftOut++;
      return false;
    }
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) this.#pathSteps++;
    this.#pathSteps++;
    return true;
  }

  /** For each hard link of a layer the content that its target has in the layers below. */
  *#linkedBelow(index: LayerIndex): Generator<undefined, ReadonlyMap<number, number>> {
    const linked = new Map<number, number>();
    for (let entry = 0; entry < index.count; entry++) {
      if (entry % PAUSE === PAUSE - 1) yield;
      if (index.typeOf(entry) !== 'hardlink') continue;
      const target = index.linkOf(entry);
      const found = target === undefined || !this.#mayLink(target) ? undefined : this.#follow(target, false).node;
      const content = found === undefined ? undefined : this.contentOf(found);
      if (content !== undefined) linked.set(entry, content);
    }
    return linked;
  }

  /** A directory that the layer puts where a link was is new: its markers must not reach what the link led to. */
  #replacesLink(index: LayerIndex, path: string): boolean {
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      if (this.#pathSteps > PATH_STEPS) return false; // nothing is found then
      // A text is read whole to be looked up.
      this.#pathSteps += 1 + at.length / 16;
      if (this.#isLinkBelow(index, at)) return true;
    }
    return false;
  }

  /** Whether the layer has a directory where the layers below have a link. */
  #isLinkBelow(index: LayerIndex, path: string): boolean {
    const entry = index.find(path);
    if (entry === undefined || index.typeOf(entry) !== 'directory') return false;
    this.#pathSteps += path.length / 2;
    const below = this.#follow(path, false).node;
    return below !== undefined && this.#symlinkAt(below) !== undefined;
  }

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

  /** The path a node has in the tree it stands in, or stood in. */
  pathOf(node: number): string {
    const parts: string[] = [];
    for (let at = node; (this.#parent[at] as number) !== NONE; at = this.#parent[at] as number)
      parts.push(this.#nameOf(at));
    return parts.reverse().join('/');
  }

  /** The node that holds the content of a hard link, or the node itself. */
  contentOf(node: number): number | undefined {
    if (this.typeOf(node) !== 'hardlink') return node;
    return this.#content.get(node) ?? this.#linkedContent(node);
  }

  /** The layer that hides what a layer brought at this path, or undefined while it is in sight. */
  hiddenBy(layer: number, path: string): number | undefined {
    const entry = this.#indexes[layer]?.find(path);
    if (entry === undefined) return undefined;
    let hidden: number | undefined;
    // A layer that was left out has no nodes.
    for (let at = this.#nodes[layer]?.[entry] ?? NONE; at !== NONE; at = this.#parent[at] as number) {
      const by = this.#detachedBy[at] as number;
      if (by !== NONE && (hidden === undefined || by < hidden)) hidden = by;
    }
    return hidden;
  }

  /** Follows a path from the root through links. */
  find(path: string): Found {
    return this.#follow(path, true);
  }

  /** Children in sight, in no order that means anything. */
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

  /** Follows a hard link by its name, as long as it leads to further ones whose content is not known. */
  #linkedContent(node: number): number | undefined {
    let at = node;
    for (let links = 0; links < this.#linkLimit; links++) {
      const target = this.#linkTarget(at);
      const found = target === undefined || !this.#mayLink(target) ? undefined : this.#follow(target, false).node;
      if (found === undefined) return undefined;
      if (this.typeOf(found) !== 'hardlink') return found;
      if (found === at) return undefined;
      const known = this.#content.get(found);
      if (known !== undefined) return known;
      at = found;
    }
    return undefined;
  }

  /** Counts the parts of a hard link's target. */
  #mayLink(target: string): boolean {
    if (target.length > TARGET_LENGTH || this.#hardLinkSteps > HARD_LINK_STEPS) return false;
    this.#hardLinkSteps++;
    for (let at = target.indexOf('/'); at >= 0; at = target.indexOf('/', at + 1)) this.#hardLinkSteps++;
    return true;
  }

  #linkTarget(node: number): string | undefined {
    const target = this.indexOf(node)?.linkOf(this.#entry[node] as number);
    return target !== undefined && target.length <= TARGET_LENGTH ? target : undefined;
  }

  #nameOf(node: number): string {
    const entry = this.#entry[node] as number;
    if (entry === NONE) return '';
    return (this.indexOf(node) ?? this.#implicit).nameOf(entry);
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

  /** Slot of the newest node with this parent and name, or the free slot where it belongs. */
  #slot(parent: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const node = (this.#slots[slot] as number) - 1;
      if (node === NONE) return slot;
      if (this.#hash[node] === hash && this.#parent[node] === parent && this.#hasName(node, bytes, start, end))
        return slot;
    }
  }

  #hasText(node: number, text: string, start: number, end: number): boolean {
    return (this.indexOf(node) ?? this.#implicit).hasText(this.#entry[node] as number, text, start, end);
  }

  #hasName(node: number, bytes: Uint8Array, start: number, end: number): boolean {
    return (this.indexOf(node) ?? this.#implicit).hasName(this.#entry[node] as number, bytes, start, end);
  }

  /** A child in sight, by the part of a text that is its name. */
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
    const node = (this.#slots[this.#slot(parent, hash, this.#scratch, 0, length)] as number) - 1;
    return node === NONE || this.#detachedBy[node] !== NONE ? undefined : node;
  }

  /** @returns NONE when too many nodes were made already */
  #putEntry(parent: number, index: LayerIndex, layer: number, entry: number): number {
    const bytes = index.names;
    const start = index.nameStart(entry);
    const end = index.nameEnd(entry);
    if (start === end) return this.#root; // the root itself: './'
    const hash = hashName(bytes, start, end, parent);
    const slot = this.#slot(parent, hash, bytes, start, end);
    const old = (this.#slots[slot] as number) - 1;
    const type = index.typeOf(entry);
    if (old !== NONE && this.#detachedBy[old] === NONE) {
      if (type === 'directory' && this.typeOf(old) === 'directory') {
        this.#layer[old] = layer;
        this.#entry[old] = entry;
        this.#changes++;
        return old;
      }
      // The same member, of a layer that is listed again. What a hard link leads to may have changed.
      if (type !== 'hardlink' && this.#isEntry(old, index, entry)) {
        this.#layer[old] = layer;
        this.#changes++;
        return old;
      }
    }
    if (this.#count >= this.#nodeLimit) return NONE;
    if (old !== NONE && this.#detachedBy[old] === NONE) this.#detach(old, layer);
    const node = this.#create(parent, layer, entry, hash);
    this.#setSlot(slot, node, old === NONE);
    if (type === 'hardlink') {
      const content = this.#linkedContent(node) ?? NONE;
      if (content !== NONE) this.#content.set(node, content);
    }
    return node;
  }

  #setSlot(slot: number, node: number, added: boolean): void {
    this.#slots[slot] = node + 1;
    if (added && this.#count * 2 > this.#slots.length) this.#rehash(this.#slots.length * 4);
  }

  #detach(node: number, layer: number): void {
    this.#detachedBy[node] = layer;
    this.#changes++;
    const type = this.typeOf(node);
    if (type === 'directory' || type === 'symlink') this.#epoch++;
  }

  /** An opaque directory starts anew: a node of the same name without children takes its place. */
  #hideContent(old: number, layer: number): void {
    if (this.typeOf(old) !== 'directory') return;
    this.#detach(old, layer);
    const fresh = this.#create(
      this.#parent[old] as number,
      this.#layer[old] as number,
      this.#entry[old] as number,
      this.#hash[old] as number,
    );
    if (old === this.#root) {
      this.#root = fresh;
      return;
    }
    const name = Buffer.from(this.#nameOf(old));
    this.#slots[this.#slot(this.#parent[fresh] as number, this.#hash[fresh] as number, name, 0, name.length)] =
      fresh + 1;
  }

  /**
   * The directory in which a layer's member lands: links on the way are followed, as a runtime follows them when it
   * unpacks; what is missing is made, and what is in the way is replaced.
   * @returns NONE when too many were made already
   */
  #makeDirectory(path: string, layer: number, from: number): number {
    if (path === '') return this.#root;
    if (this.#pathSteps > PATH_STEPS) return NONE;
    let at = from;
    let links = 0;
    const parts = path.split('/').reverse();
    this.#pathSteps += parts.length;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at = at === this.#root ? at : (this.#parent[at] as number);
        continue;
      }
      const child = this.child(at, part, 0, part.length);
      const link = child === undefined ? undefined : this.#symlinkAt(child);
      if (child !== undefined && this.typeOf(child) === 'directory') {
        at = child;
      } else if (link !== undefined && this.#mayFollow(++links)) {
        const target = this.#linkParts(link);
        if (target[target.length - 1] === '') at = this.#root;
        parts.push(...target);
      } else {
        if (this.#count >= this.#nodeLimit) return NONE;
        if (child !== undefined) this.#detach(child, layer);
        at = this.#makeImplicit(at, part);
      }
    }
    return at;
  }

  #makeImplicit(parent: number, name: string): number {
    const bytes = Buffer.from(name, 'utf8');
    const hash = hashName(bytes, 0, bytes.length, parent);
    const slot = this.#slot(parent, hash, bytes, 0, bytes.length);
    const added = this.#slots[slot] === 0;
    const node = this.#create(parent, NONE, this.#implicit.add(bytes), hash);
    this.#setSlot(slot, node, added);
    return node;
  }

  #follow(path: string, followLast: boolean): Found {
    let at = this.#root;
    let links = 0;
    /** Parts that are left when the outermost link at hand is used up: while there are more, a link is to blame. */
    let afterLink = Number.POSITIVE_INFINITY;
    const parts = path.split('/').reverse();
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at = at === this.#root ? at : (this.#parent[at] as number);
        continue;
      }
      const child = this.child(at, part, 0, part.length);
      const inLink = parts.length >= afterLink;
      if (child === undefined) return { node: undefined, reason: inLink ? 'broken' : 'absent' };
      const link = this.#symlinkAt(child);
      if (link === undefined || (parts.length === 0 && !followLast)) {
        at = child;
        continue;
      }
      if (!this.#mayFollow(++links)) return { node: undefined, reason: 'loop' };
      const target = this.#linkParts(link);
      if (target.length === 0) return { node: undefined, reason: 'broken' };
      if (!inLink) afterLink = parts.length;
      if (target[target.length - 1] === '') at = this.#root;
      parts.push(...target);
    }
    return { node: at };
  }

  /** The symbolic link that a node is, itself or as a hard link to one. */
  #symlinkAt(node: number): number | undefined {
    const type = this.typeOf(node);
    if (type === 'symlink') return node;
    const content = type === 'hardlink' ? this.#content.get(node) : undefined;
    return content !== undefined && this.typeOf(content) === 'symlink' ? content : undefined;
  }

  #mayFollow(links: number): boolean {
    return links <= this.#linkLimit && this.#linkSteps <= LINK_STEPS;
  }

  /** Parts of a link's target, last first; a target from the root ends in ''. */
  #linkParts(node: number): string[] {
    const target = this.#linkTarget(node);
    const parts = target === undefined || target === '' ? [] : target.split('/').reverse();
    this.#linkSteps += parts.length;
    return parts;
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

  /** Makes room at once: tables that double on the way to a large layer leave as much garbage behind as they hold. */
  #reserve(nodes: number): void {
    if (nodes <= this.#parent.length * 2) return;
    this.#grow(nodes);
    if (nodes * 2 > this.#slots.length) this.#rehash(2 ** Math.ceil(Math.log2(nodes * 2)));
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
