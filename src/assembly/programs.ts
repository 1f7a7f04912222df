import type { Pauses } from '../pauses.ts';
import type { FileOwners } from './file-owners.ts';
import type { MergedFiles } from './merged-files.ts';

/** What is known of files by their bytes: which are programs, and which of those are copies of files of packages. By node. */
export class Programs {
  readonly #programs: ReadonlySet<number>;
  readonly #copies: ReadonlySet<number>;

  private constructor(programs: ReadonlySet<number>, copies: ReadonlySet<number>) {
    this.#programs = programs;
    this.#copies = copies;
  }

  static async of(files: MergedFiles, owners: FileOwners, pauses: Pauses): Promise<Programs> {
    const programs = new Set<number>();
    /** By digest the programs in sight that nobody owns. */
    const unowned = new Map<string, number[]>();
    const add = (digest: string, node: number): void => {
      const nodes = unowned.get(digest);
      if (nodes === undefined) unowned.set(digest, [node]);
      else nodes.push(node);
    };
    const { tree } = files;
    for (const { layer, fact } of files.facts('programs')) {
      for (const line of linesOf(fact.programs)) {
        if (pauses.isDue(10)) await pauses.take();
        const [offset = '', md5 = '', sha256 = ''] = line.split(' ', 3);
        const path = line.slice(offset.length + md5.length + sha256.length + 3);
        const { node } = tree.find(path);
        if (node === undefined || tree.typeOf(node) !== 'file' || tree.layerOf(node) !== layer) continue;
        // A layer may have a path twice, and shows the last one.
        if (tree.indexOf(node)?.offsetOf(tree.entryOf(node)) !== Number(offset)) continue;
        programs.add(node);
        if (md5 === '-' || owners.isOwned(node)) continue;
        add(md5, node);
        add(sha256, node);
      }
    }
    return new Programs(programs, await copiesOf(unowned, files, owners, pauses));
  }

  /** Whether a file begins as a program does, as far as its bytes were read. */
  has(node: number): boolean {
    return this.#programs.has(node);
  }

  /** Whether a program that nobody owns is, byte by byte, a file that an installed package brought. */
  isCopy(node: number): boolean {
    return this.#copies.has(node);
  }
}

/**
 * Compares digests with those that packages recorded. Only what came with the very layer that brought a package's version
 * counts: what a later layer writes into such a list is not the package's word.
 */
async function copiesOf(
  unowned: ReadonlyMap<string, readonly number[]>,
  files: MergedFiles,
  owners: FileOwners,
  pauses: Pauses,
): Promise<ReadonlySet<number>> {
  const copies = new Set<number>();
  if (unowned.size === 0) return copies;
  for (const { layer, fact } of files.facts('ownership')) {
    if (owners.broughtBy(fact.owner) !== layer) continue;
    for (const text of [fact.md5, fact.sha256]) {
      if (text === undefined) continue;
      if (pauses.isDue(1 + text.length / 50)) await pauses.take();
      for (const digest of digestsOf(text)) for (const node of unowned.get(digest) ?? []) copies.add(node);
    }
  }
  return copies;
}

function* linesOf(text: string): Generator<string, void, void> {
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    yield text.slice(start, end);
    start = end + 1;
  }
}

/** The digests of `hex  path` lines. */
function* digestsOf(text: string): Generator<string, void, void> {
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const blank = text.indexOf(' ', start);
    if (blank > start && blank < end) yield text.slice(start, blank);
    start = end + 1;
  }
}
