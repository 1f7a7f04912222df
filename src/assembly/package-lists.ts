import type { PackageRecord } from '../model/fact.ts';
import type { LayerFact } from '../model/view.ts';
import type { MergedFiles } from './merged-files.ts';
import { ownerNames } from './owner-names.ts';
import { eachPath, isFolder, NodeFinder } from './ownership.ts';

/** Parts of the tree that a package manager leaves behind on purpose, or that show nothing of what still runs. */
const leftovers = ['etc/', 'var/', 'usr/share/doc/', 'usr/share/man/', 'usr/share/locale/'];
const DOCUMENTATION = 'usr/share/doc/';

/** The lists of files of all packages and layers, and what became of the files that they name. */
export class PackageLists {
  readonly #files: MergedFiles;
  readonly #nodes: NodeFinder;
  #byOwner: ReadonlyMap<string, readonly LayerFact<'ownership'>[]> | undefined;

  constructor(files: MergedFiles) {
    this.#files = files;
    this.#nodes = new NodeFinder(files);
  }

  /** Lists of a package, base first. Packages of languages have none. */
  of(record: PackageRecord): readonly LayerFact<'ownership'>[] {
    this.#byOwner ??= Map.groupBy(this.#files.facts('ownership'), ({ fact }) => `${fact.type} ${fact.owner}`);
    const byOwner = this.#byOwner;
    if (byOwner.size === 0) return [];
    const [plain, withArch] = ownerNames(record).map((name) => byOwner.get(`${record.type} ${name}`) ?? []);
    // rpm tells the architecture in those layers only that have several of the package.
    return [...plain!, ...withArch!].sort((a, b) => a.layer - b.layer);
  }

  /** Whether a package that has nothing else still has a file of documentation, which a package manager removes with it. */
  hasDocumentation(list: string, isKept: (node: number) => boolean): boolean {
    let found = false;
    eachPath(list, (start, end) => {
      if (found || !list.startsWith(DOCUMENTATION, start)) return;
      const node = this.#nodes.find(list, start, end);
      found = node !== undefined && this.#files.tree.typeOf(node) !== 'directory' && isKept(node);
    });
    return found;
  }

  /**
   * Shows where each file of a list stands in the merged view: undefined where it is gone. Directories are left out, as
   * far as there are any, and what stays on purpose.
   */
  eachFile(list: string, use: (node: number | undefined) => void): void {
    const { tree } = this.#files;
    eachPath(list, (start, end) => {
      if (leftovers.some((prefix) => list.startsWith(prefix, start))) return;
      const node = this.#nodes.find(list, start, end);
      if (node === undefined ? !isFolder(list, start, end) : tree.typeOf(node) !== 'directory') use(node);
    });
  }
}
