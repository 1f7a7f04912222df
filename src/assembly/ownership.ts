import type { OwnershipFact } from '../model/fact.ts';
import type { Problem } from '../model/problem.ts';
import type { LayerFact } from '../model/view.ts';
import type { Pauses } from '../pauses.ts';
import type { DroppedRecord } from './installed-record.ts';
import type { MergedFiles } from './merged-files.ts';
import { ownerNames } from './owner-names.ts';
import { isProgramPath } from './program-path.ts';
import { RecordedDigests } from './recorded-digests.ts';

/**
 * Which package owns which file of the merged view. Package managers write paths as the package names them, before
 * diversions and through links to directories (`/lib` to `/usr/lib`): both are resolved here.
 */
export class Ownership {
  readonly #files: MergedFiles;
  readonly #installed: ReadonlySet<string>;
  /** By owner the layer whose database lists it no longer. */
  readonly #dropped: Map<string, number> = new Map();
  /** For each node one more than the number of its owner. */
  readonly #owners: Int32Array | Uint16Array;
  readonly #names: string[] = [];
  /** For each owner by its number less one: whether a database lists it. */
  readonly #listed: boolean[] = [];

  /** By type and owner, for those that a database lists. */
  readonly #programs: Map<string, { files: number; kept: number }> = new Map();

  private constructor(files: MergedFiles, installed: ReadonlySet<string>, dropped: readonly DroppedRecord[]) {
    this.#files = files;
    for (const { record, droppedBy } of dropped) {
      for (const name of ownerNames(record)) if (!installed.has(name)) this.#dropped.set(name, droppedBy);
    }
    this.#installed = this.#dropped.size === 0 ? installed : new Set([...installed, ...this.#dropped.keys()]);
    // Hardly an image has so many packages, and many have millions of files.
    const isFew = files.facts('ownership').length < 2 ** 16;
    this.#owners = isFew ? new Uint16Array(files.tree.size) : new Int32Array(files.tree.size);
  }

  /**
   * @param installed names of the packages that the databases list, with and without `:arch`
   * @param problems gets what was left out because time ran out
   * @param dropped packages that are there, though a layer dropped them from its database: their files are what lists below it say
   */
  static async of(
    files: MergedFiles,
    installed: ReadonlySet<string>,
    pauses: Pauses,
    problems: Problem[] = [],
    dropped: readonly DroppedRecord[] = [],
  ): Promise<Ownership> {
    const ownership = new Ownership(files, installed, dropped);
    await ownership.#resolve(pauses, problems);
    return ownership;
  }

  /** Whether an owner is a package that a database lists. */
  isInstalled(owner: string): boolean {
    return this.#installed.has(owner);
  }

  /**
   * How many programs and libraries the lists of a package name, and how many of them are there; directories that are
   * there do not count. Undefined where no list that counts is the package's.
   */
  programsOf(type: string, owner: string): { readonly files: number; readonly kept: number } | undefined {
    return this.#programs.get(`${type} ${owner}`);
  }

  ownerOf(path: string): string | undefined {
    const found = this.#files.tree.find(path);
    return found.node === undefined ? undefined : this.ownerOfNode(found.node);
  }

  ownerOfNode(node: number): string | undefined {
    return this.#names[(this.#owners[node] as number) - 1];
  }

  /** Whether a package that a database lists owns a node: a list of one that none knows explains nothing. */
  isExplained(node: number): boolean {
    return this.#listed[(this.#owners[node] as number) - 1] === true;
  }

  async #resolve(pauses: Pauses, problems: Problem[]): Promise<void> {
    const owners = this.#owners;
    const { tree } = this.#files;
    const diversions = this.#diversions();
    // Few paths are diverted: nearly all others are told by their length, and not copied to be looked up.
    const lengths = new Uint8Array(LINE_LENGTH + 1);
    for (const from of diversions.keys()) if (from.length <= LINE_LENGTH) lengths[from.length] = 1;
    const nodes = new NodeFinder(this.#files);
    const digests = new RecordedDigests(this.#files);
    const lists = currentOwnership(this.#files, this.#dropped).map(({ fact }) => fact);
    // Lists that a package left behind yield to those of packages that are there.
    const ordered = [
      ...lists.filter((fact) => this.isInstalled(fact.owner)),
      ...lists.filter((fact) => !this.isInstalled(fact.owner)),
    ];
    for (const [done, fact] of ordered.entries()) {
      if (pauses.isDue(1 + fact.files.length / 10)) await pauses.take();
      if (pauses.isOver) {
        const message = `the time limit was reached while owners of files were found; ${ordered.length - done} packages were left out`;
        problems.push({ code: 'scan.timeout', message });
        return;
      }
      const number = this.#names.push(fact.owner);
      this.#listed.push(this.isInstalled(fact.owner));
      const nodeOf = (text: string, start: number, end: number): number | undefined => {
        const diversion = lengths[end - start] === 0 ? undefined : diversions.get(text.slice(start, end));
        const isPlain = diversion === undefined || diversion.by === withoutArch(fact.owner);
        return isPlain ? nodes.find(text, start, end) : nodes.find(diversion.to, 0, diversion.to.length);
      };
      const isRecorded = digests.of(fact, number, nodeOf);
      const { files } = fact;
      const programs = this.#listed.at(-1) === true ? this.#programsFor(fact) : undefined;
      eachPath(files, (start, end) => {
        const node = nodeOf(files, start, end);
        // The first owner stays: multi-arch packages share files, directories belong to many.
        if (node !== undefined && owners[node] === 0 && isRecorded(node, start, end)) owners[node] = number;
        if (programs === undefined || !isProgramPath(files, start, end)) return;
        if (node === undefined ? isFolder(files, start, end) : tree.typeOf(node) === 'directory') return;
        programs.files++;
        if (node !== undefined) programs.kept++;
      });
    }
  }

  #programsFor({ type, owner }: OwnershipFact): { files: number; kept: number } {
    const key = `${type} ${owner}`;
    let programs = this.#programs.get(key);
    if (programs === undefined) {
      programs = { files: 0, kept: 0 };
      this.#programs.set(key, programs);
    }
    return programs;
  }

  #diversions(): ReadonlyMap<string, { readonly to: string; readonly by: string }> {
    // The file is written whole: what the newest one does not say is over.
    const newest = this.#files.facts('diversion').at(-1)?.fact.diversions ?? [];
    return new Map(newest.map(({ from, to, by }) => [relative(from), { to: relative(to), by }]));
  }
}

