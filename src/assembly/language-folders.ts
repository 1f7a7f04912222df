import type { PackageRecord } from '../model/fact.ts';
import type { Pauses } from '../pauses.ts';
import type { InstalledRecord } from './installed-record.ts';
import type { PathTree } from './path-tree.ts';

/**
 * Files that are parts of installed packages of languages: the file that stands for one (a jar, a program with build
 * information), and what is below the folder that it was installed in, if it came with the very layer that brought the
 * package. What a later layer puts into such a folder is not a part of it.
 */
export class LanguageFolders {
  readonly #tree: PathTree;
  /** Nodes of files that stand for packages. */
  readonly #files: Set<number> = new Set();
  /** By node of a folder the layers that brought packages into it, and the type of those. */
  readonly #folders: Map<number, Map<number, string>> = new Map();

  private constructor(tree: PathTree) {
    this.#tree = tree;
  }

  static async of(tree: PathTree, installed: readonly InstalledRecord[], pauses: Pauses): Promise<LanguageFolders> {
    const folders = new LanguageFolders(tree);
    for (const one of installed) {
      if (pauses.isDue(20)) await pauses.take();
      folders.#add(one);
    }
    return folders;
  }

  /** Whether a file is a part of a package. */
  has(node: number, name: string): boolean {
    return this.#files.has(node) || this.isBelow(node, name);
  }

  /** Whether a file came with a package, whatever it is itself. */
  isBelow(node: number, name: string): boolean {
    return this.typeOf(node, name) !== undefined;
  }

  /** The type of the package that a file came with; '' where it came with some of them. */
  typeOf(node: number, name: string): string | undefined {
    // Python runs what stands in such a file whenever it starts: no package of a folder answers for it.
    if (this.#folders.size === 0 || name.endsWith('.pth')) return undefined;
    const layer = this.#tree.layerOf(node);
    for (let at = this.#tree.parentOf(node); at >= 0; at = this.#tree.parentOf(at)) {
      const type = this.#folders.get(at)?.get(layer);
      if (type !== undefined) return type;
    }
    return undefined;
  }

  #add({ record, path }: InstalledRecord): void {
    if (record.evidence !== undefined || record.application === true) return;
    const { node } = this.#tree.find(path);
    if (node === undefined) return;
    this.#files.add(node);
    const layer = this.#tree.layerOf(node);
    for (const [folder, type] of foldersOf(record, path)) {
      const found = folder === '' ? undefined : this.#tree.find(folder).node;
      if (found === undefined || this.#tree.typeOf(found) !== 'directory') continue;
      const types = this.#folders.get(found);
      if (types === undefined) this.#folders.set(found, new Map([[layer, type]]));
      else if (!types.has(layer)) types.set(layer, type);
    }
  }
}

/**
 * Where the files of a package are, by where its metadata is. Its list of files (RECORD) is not read: of Python that is the
 * folder `site-packages` that it shares with others, and elsewhere the one beside the metadata that bears its name.
 * @returns each with the type of the package that its files are of, '' where none of the packages there need have brought a file
 */
function foldersOf({ type, name: called }: PackageRecord, path: string): readonly (readonly [string, string])[] {
  const parent = parentOf(path);
  const name = path.slice(parent.length + 1);
  switch (type) {
    case 'npm':
      return isBelow(parent, 'node_modules') || isBelow(parent, 'nodejs') ? [[parent, type]] : [];
    case 'pypi': {
      const hasMetadata = parent.endsWith('.dist-info') || parent.endsWith('.egg-info');
      const site = hasMetadata ? parentOf(parent) : parent;
      if (site.endsWith('-packages')) return [[site, type]];
      // `pip install --target`: what else is there may be anybody's. Dashes of names are underscores in names of folders.
      const folder = parent.slice(site.length + 1);
      const dash = folder.indexOf('-');
      return hasMetadata && dash > 0 ? [[`${site}/${folder.slice(0, dash)}`.replace(/^\//, ''), type]] : [];
    }
    case 'gem': {
      const specifications = parent.endsWith('/default') ? parentOf(parent) : parent;
      if (!name.endsWith('.gemspec') || !specifications.endsWith('specifications')) return [];
      return [[`${parentOf(specifications)}/gems/${name.slice(0, -'.gemspec'.length)}`, type]];
    }
    case 'composer':
      if (!parent.endsWith('/composer') || !name.startsWith('installed.')) return [];
      // What loads the packages stands beside them, and so may anything.
      return [
        [parentOf(parent), ''],
        [parent, type],
        [`${parentOf(parent)}/${called}`, type],
      ];
    case 'nuget':
      return name.endsWith('.deps.json') ? [[parent, '']] : [];
    case 'generic':
      // A Java runtime.
      return name === 'release' ? [[parent, '']] : [];
    default:
      return [];
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) || path.includes(`/${folder}/`);
}
