import { type ChosenFiles, chooseFiles } from '../reading/chosen-files.ts';
import type { LayerIndex } from '../reading/layer-index.ts';
import { FileOwners } from './file-owners.ts';
import type { InstalledRecord } from './installed-record.ts';
import type { MergedFiles } from './merged-files.ts';
import { eachPath, type Ownership } from './ownership.ts';
import type { Pauses } from './pauses.ts';

/** What is known of a file. */
const HIDDEN = 0;
const UNOWNED = 1;
const OWNED = 2;

/** What nobody answers for. */
export interface UnownedFiles {
  /** By layer. Layers without any are missing. */
  readonly chosen: ReadonlyMap<number, ChosenFiles>;
  readonly files: number;
  readonly bytes: number;
}

/**
 * The files of every layer, hidden ones among them, that no package of a distribution brought. A file is a package's where
 * the package lists it and its version came with that layer or a later one: what was written over it since is not. Of a
 * hidden file the lists of its own layer tell.
 */
export async function unownedFiles(
  files: MergedFiles,
  ownership: Ownership,
  installed: readonly InstalledRecord[],
  layers: readonly LayerIndex[],
  pauses: Pauses,
): Promise<UnownedFiles> {
  const fates = layers.map((index) => new Uint8Array(index.count));
  const owners = new FileOwners(files, ownership, installed);
  const { tree } = files;
  for (const node of tree.files()) {
    if (pauses.isDue(1)) await pauses.take();
    if (tree.typeOf(node) !== 'file') continue;
    const layer = tree.layerOf(node);
    const fate = fates[layer];
    if (fate !== undefined) fate[tree.entryOf(node)] = owners.ownerOfNode(node, layer) === undefined ? UNOWNED : OWNED;
  }
  await settleHidden(files, layers, fates, pauses);
  const chosen = new Map<number, ChosenFiles>();
  const seen = new Set<LayerIndex>();
  let count = 0;
  let bytes = 0;
  for (const [layer, index] of layers.entries()) {
    // A layer that is listed again is read once.
    if (seen.has(index)) continue;
    seen.add(index);
    const offsets: number[] = [];
    for (let entry = 0; entry < index.count; entry++) {
      if (fates[layer]?.[entry] === OWNED || index.typeOf(entry) !== 'file') continue;
      const size = index.sizeOf(entry);
      if (size === 0) continue;
      offsets.push(index.offsetOf(entry));
      count++;
      bytes += size;
      if (pauses.isDue(1)) await pauses.take();
    }
    if (offsets.length > 0) chosen.set(layer, chooseFiles(offsets));
  }
  return { chosen, files: count, bytes };
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
    for (const { fact } of owned) {
      if (pauses.isDue(1 + fact.files.length / 40)) await pauses.take();
      eachPath(fact.files, (start, end) => {
        for (const entry of hidden.get(withoutUsr(fact.files.slice(start, end))) ?? []) fate[entry] = OWNED;
      });
    }
  }
}

/** `/bin`, `/lib` and `/sbin` are links into `/usr` nearly everywhere, and packages name files by either. */
function withoutUsr(path: string): string {
  return path.startsWith('usr/') ? path.slice(4) : path;
}
