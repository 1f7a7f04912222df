import { setImmediate } from 'node:timers/promises';
import type { Analyzer } from '../model/analyzer.ts';
import { Appetite, type FileHeader } from '../model/file.ts';
import type { LayerIndex } from '../reading/layer-index.ts';
import { MayWant } from '../reading/may-want.ts';
import type { MergedFiles } from './merged-files.ts';
import { NONE } from './tree-nodes.ts';
import type { Wish } from './wishes.ts';

/** Links between two pauses, in which signals and timers get their turn. */
const PAUSE_EVERY = 4096;

/**
 * Hard links in sight under whose path an analyzer wants a file that it did not get: its content came under another path,
 * which says nothing to that analyzer. The store of pnpm names files after their digests and links them to where they are
 * used. What is wanted under both paths was read under that of the content, which stands for both while it is in sight: where an
 * upper layer hid it, the links that are left are read in its place.
 */
export async function linkedWishes(
  { tree }: MergedFiles,
  analyzers: readonly Analyzer[],
  signal: AbortSignal,
): Promise<readonly Wish[]> {
  const mayWant = new MayWant(analyzers);
  const wishes: Wish[] = [];
  let count = 0;
  // By nodes: to find a million links by their paths takes seconds.
  for (let node = tree.nextFile(NONE); node !== NONE; node = tree.nextFile(node)) {
    if (tree.typeOf(node) !== 'hardlink') continue;
    if (++count % PAUSE_EVERY === 0) {
      await setImmediate();
      if (signal.aborted) return wishes;
    }
    const index = tree.indexOf(node) as LayerIndex;
    const entry = tree.entryOf(node);
    const directory = index.directories[index.directoryOf(entry)] as string;
    const content = tree.contentOf(node);
    const shared = content === undefined ? undefined : tree.indexOf(content);
    if (content === undefined || shared === undefined || tree.typeOf(content) !== 'file') continue;
    // What may be executed is told by the file: a runtime does not look at the mode of a link.
    if (!mayWant.has(directory, index.nameOf(entry), shared.modeOf(tree.entryOf(content)))) continue;
    const header = shared.header(tree.entryOf(content));
    const place = { layer: tree.layerOf(content), header, isHidden: !tree.showsFile(content) };
    wishes.push(...wishesOf(index.pathOf(entry), place, analyzers));
  }
  return wishes;
}

/** Where the content of a link stands, and whether its own path is out of sight. */
interface Content {
  readonly layer: number;
  readonly header: FileHeader;
  readonly isHidden: boolean;
}

function* wishesOf(
  path: string,
  { layer, header, isHidden }: Content,
  analyzers: readonly Analyzer[],
): Generator<Wish, void, void> {
  const linked: FileHeader = { ...header, path, name: path.slice(path.lastIndexOf('/') + 1) };
  for (const analyzer of analyzers) {
    if (analyzer.wants(linked) === Appetite.None) continue;
    if (!isHidden && analyzer.wants(header) !== Appetite.None) continue;
    yield { analyzer, layer, header, as: path };
  }
}
