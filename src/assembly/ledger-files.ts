import type { Fact } from '../model/fact.ts';
import { isIncomplete, type Problem, type ProblemCode } from '../model/problem.ts';
import type { FileClass } from '../model/report.ts';
import { hasExecutableName, isMarkedExecutable } from './executable-names.ts';
import type { FileOwners } from './file-owners.ts';
import { LanguageFolders } from './language-folders.ts';
import type { LedgerSources } from './ledger-sources.ts';
import type { MergedFiles } from './merged-files.ts';
import type { Programs } from './programs.ts';

/** Facts that tell what the file at their path is: it was read, and understood. */
const telling = [
  'package-database',
  'package',
  'ownership',
  'diversion',
  'release',
  'repositories',
] as const satisfies readonly Fact['kind'][];

const TOLD = 1;
const UNIDENTIFIED = 2;

/** Problems of files that were not read, or not whole, and what that makes of them. All others say something else of a file. */
const unreadBy: Partial<Record<ProblemCode, 'skipped' | 'failed'>> = {
  'layer.limit': 'skipped',
  'file.too-large': 'skipped',
  'file.sparse': 'skipped',
  'archive.limit': 'skipped',
  'scan.timeout': 'skipped',
  'file.unreadable': 'failed',
  'file.format': 'failed',
  'archive.unreadable': 'failed',
  'content.unjudged': 'failed',
  'analyzer.failed': 'failed',
};

/** What a file is found to be. */
export interface LedgerEntry {
  readonly class: FileClass;
  /** A program, a library or a script, whoever owns it. */
  readonly executable: boolean;
}

/** What is known of single files, asked one by one. */
export class LedgerFiles {
  readonly #files: MergedFiles;
  readonly #owners: FileOwners;
  readonly #languages: LanguageFolders;
  /** By node: files that were read and understood. */
  readonly #told: Uint8Array;
  readonly #unread: ReadonlyMap<number, 'skipped' | 'failed'>;
  readonly #programs: Programs;

  private constructor(
    files: MergedFiles,
    owners: FileOwners,
    languages: LanguageFolders,
    told: Uint8Array,
    unread: ReadonlyMap<number, 'skipped' | 'failed'>,
    programs: Programs,
  ) {
    this.#files = files;
    this.#owners = owners;
    this.#languages = languages;
    this.#told = told;
    this.#unread = unread;
    this.#programs = programs;
  }

  static async of(
    files: MergedFiles,
    { owners, inventory, programs, problems, pauses }: LedgerSources,
  ): Promise<LedgerFiles> {
    const { tree } = files;
    const told = new Uint8Array(tree.size);
    for (const kind of telling) {
      let last = '';
      for (const { layer, fact } of files.facts(kind)) {
        // A database has thousands of facts of one path.
        if (fact.path === last) continue;
        last = fact.path;
        if (pauses.isDue(10)) await pauses.take();
        const { node } = tree.find(fact.path);
        if (node !== undefined && tree.layerOf(node) === layer) told[node] = TOLD;
      }
    }
    for (const { layer, fact } of files.facts('unidentified')) {
      if (fact.location !== undefined) continue;
      if (pauses.isDue(10)) await pauses.take();
      const { node } = tree.find(fact.path);
      if (node !== undefined && tree.layerOf(node) === layer) told[node] = UNIDENTIFIED;
    }
    const languages = await LanguageFolders.of(tree, inventory.installed, pauses);
    return new LedgerFiles(files, owners, languages, told, unreadFiles(files, problems), programs);
  }

  /** @param content the node that has the content of a file: another one where the file is a hard link */
  entryOf(node: number, content: number): LedgerEntry {
    const { tree } = this.#files;
    const name = tree.nameOf(node);
    const index = tree.indexOf(content);
    const isMarked = index !== undefined && isMarkedExecutable(index, tree.entryOf(content));
    const executable = isMarked || hasExecutableName(name) || this.#programs.has(content);
    return { class: this.#classOf(node, content, name, executable), executable };
  }

  #classOf(node: number, content: number, name: string, executable: boolean): FileClass {
    const unread = this.#unread.get(content);
    if (unread !== undefined) return unread;
    const owned = this.#ownedClass(node, content);
    if (owned !== undefined) return owned;
    if (this.#isAnalysed(content, name)) return 'analysed';
    if (!executable) return 'data';
    if (this.#programs.isCopy(content)) return 'copied';
    return name.endsWith('.pyc') && this.#isMadeFromKnown(content, name) ? 'generated' : 'executable';
  }

  #ownedClass(node: number, content: number): 'owned' | 'modified' | undefined {
    if (!this.#owners.isOwned(node)) return undefined;
    return this.#owners.ownerOfNode(node, this.#files.tree.layerOf(content)) === undefined ? 'modified' : 'owned';
  }

  #isAnalysed(node: number, name: string): boolean {
    const told = this.#told[node];
    if (told === TOLD) return true;
    // That it was made with some version of Go does not tell what it is.
    return told === UNIDENTIFIED ? this.#languages.isBelow(node, name) : this.#languages.has(node, name);
  }

  /** Whether Python made it of a source that is explained, in the layer that brought the source. */
  #isMadeFromKnown(node: number, name: string): boolean {
    const { tree } = this.#files;
    const cache = tree.parentOf(node);
    if (cache < 0 || tree.nameOf(cache) !== '__pycache__') return false;
    const source = `${name.slice(0, name.indexOf('.'))}.py`;
    const named = tree.child(tree.parentOf(cache), source, 0, source.length);
    if (named === undefined) return false;
    // Debian has links for settings: `sitecustomize.py`.
    const found = tree.typeOf(named) === 'symlink' ? tree.find(tree.pathOf(named)).node : named;
    if (found === undefined || tree.typeOf(found) !== 'file' || tree.layerOf(found) !== tree.layerOf(node))
      return false;
    return this.#ownedClass(found, found) === 'owned' || this.#isAnalysed(found, source);
  }
}

/** Files in sight that problems name as not read: by node. */
function unreadFiles(files: MergedFiles, problems: readonly Problem[]): ReadonlyMap<number, 'skipped' | 'failed'> {
  const { tree } = files;
  const unread = new Map<number, 'skipped' | 'failed'>();
  for (const problem of problems) {
    const { code, layer, path } = problem;
    const state = unreadBy[code];
    if (path === undefined || state === undefined || !isIncomplete(problem)) continue;
    // Of a member of an archive: `a.zip!/b`.
    const member = path.indexOf('!/');
    const { node } = tree.find(member < 0 ? path : path.slice(0, member));
    if (node === undefined || (layer !== undefined && tree.layerOf(node) !== layer)) continue;
    if (tree.typeOf(node) !== 'file') continue;
    if (unread.get(node) !== 'failed') unread.set(node, state);
  }
  return unread;
}