/** Finds nodes of many paths that stand in texts: each directory is resolved once, and no path is copied. */
export class NodeFinder {
  readonly #files: MergedFiles;
  readonly #directories: Map<string, number | undefined> = new Map();
  #lastDirectory: string | undefined;
  #lastParent: number | undefined;

  constructor(files: MergedFiles) {
    this.#files = files;
  }

  /** The node of the path that is a part of a text. */
  find(text: string, start: number, end: number): number | undefined {
    let name = end;
    while (name > start && text.charCodeAt(name - 1) !== SLASH) name--;
    const length = Math.max(0, name - 1 - start);
    // Lists name the files of a directory behind each other.
    if (this.#lastDirectory?.length !== length || !text.startsWith(this.#lastDirectory, start)) {
      this.#lastDirectory = text.slice(start, start + length);
      this.#lastParent = this.#find(this.#lastDirectory);
    }
    const parent = this.#lastParent;
    return parent === undefined ? undefined : this.#files.tree.child(parent, text, name, end);
  }

  #find(directory: string): number | undefined {
    const known = this.#directories.get(directory);
    if (known !== undefined || this.#directories.has(directory)) return known;
    const node = this.#step(directory) ?? this.#files.tree.find(directory).node;
    this.#directories.set(directory, node);
    return node;
  }

  /** From a directory that was met already, one step is left, unless it is over a link. */
  #step(directory: string): number | undefined {
    const { tree } = this.#files;
    const slash = directory.lastIndexOf('/');
    const parent = this.#directories.get(directory.slice(0, Math.max(0, slash)));
    if (parent === undefined || slash < 0) return undefined;
    const node = tree.child(parent, directory, slash + 1, directory.length);
    return node !== undefined && tree.typeOf(node) === 'directory' ? node : undefined;
  }
}

/**
 * The file lists that count: of each path the newest, unless it was removed on purpose while its database stayed
 * (then the package is gone). Lists that went with their whole database still tell whose the files were.
 */
function currentOwnership(files: MergedFiles, dropped: ReadonlyMap<string, number>): readonly LayerFact<'ownership'>[] {
  const newest = new Map<string, LayerFact<'ownership'>>();
  for (const fact of files.facts('ownership')) {
    // Whoever dropped the package may have written a list for it, too.
    if (fact.layer >= (dropped.get(fact.fact.owner) ?? Infinity)) continue;
    newest.set(`${fact.fact.path}\0${fact.fact.owner}`, fact);
  }
  /** By path the layer whose database counts; base first, so that the last one stays. */
  const databases = new Map(files.facts('package-database').map(({ layer, fact }) => [fact.path, layer]));
  const databaseGone = files.facts('package-database').every(({ layer, fact }) => !files.shows(layer, fact.path));
  const visible = new Map<string, boolean>();
  return [...newest.values()].filter(({ layer, fact }) => {
    if (databaseGone || dropped.has(fact.owner)) return true;
    const key = `${layer}:${fact.path}`;
    let shown = visible.get(key);
    if (shown === undefined) {
      shown = isCurrent(files, layer, fact.path, databases.get(fact.path));
      visible.set(key, shown);
    }
    return shown;
  });
}

/** Lists that a database itself holds count with the state that counts, which may be of two layers and is then of the upper. */
function isCurrent(files: MergedFiles, layer: number, path: string, database: number | undefined): boolean {
  if (database !== undefined && database !== layer) return false;
  return files.shows(layer, path) || (database === layer && files.hiddenBy(layer, path) === undefined);
}

const SLASH = 0x2f;

/** PATH_MAX: a longer line is no path. */
const LINE_LENGTH = 4096;

/** Shows where each path of a list stands, without its slash at the start. Lines that name no file (`/.`) are left out. */
export function eachPath(files: string, use: (start: number, end: number) => void): void {
  for (let line = 0; line < files.length; ) {
    let end = files.indexOf('\n', line);
    if (end < 0) end = files.length;
    const start = files.charCodeAt(line) === SLASH ? line + 1 : line;
    const isDot = end - start === 1 && files.charCodeAt(start) === 0x2e;
    if (end > start && end - line <= LINE_LENGTH && !isDot) use(start, end);
    line = end + 1;
  }
}

/** Whether the next line names something below the path: lists have the members of a directory behind it. */
export function isFolder(list: string, start: number, end: number): boolean {
  const next = list.charCodeAt(end + 1) === SLASH ? end + 2 : end + 1;
  const slash = next + end - start;
  return list.charCodeAt(slash) === SLASH && list.startsWith(list.slice(start, end), next);
}

function relative(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

function withoutArch(owner: string): string {
  const colon = owner.indexOf(':');
  return colon < 0 ? owner : owner.slice(0, colon);
}
