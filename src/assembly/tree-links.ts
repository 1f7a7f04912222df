import type { TreeBudget } from './tree-budget.ts';
import type { TreeNames } from './tree-names.ts';
import { NONE, type TreeNodes } from './tree-nodes.ts';

/** A longer target than PATH_MAX leads nowhere: no kernel follows it. */
const TARGET_LENGTH = 4096;

/** Where a path led. */
export type Found =
  | { readonly node: number }
  | { readonly node: undefined; readonly reason: 'absent' | 'loop' | 'broken' };

/** Follows paths through the links of a merged tree, as a kernel whose root is the tree, within a budget. */
export class TreeLinks {
  readonly #names: TreeNames;
  readonly #nodes: TreeNodes;
  readonly #budget: TreeBudget;
  /** Nodes that hold the content of hard links. */
  readonly #content: Map<number, number> = new Map();

  constructor(names: TreeNames, budget: TreeBudget) {
    this.#names = names;
    this.#nodes = names.nodes;
    this.#budget = budget;
  }

  /**
   * Follows a path from the root.
   * @param followLast whether a symbolic link at its end is followed too
   */
  find(path: string, followLast: boolean): Found {
    const nodes = this.#nodes;
    let at = nodes.root;
    let links = 0;
    /** Parts that are left when the outermost link at hand is used up: while there are more, a link is to blame. */
    let afterLink = Number.POSITIVE_INFINITY;
    const parts = path.split('/').reverse();
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        at = at === nodes.root ? at : nodes.parentOf(at);
        continue;
      }
      const child = this.#names.child(at, part, 0, part.length);
      const inLink = parts.length >= afterLink;
      if (child === undefined) return { node: undefined, reason: inLink ? 'broken' : 'absent' };
      const link = this.symlinkAt(child);
      if (link === undefined || (parts.length === 0 && !followLast)) {
        at = child;
        continue;
      }
      if (!this.#budget.mayFollow(++links)) return { node: undefined, reason: 'loop' };
      const target = this.partsOf(link);
      if (target.length === 0) return { node: undefined, reason: 'broken' };
      if (!inLink) afterLink = parts.length;
      if (target[target.length - 1] === '') at = nodes.root;
      parts.push(...target);
    }
    return { node: at };
  }

  /** The symbolic link that a node is, itself or as a hard link to one. */
  symlinkAt(node: number): number | undefined {
    const type = this.#nodes.typeOf(node);
    if (type === 'symlink') return node;
    const content = type === 'hardlink' ? this.#content.get(node) : undefined;
    return content !== undefined && this.#nodes.typeOf(content) === 'symlink' ? content : undefined;
  }

  /** Takes a node out of sight, with all that is below it. */
  detach(node: number, layer: number): void {
    this.#nodes.detach(node, layer);
    if (this.#nodes.typeOf(node) === 'hardlink' && this.symlinkAt(node) !== undefined) this.#nodes.raiseEpoch();
  }

  /** Parts of a symbolic link's target, last first; a target from the root ends in ''. */
  partsOf(link: number): string[] {
    const target = this.#targetOf(link);
    const parts = target === undefined || target === '' ? [] : target.split('/').reverse();
    this.#budget.spendLink(parts.length);
    return parts;
  }

  /** The node that holds the content of a hard link, or the node itself. */
  contentOf(node: number): number | undefined {
    if (this.#nodes.typeOf(node) !== 'hardlink') return node;
    return this.#content.get(node) ?? this.#linkedContent(node);
  }

  /** The node that the target of a hard link names. */
  hardTarget(target: string): number | undefined {
    if (target.length > TARGET_LENGTH || !this.#budget.spendHardLink(target)) return undefined;
    return this.find(target, false).node;
  }

  /** Remembers what a new hard link leads to now: a layer further up may replace it. */
  keepContent(node: number): void {
    const content = this.#linkedContent(node) ?? NONE;
    if (content !== NONE) this.#content.set(node, content);
  }

  /** Remembers what a hard link leads to where that is not known otherwise. */
  keepContentBelow(node: number, content: number): void {
    if (this.#nodes.typeOf(node) === 'hardlink' && !this.#content.has(node)) this.#content.set(node, content);
  }

  /** Whether a hard link still leads to what it led to when it was made. */
  keepsContent(node: number): boolean {
    return this.#content.get(node) === this.#linkedContent(node);
  }

  /** Follows a hard link by its name, as long as it leads to further ones whose content is not known. */
  #linkedContent(node: number): number | undefined {
    let at = node;
    for (let links = 0; links < this.#budget.links; links++) {
      const target = this.#targetOf(at);
      const found = target === undefined ? undefined : this.hardTarget(target);
      if (found === undefined) return undefined;
      if (this.#nodes.typeOf(found) !== 'hardlink') return found;
      if (found === at) return undefined;
      const known = this.#content.get(found);
      if (known !== undefined) return known;
      at = found;
    }
    return undefined;
  }

  #targetOf(node: number): string | undefined {
    const target = this.#nodes.indexOf(node)?.linkOf(this.#nodes.entryOf(node));
    return target !== undefined && target.length <= TARGET_LENGTH ? target : undefined;
  }
}
