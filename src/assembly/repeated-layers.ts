import { hashName, type LayerIndex } from '../reading/layer-index.ts';
import { removesAnything } from './layer-removals.ts';
import { PAUSE, type TreeBudget } from './tree-budget.ts';
import type { TreeLinks } from './tree-links.ts';
import type { TreeNames } from './tree-names.ts';
import { NONE, type TreeNodes } from './tree-nodes.ts';

const UNKNOWN = -2;

/** What putting a layer on top came to. */
export type Applied =
  | 'changed'
  /** All that it brings was there already, from the same layer further down. */
  | 'unchanged'
  /** The budget of layers that are listed again was used up. */
  | 'left-out';

/** One time that an index was put on top. */
export interface Appearance {
  /** The number of the layer. */
  readonly layer: number;
  /** The changes of the tree after which the index would change nothing. */
  changes: number;
  /** Whether it was looked up that it would change nothing. */
  settled: boolean;
}

/** Tells what layers that an image lists again would change, so that one that is listed a thousand times costs little. */
export class RepeatedLayers {
  readonly #names: TreeNames;
  readonly #nodes: TreeNodes;
  readonly #links: TreeLinks;
  readonly #budget: TreeBudget;
  readonly #last: Map<LayerIndex, Appearance> = new Map();

  constructor(names: TreeNames, links: TreeLinks, budget: TreeBudget) {
    this.#names = names;
    this.#nodes = names.nodes;
    this.#links = links;
    this.#budget = budget;
  }

  /** The last time that an index was put on top and changed something. */
  last(index: LayerIndex): Appearance | undefined {
    return this.#last.get(index);
  }

  /** Remembers that an index was put on top just now. */
  remember(index: LayerIndex, layer: number): void {
    this.#last.set(index, { layer, changes: this.#nodes.changes, settled: false });
  }

  /** Tells what an index that was put on top before would change if it were once more. */
  *judge(index: LayerIndex, before: Appearance): Generator<undefined, Applied> {
    const { changes } = this.#nodes;
    if (before.changes === changes && before.settled) return 'unchanged';
    if (!this.#budget.spendRepeat(index.count + index.whiteouts.length + index.opaque.length)) return 'left-out';
    // What it removes may be reached through links that it made itself, so once more is not the same as once.
    if (removesAnything(index)) return 'changed';
    if (!(yield* this.#isInPlace(index))) return 'changed';
    before.changes = changes;
    before.settled = true;
    return 'unchanged';
  }

  /** Whether every member of a layer would land where it stands. */
  *#isInPlace(index: LayerIndex): Generator<undefined, boolean> {
    const nodes = this.#nodes;
    const parents = new Int32Array(index.directories.length).fill(UNKNOWN);
    for (let entry = 0; entry < index.count; entry++) {
      if (entry % PAUSE === PAUSE - 1) yield;
      const directory = index.directoryOf(entry);
      if (parents[directory] === UNKNOWN) {
        parents[directory] = this.#links.find(index.directories[directory] as string, true).node ?? NONE;
      }
      const parent = parents[directory] as number;
      if (parent === NONE) return false;
      const start = index.nameStart(entry);
      const end = index.nameEnd(entry);
      if (start === end) continue;
      const hash = hashName(index.names, start, end, parent);
      const node = this.#names.inSlot(this.#names.slotOf(parent, hash, index.names, start, end));
      if (node === NONE || nodes.isDetached(node) || !nodes.isEntry(node, index, entry)) return false;
      if (index.typeOf(entry) === 'hardlink' && !this.#links.keepsContent(node)) return false;
    }
    return true;
  }
}
