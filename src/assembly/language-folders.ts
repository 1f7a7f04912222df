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
  /** By node of a folder the layers that brought packages into it. */
  readonly #folders: Map<number, Set<number>> = new Map();

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
    // Python runs what stands in such a file whenever it starts: no package of a folder answers for it.
    if (this.#folders.size === 0 || name.endsWith('.pth')) return false;
    const layer = this.#tree.layerOf(node);
    for (let at = this.#tree.parentOf(node); at >= 0; at = this.#tree.parentOf(at)) {
      if (this.#folders.get(at)?.has(layer) === true) return true;
    }
    return false;
  }

  #add({ record, path }: InstalledRecord): void {
    if (record.evidence !== undefined || record.application === true) return;
    const { node } = this.#tree.find(path);
    if (node === undefined) return;
    this.#files.add(node);
    const layer = this.#tree.layerOf(node);
    for (const folder of foldersOf(record.type, path)) {
      const found = folder === '' ? undefined : this.#tree.find(folder).node;
      if (found === undefined || this.#tree.typeOf(found) !== 'directory') continue;
      const layers = this.#folders.get(found);
      if (layers === undefined) this.#folders.set(found, new Set([layer]));
      else layers.add(layer);
    }
  }
}

/**
 * Where the files of a package are, by where its metadata is. Its list of files (RECORD) is not read: of Python that is the
 * folder `site-packages` that it shares with others, and elsewhere the one beside the metadata that bears its name.
 */
function foldersOf(type: string, path: string): readonly string[] {
  const parent = parentOf(path);
  const name = path.slice(parent.length + 1);
  switch (type) {
    case 'npm':
      return isBelow(parent, 'node_modules') || isBelow(parent, 'nodejs') ? [parent] : [];
    case 'pypi': {
      const hasMetadata = parent.endsWith('.dist-info') || parent.endsWith('.egg-info');
      const site = hasMetadata ? parentOf(parent) : parent;
      if (site.endsWith('-packages')) return [site];
      // `pip install --target`: what else is there may be anybody's. Dashes of names are underscores in names of folders.
      const folder = parent.slice(site.length + 1);
      const dash = folder.indexOf('-');
      return hasMetadata && dash > 0 ? [`${site}/${folder.slice(0, dash)}`.replace(/^\//, '')] : [];
    }
    case 'gem': {
      const specifications = parent.endsWith('/default') ? parentOf(parent) : parent;
      if (!name.endsWith('.gemspec') || !specifications.endsWith('specifications')) return [];
      return [`${parentOf(specifications)}/gems/${name.slice(0, -'.gemspec'.length)}`];
    }
    case 'composer':
      return parent.endsWith('/composer') && name.startsWith('installed.') ? [parentOf(parent)] : [];
    case 'nuget':
      return name.endsWith('.deps.json') ? [parent] : [];
    case 'generic':
      // A Java runtime.
      return name === 'release' ? [parent] : [];
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
