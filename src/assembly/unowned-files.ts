import type { FileStanding } from '../model/analyzer.ts';
import type { PackageRecord } from '../model/fact.ts';
import type { FileCount } from '../model/report.ts';
import type { Pauses } from '../pauses.ts';
import { type ChosenFiles, chooseFiles } from '../reading/chosen-files.ts';
import type { LayerIndex } from '../reading/layer-index.ts';
import { sourceOfCompiled } from './compiled-python.ts';
import { FileOwners } from './file-owners.ts';
import type { InstalledRecord } from './installed-record.ts';
import { LanguageFolders } from './language-folders.ts';
import type { MergedFiles } from './merged-files.ts';
import { ownerNames } from './owner-names.ts';
import { eachPath, type Ownership } from './ownership.ts';
import { isPublished } from './published-files.ts';
import { NONE } from './tree-nodes.ts';

/** What is known of a file. One of several names: the greater number counts. */
const HIDDEN = 0;
const OWNED = 1;
const GENERATED = 2;
const PUBLISHED = 3;
const UNOWNED = 4;
const REPLACED = 5;
/** What is in no upper layer's sight is looked at like everything that nobody owns. */
const standings: readonly FileStanding[] = ['unowned', 'unowned', 'generated', 'published', 'unowned', 'replaced'];

interface UnownedOptions {
  /** What somebody wants to be shown. */
  readonly wanted: ReadonlySet<FileStanding>;
  readonly pauses: Pauses;
}

/** What nobody answers for. */
export interface UnownedFiles {
  /** By layer. Layers without any are missing. */
  readonly chosen: ReadonlyMap<number, ChosenFiles>;
  readonly files: number;
  readonly bytes: number;
  /** Of all, wanted or not, those that a registry published with a package. */
  readonly published: FileCount;
}

/**
 * The files of every layer, hidden ones among them, that no package of a distribution brought. A file is a package's where
 * the package lists it and its version came with the layer of the file: what was written over it since is not, nor what was
 * there before. Of a hidden file the lists of its own layer tell, as far as they are of packages that a database of that layer
 * lists.
 */
export async function unownedFiles(
  files: MergedFiles,
  ownership: Ownership,
  installed: readonly InstalledRecord[],
  layers: readonly LayerIndex[],
  { wanted, pauses }: UnownedOptions,
): Promise<UnownedFiles> {
  const fates = layers.map((index) => new Uint8Array(index.count));
  const owners = new FileOwners(files, ownership, installed);
  const { tree } = files;
  const languages = await LanguageFolders.of(tree, installed, pauses);
  for (let node = tree.nextFile(NONE); node !== NONE; node = tree.nextFile(node)) {
    if (pauses.isDue(1)) await pauses.take();
    const type = tree.typeOf(node);
    if (type !== 'file' && type !== 'hardlink') continue;
    // What a hard link shows is in sight under its name, whatever became of the others.
    const content = tree.contentOf(node);
    if (content === undefined) continue;
    const layer = tree.layerOf(content);
    const fate = fates[layer];
    const entry = tree.entryOf(content);
    if (fate === undefined || entry < 0 || fate[entry] === REPLACED) continue;
    fate[entry] = Math.max(fate[entry] as number, fateOf(node, layer));
  }
  /** @param layer the one that has its content */
  function fateOf(node: number, layer: number): number {
    if (owners.bringerOfNode(node, layer) !== undefined) return OWNED;
    if (owners.isOwned(node)) return REPLACED;
    const name = tree.nameOf(node);
    const source = name.endsWith('.pyc') ? sourceOfCompiled(tree, node) : undefined;
    if (source !== undefined && owners.bringerOfNode(source, layer) !== undefined) return GENERATED;
    const type = languages.typeOf(node, name);
    return type !== undefined && isPublished(type, name, () => tree.pathOf(node)) ? PUBLISHED : UNOWNED;
  }
  await settleHidden(files, layers, fates, pauses);
  const chosen = new Map<number, ChosenFiles>();
  const seen = new Set<LayerIndex>();
  let count = 0;
  let bytes = 0;
  const published = { files: 0, bytes: 0 };
  for (const [layer, index] of layers.entries()) {
    // A layer that is listed again is read once.
    if (seen.has(index)) continue;
    seen.add(index);
    const offsets: number[] = [];
    const stand: FileStanding[] = [];
    for (let entry = 0; entry < index.count; entry++) {
      const fate = fates[layer]?.[entry] ?? HIDDEN;
      const standing = standings[fate] as FileStanding;
      if (fate === OWNED || index.typeOf(entry) !== 'file') continue;
      const size = index.sizeOf(entry);
      if (size === 0) continue;
      if (fate === PUBLISHED) {
        published.files++;
        published.bytes += size;
      }
      if (!wanted.has(standing)) continue;
      offsets.push(index.offsetOf(entry));
      stand.push(standing);
      count++;
      bytes += size;
      if (pauses.isDue(1)) await pauses.take();
    }
    if (offsets.length > 0) chosen.set(layer, chooseFiles(offsets, stand));
  }
  return { chosen, files: count, bytes, published };
}

/** Finds the hidden files that a list of their own layer names. */
async function settleHidden(
  files: MergedFiles,
  layers: readonly LayerIndex[],
  fates: readonly Uint8Array[],
  pauses: Pauses,
): Promise<void> {
  const lists = Map.groupBy(files.facts('ownership'), ({ layer }) => layer);
  for (const [layer, owned] of lists) {
    const index = layers[layer];
    const fate = fates[layer];
    if (index === undefined || fate?.includes(HIDDEN) !== true) continue;
    /** Entries by path, with links of a merged `/usr` taken out. */
    const hidden = new Map<string, number[]>();
    for (let entry = 0; entry < index.count; entry++) {
      if (pauses.isDue(1)) await pauses.take();
      if (fate[entry] !== HIDDEN || index.typeOf(entry) !== 'file') continue;
      const path = withoutUsr(index.pathOf(entry));
      const entries = hidden.get(path);
      if (entries === undefined) hidden.set(path, [entry]);
      else entries.push(entry);
    }
    if (hidden.size === 0) continue;
    const installed = installedIn(files, layer);
    for (const { fact } of owned) {
      if (!installed.has(fact.owner)) continue;
      if (pauses.isDue(1 + fact.files.length / 40)) await pauses.take();
      eachPath(fact.files, (start, end) => {
        for (const entry of hidden.get(withoutUsr(fact.files.slice(start, end))) ?? []) fate[entry] = OWNED;
      });
    }
  }
}

/** Names of the packages that databases of a layer list. */
function installedIn(files: MergedFiles, layer: number): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (record: PackageRecord): void => {
    for (const name of ownerNames(record)) names.add(name);
  };
  for (const { layer: of, fact } of files.facts('package-database')) if (of === layer) fact.packages.forEach(add);
  for (const { layer: of, fact } of files.facts('package')) if (of === layer) add(fact.package);
  return names;
}

/** `/bin`, `/lib` and `/sbin` are links into `/usr` nearly everywhere, and packages name files by either. */
function withoutUsr(path: string): string {
  return path.startsWith('usr/') ? path.slice(4) : path;
}
