import type { LayerChanges } from '../model/view.ts';
import type { LayerIndex } from '../reading/layer-index.ts';
import { hiddenFiles } from './hidden-files.ts';
import type { PathTree } from './path-tree.ts';

/** Counts of one layer while they are made. */
interface Counts {
  files: number;
  changed: number;
  removed: number;
  bytes: number;
  hidden: number;
  againFiles: number;
  againBytes: number;
}

/** What each layer did to those below. A layer that is listed again right where it stands did nothing. */
export function layerChanges(tree: PathTree, layers: number): readonly LayerChanges[] {
  const counts: Counts[] = Array.from({ length: layers }, () => ({
    files: 0,
    changed: 0,
    removed: 0,
    bytes: 0,
    hidden: 0,
    againFiles: 0,
    againBytes: 0,
  }));
  for (let node = 0; node < tree.size; node++) {
    const layer = tree.layerOf(node);
    const own = counts[layer];
    if (own === undefined || tree.typeOf(node) === 'directory' || tree.detachedBy(node) === layer) continue;
    own.files++;
    own.bytes += tree.indexOf(node)?.sizeOf(tree.entryOf(node)) ?? 0;
  }
  for (const { node, by } of hiddenFiles(tree)) {
    const upper = counts[by];
    const index = tree.indexOf(node);
    if (upper === undefined || index === undefined) continue;
    const entry = tree.entryOf(node);
    const size = index.sizeOf(entry);
    upper.hidden += size;
    const over = tree.layerIndex(by);
    const replacing = over?.find(tree.pathOf(node));
    if (over === undefined || replacing === undefined) {
      upper.removed++;
      continue;
    }
    upper.changed++;
    if (isAgain(index, entry, over, replacing)) {
      upper.againFiles++;
      upper.againBytes += size;
    }
  }
  return counts.map(({ files, changed, removed, bytes, hidden, againFiles, againBytes }, layer) => ({
    layer,
    added: Math.max(0, files - changed),
    changed,
    removed,
    bytes,
    hidden,
    again: { files: againFiles, bytes: againBytes },
  }));
}

/** Whether one file has the size of the other, and other permissions or another owner. */
function isAgain(lower: LayerIndex, entry: number, upper: LayerIndex, replacing: number): boolean {
  if (lower.typeOf(entry) !== 'file' || upper.typeOf(replacing) !== 'file') return false;
  if (lower.sizeOf(entry) !== upper.sizeOf(replacing)) return false;
  return (
    lower.modeOf(entry) !== upper.modeOf(replacing) ||
    lower.uidOf(entry) !== upper.uidOf(replacing) ||
    lower.gidOf(entry) !== upper.gidOf(replacing)
  );
}
