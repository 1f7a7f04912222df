import type { InstalledRecord } from './installed-record.ts';
import type { MergedFiles } from './merged-files.ts';
import { ownerNames } from './owner-names.ts';
import type { Ownership } from './ownership.ts';

/**
 * Which packages of languages are a distribution's. A file belongs to a package of the distribution that lists it, and
 * still is what that package brought: what somebody put in its place later, in another version, is the distribution's
 * no longer. A layer that brings the file again as it was (`chmod -R`) changes nothing.
 */
export class FileOwners {
  readonly #files: MergedFiles;
  readonly #ownership: Ownership;
  /** By owner the layer that brought its version. */
  readonly #layers: ReadonlyMap<string, number>;

  constructor(files: MergedFiles, ownership: Ownership, installed: readonly InstalledRecord[]) {
    this.#files = files;
    this.#ownership = ownership;
    const types = new Set(files.facts('ownership').map(({ fact }) => fact.type));
    const layers = new Map<string, number>();
    for (const { record, layer } of installed) {
      if (!types.has(record.type)) continue;
      for (const name of ownerNames(record)) layers.set(name, Math.max(layer, layers.get(name) ?? 0));
    }
    this.#layers = layers;
  }

  /** Whether a listed package names a file, whoever wrote it last. */
  isOwned(node: number): boolean {
    return this.#ownership.isExplained(node);
  }

  /** The layer that brought the version of a package of the distribution; undefined where no database lists it. */
  broughtBy(owner: string): number | undefined {
    return this.#layers.get(owner);
  }

  /** Name of the distribution's package that a package of a language is a part of. */
  ownerOf({ path, layer }: InstalledRecord): string | undefined {
    if (this.#layers.size === 0) return undefined;
    const { node } = this.#files.tree.find(path);
    return node === undefined ? undefined : this.ownerOfNode(node, layer);
  }

  /** Name of the distribution's package that a file of a layer belongs to, if that layer is not above the package's version. */
  ownerOfNode(node: number, layer: number): string | undefined {
    return this.#named(node, (since) => layer <= since);
  }

  /**
   * Name of the package that brought a file: its version came with the very layer that has the file. What a package left
   * as it was (a changed setting, when the package was renewed) it did not bring.
   */
  bringerOfNode(node: number, layer: number): string | undefined {
    return this.#named(node, (since) => layer === since);
  }

  /** The same of a file by its path, while it is in sight. */
  bringerOf(layer: number, path: string): string | undefined {
    const { node } = this.#files.tree.find(path);
    const isIt = node !== undefined && this.#files.tree.layerOf(node) === layer;
    return isIt ? this.bringerOfNode(node, layer) : undefined;
  }

  #named(node: number, fits: (since: number) => boolean): string | undefined {
    if (this.#layers.size === 0 || !this.#ownership.isExplained(node)) return undefined;
    const owner = this.#ownership.ownerOfNode(node);
    const since = owner === undefined ? undefined : this.#layers.get(owner);
    if (owner === undefined || since === undefined || !fits(since)) return undefined;
    const colon = owner.indexOf(':');
    return colon < 0 ? owner : owner.slice(0, colon);
  }
}
