import { setImmediate } from 'node:timers/promises';
import type { Analyzer } from '../model/analyzer.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import type { Problem } from '../model/problem.ts';
import { WantedNames } from '../reading/wanted-names.ts';
import type { MergedFiles } from './merged-files.ts';
import type { PathTree } from './path-tree.ts';
import { isSymbolicLink, SymbolicLinks } from './symbolic-links.ts';
import { NONE } from './tree-nodes.ts';
import type { Wish } from './wishes.ts';

/** Nodes between two pauses. */
const PAUSE_EVERY = 16_384;
/** Files behind links that are read; honest images have some dozens. */
const MOST_WISHES = 5000;

/**
 * Files that symbolic links show where an analyzer wants them, though it does not under their own names: stores that are
 * ordered by digests link what they hold to where it is used, and so does whoever would hide it. Analyzers that know where
 * their files are ask for those by themselves.
 * @param problems gets what was left out
 */
export async function symbolicWishes(
  { tree }: MergedFiles,
  analyzers: readonly Analyzer[],
  signal: AbortSignal,
  problems: Problem[],
): Promise<readonly Wish[]> {
  const asking = new Asking(
    tree,
    analyzers.filter(({ names, within, missing }) => names !== undefined || (within !== undefined && !missing)),
  );
  let count = 0;
  for (const step of asking.steps()) {
    count += step;
    if (count < PAUSE_EVERY) continue;
    count = 0;
    await setImmediate();
    if (signal.aborted) break;
  }
  if (asking.isExhausted) {
    const message =
      'the image has so many symbolic links that files were not read under all names that these give them';
    problems.push({ code: 'layer.limit', message });
  }
  return asking.wishes;
}

class Asking {
  readonly wishes: Wish[] = [];
  readonly #tree: PathTree;
  readonly #links: SymbolicLinks;
  readonly #names: WantedNames;
  readonly #byName: readonly { readonly analyzer: Analyzer; readonly names: WantedNames }[];
  /** Those that want files of any name in some folders. */
  readonly #byFolder: readonly Analyzer[];
  /** By folder those of these that want anything in it, under any of its names. */
  readonly #folders: Map<number, readonly Analyzer[]> = new Map();
  #isFull = false;

  constructor(tree: PathTree, analyzers: readonly Analyzer[]) {
    this.#tree = tree;
    this.#links = new SymbolicLinks(tree);
    const named = analyzers.filter(({ names }) => names !== undefined);
    this.#names = new WantedNames(named);
    this.#byName = named.map((analyzer) => ({ analyzer, names: new WantedNames([analyzer]) }));
    this.#byFolder = analyzers.filter(({ names }) => names === undefined);
  }

  get isExhausted(): boolean {
    return this.#isFull || this.#links.isExhausted;
  }

  /** Yields the work of each step: there may be millions of nodes. */
  *steps(): Generator<number, void, void> {
    const tree = this.#tree;
    const links: number[] = [];
    const targets: number[] = [];
    for (let node = tree.nextFile(NONE); node !== NONE; node = tree.nextFile(node)) {
      yield 1;
      const target = isSymbolicLink(tree, node) ? this.#links.follow(node) : undefined;
      if (target === undefined) continue;
      links.push(node);
      targets.push(target);
    }
    for (let i = 0; i < links.length && !this.#isFull; i++) {
      yield 1;
      this.#ask(links[i] as number, targets[i] as number);
    }
    if (!this.#links.hasFolders) return;
    for (let node = tree.nextFile(NONE); node !== NONE && !this.isExhausted; node = tree.nextFile(node)) {
      yield 1;
      if (this.#links.namesOf(tree.parentOf(node)).length === 0) continue;
      if (!isSymbolicLink(tree, node)) this.#ask(node, node);
    }
  }

  /** Those that may want a file of this name, or in this folder. What may be executed is wanted under any name, and read. */
  #mayWant(node: number): readonly Analyzer[] {
    const index = this.#tree.indexOf(node);
    if (index === undefined) return [];
    const entry = this.#tree.entryOf(node);
    const [start, end] = [index.nameStart(entry), index.nameEnd(entry)];
    const others = this.#byFolder.length > 0 ? this.#inFolder(this.#tree.parentOf(node)) : [];
    if (!this.#names.hasPart(index.names, start, end, 0, 0)) return others;
    const named = this.#byName.filter(({ names }) => names.hasPart(index.names, start, end, 0, 0));
    return [...named.map(({ analyzer }) => analyzer), ...others];
  }

  #inFolder(folder: number): readonly Analyzer[] {
    let known = this.#folders.get(folder);
    if (known === undefined) {
      const paths = [this.#tree.pathOf(folder), ...this.#links.namesOf(folder)];
      known = this.#byFolder.filter(({ within }) => paths.some((path) => within?.(path) === true));
      this.#folders.set(folder, known);
    }
    return known;
  }

  /**
   * Asks for a file under all names that links give it.
   * @param node a link to it, or the file itself
   */
  #ask(node: number, target: number): void {
    const tree = this.#tree;
    const analyzers = this.#mayWant(node);
    const content = analyzers.length === 0 ? undefined : tree.contentOf(target);
    const index = content === undefined ? undefined : tree.indexOf(content);
    if (content === undefined || index === undefined || tree.typeOf(content) !== 'file') return;
    const header = index.header(tree.entryOf(content));
    const own = tree.showsFile(content) ? [header] : [];
    if (target !== content) own.push(named(header, tree.pathOf(target)));
    const open = analyzers.filter((analyzer) => own.every((known) => analyzer.wants(known) === Appetite.None));
    if (open.length === 0) return;
    if (node !== target) this.#askAs(tree.pathOf(node), content, header, open);
    const name = tree.nameOf(node);
    for (const folder of this.#links.namesOf(tree.parentOf(node))) {
      if (this.#isFull) return;
      this.#askAs(`${folder}/${name}`, content, header, open);
    }
  }

  #askAs(path: string, content: number, header: FileHeader, open: readonly Analyzer[]): void {
    const linked = named(header, path);
    for (const analyzer of open) {
      if (analyzer.wants(linked) === Appetite.None) continue;
      if (this.wishes.length >= MOST_WISHES) this.#isFull = true;
      else this.wishes.push({ analyzer, layer: this.#tree.layerOf(content), header, as: path });
    }
  }
}

function named(header: FileHeader, path: string): FileHeader {
  return { ...header, path, name: path.slice(path.lastIndexOf('/') + 1) };
}
