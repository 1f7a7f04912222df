import type { PathTree } from './path-tree.ts';
import { NONE } from './tree-nodes.ts';

/** A file or link of a layer that an upper one took out of sight. */
export interface HiddenFile {
  readonly node: number;
  readonly by: number;
  /** What the upper layer replaced or removed: the file, or a directory above it. */
  readonly through: number;
}

/** Every file and link that one layer brought and another one hides, in the order in which they came. */
export function* hiddenFiles(tree: PathTree): Generator<HiddenFile, void, void> {
  if (!tree.hidesAny) return;
  // Directories have lower numbers than what is in them, so that one walk tells for each node what hides it first.
  const hider = new Int16Array(tree.size).fill(NONE);
  const through = new Int32Array(tree.size);
  for (let node = 0; node < tree.size; node++) {
    const parent = tree.parentOf(node);
    const own = tree.detachedBy(node);
    const above = parent === NONE ? NONE : (hider[parent] as number);
    const isOwn = own !== NONE && (above === NONE || own < above);
    const by = isOwn ? own : above;
    if (by === NONE) continue;
    hider[node] = by;
    through[node] = isOwn ? node : (through[parent] as number);
    // Of a path that a layer has twice the first one is nowhere.
    if (by === tree.layerOf(node) || tree.typeOf(node) === 'directory') continue;
    yield { node, by, through: through[node] as number };
  }
}
