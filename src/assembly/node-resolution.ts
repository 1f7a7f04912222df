import type { PathTree } from './path-tree.ts';
import type { PlacedRecord } from './placed-record.ts';
import { NONE } from './tree-nodes.ts';

const FOLDER = 'node_modules/';
const FILE = '/package.json';
/** Links to packages that are followed: a store of pnpm has one for each need. */
const LINKS = 300_000;
/** Places of one name up to which they are simply tried one after the other. */
const FEW = 12;

/** A package below some `node_modules`. */
interface Module {
  /** The directory that has the `node_modules`, with a slash at its end; '' is the root. */
  readonly base: string;
  readonly purl: string;
}

/**
 * Finds what packages need as Node.js does: in the `node_modules` of the package itself, then of each directory above
 * it, by the name of the folder, which may be a link (Node.js, "Modules: CommonJS modules", "Loading from node_modules
 * folders").
 */
export class NodeModules {
  readonly #byName = new Map<string, Module[]>();
  /** Names that many places have: their purls by base. */
  readonly #byBase = new Map<string, ReadonlyMap<string, string>>();

  /** @param placed packages of npm that are installed */
  constructor(placed: readonly PlacedRecord[], tree: PathTree) {
    const byLocation = new Map<string, string>();
    for (const { location, purl } of placed) {
      byLocation.set(location, purl);
      if (location.endsWith(FILE)) this.#add(location.slice(0, -FILE.length), purl);
    }
    if (byLocation.size > 0) this.#addLinks(tree, byLocation);
  }

  /**
   * purl of the package that `name` leads to.
   * @param location the package.json of the one that needs it
   */
  resolve(location: string, name: string): string | undefined {
    const modules = this.#byName.get(name);
    if (modules === undefined) return undefined;
    if (modules.length > FEW) return this.#walk(location, name, modules);
    let found: Module | undefined;
    for (const module of modules) {
      const isNearer = found === undefined || module.base.length > found.base.length;
      if (isNearer && location.startsWith(module.base)) found = module;
    }
    return found?.purl;
  }

  #walk(location: string, name: string, modules: readonly Module[]): string | undefined {
    let byBase = this.#byBase.get(name);
    if (byBase === undefined) {
      byBase = new Map(modules.map(({ base, purl }) => [base, purl]));
      this.#byBase.set(name, byBase);
    }
    for (let end = location.lastIndexOf('/'); end >= 0; end = end === 0 ? -1 : location.lastIndexOf('/', end - 1)) {
      const purl = byBase.get(location.slice(0, end + 1));
      if (purl !== undefined) return purl;
    }
    return byBase.get('');
  }

  #add(folder: string, purl: string): void {
    const at = folder.lastIndexOf(FOLDER);
    if (at < 0 || (at > 0 && folder.charCodeAt(at - 1) !== SLASH)) return;
    const name = folder.slice(at + FOLDER.length);
    const module = { base: folder.slice(0, at), purl };
    const modules = this.#byName.get(name);
    if (modules === undefined) this.#byName.set(name, [module]);
    else modules.push(module);
  }

  #addLinks(tree: PathTree, byLocation: ReadonlyMap<string, string>): void {
    let left = LINKS;
    for (let node = tree.nextFile(NONE); node !== NONE; node = tree.nextFile(node)) {
      if (tree.typeOf(node) !== 'symlink') continue;
      const path = tree.pathOf(node);
      if (!path.includes(FOLDER) || path.includes('/.bin/')) continue;
      if (left-- === 0) return;
      const target = tree.find(path).node;
      const purl = target === undefined ? undefined : byLocation.get(tree.pathOf(target) + FILE);
      if (purl !== undefined) this.#add(path, purl);
    }
  }
}

const SLASH = 0x2f;
