import type { Pauses } from '../pauses.ts';
import type { MergedFiles } from './merged-files.ts';
import { NONE } from './tree-nodes.ts';

/** Where a file stands in the merged view, and the layer that counts for it. */
export interface LiveName {
  readonly layer: number;
  readonly path: string;
}

/** Names under which hard links still show files whose own path an upper layer hides. */
export class LiveNames {
  readonly #files: MergedFiles;
  /** By the node that has the content the first link to it that is in sight. */
  readonly #links: ReadonlyMap<number, number>;

  private constructor(files: MergedFiles, links: ReadonlyMap<number, number>) {
    this.#files = files;
    this.#links = links;
  }

  static async of(files: MergedFiles, pauses: Pauses): Promise<LiveNames> {
    const { tree } = files;
    const links = new Map<number, number>();
    if (!tree.hidesAny) return new LiveNames(files, links);
    for (let node = tree.nextFile(NONE); node !== NONE; node = tree.nextFile(node)) {
      if (pauses.isDue(1)) await pauses.take();
      if (tree.typeOf(node) !== 'hardlink') continue;
      const content = tree.contentOf(node);
      if (content === undefined || tree.showsFile(content) || links.has(content)) continue;
      links.set(content, node);
    }
    return new LiveNames(files, links);
  }

  /**
   * The name that is left of a file of a layer.
   * @param path of the file, or of a member of it: `a.zip!/b`
   * @returns undefined where its own path is in sight, or nothing shows it any more
   */
  of(layer: number, path: string): LiveName | undefined {
    if (this.#links.size === 0) return undefined;
    const { tree } = this.#files;
    const member = path.indexOf('!/');
    const content = tree.placeOf(layer, member < 0 ? path : path.slice(0, member));
    const link = content === undefined ? undefined : this.#links.get(content);
    if (link === undefined) return undefined;
    const name = tree.pathOf(link);
    return {
      // What the layer had at that name itself may be hidden: then it is the layer of the link that shows it.
      layer: tree.hiddenBy(layer, name) === undefined ? layer : tree.layerOf(link),
      path: member < 0 ? name : name + path.slice(member),
    };
  }
}
