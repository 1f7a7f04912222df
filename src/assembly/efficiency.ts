import { compareText } from '../model/order.ts';
import type { Efficiency } from '../model/view.ts';
import { hiddenFiles } from './hidden-files.ts';
import type { PathTree } from './path-tree.ts';
import { NONE } from './tree-nodes.ts';

/** Paths that are named. */
const NAMED = 100;

/** All appearances of one path. */
interface Appearances {
  count: number;
  total: number;
  least: number;
}

/**
 * The efficiency of layers by dive's formula: the least size of each path, summed, divided by all sizes of all paths. A
 * whiteout is an appearance of the path it removes, with the bytes that it hides; an opaque directory hides without one.
 */
export function efficiencyOf(tree: PathTree): Efficiency {
  const paths = new Map<string, Appearances>();
  let bytes = 0;
  let userBytes = 0;
  for (let node = 0; node < tree.size; node++) {
    const layer = tree.layerOf(node);
    if (layer === NONE || tree.typeOf(node) === 'directory' || tree.detachedBy(node) === layer) continue;
    const size = sizeOf(tree, node);
    bytes += size;
    if (layer > 0) userBytes += size;
  }
  /** By layer the paths that it removes, and what is hidden below each. */
  const removed = new Map<number, Map<string, number>>();
  const whiteouts = new Map<number, ReadonlySet<string>>();
  for (const { node, by, through } of hiddenFiles(tree)) {
    const size = sizeOf(tree, node);
    add(paths, tree.pathOf(node), size);
    let names = whiteouts.get(by);
    if (names === undefined) {
      names = whiteoutsOf(tree, by);
      whiteouts.set(by, names);
    }
    if (names.size === 0) continue;
    const path = tree.pathOf(through);
    if (!names.has(path)) continue;
    const sums = removed.get(by) ?? new Map<string, number>();
    removed.set(by, sums);
    sums.set(path, (sums.get(path) ?? 0) + size);
  }
  let appeared = bytes;
  for (const sums of removed.values()) {
    for (const [path, size] of sums) {
      add(paths, path, size);
      appeared += size;
    }
  }
  // What is in sight under the same path is one more appearance; it is among the bytes already.
  let least = bytes;
  for (const [path, seen] of paths) {
    const node = tree.at(path);
    const isFile = node !== undefined && tree.layerOf(node) !== NONE && tree.typeOf(node) !== 'directory';
    if (isFile) addTo(seen, sizeOf(tree, node));
    least += seen.least;
  }
  for (const { total } of paths.values()) least -= total;
  // Removals stand in the totals, not in the bytes.
  least += appeared - bytes;
  const twice = [...paths].filter(([, { count }]) => count > 1);
  return {
    score: appeared === 0 ? 1 : least / appeared,
    wasted: twice.reduce((sum, [, { total }]) => sum + total, 0),
    bytes,
    userBytes,
    paths: twice
      .sort(([a, { total: x }], [b, { total: y }]) => y - x || compareText(a, b))
      .slice(0, NAMED)
      .map(([path, { count, total }]) => ({ path, appearances: count, bytes: total })),
  };
}

function add(paths: Map<string, Appearances>, path: string, size: number): void {
  const seen = paths.get(path);
  if (seen === undefined) paths.set(path, { count: 1, total: size, least: size });
  else addTo(seen, size);
}

function addTo(seen: Appearances, size: number): void {
  seen.count++;
  seen.total += size;
  if (size < seen.least) seen.least = size;
}

function sizeOf(tree: PathTree, node: number): number {
  return tree.typeOf(node) === 'file' ? (tree.indexOf(node)?.sizeOf(tree.entryOf(node)) ?? 0) : 0;
}

/** Paths that a layer removes, with the links of directories followed. */
function whiteoutsOf(tree: PathTree, layer: number): ReadonlySet<string> {
  const index = tree.layerIndex(layer);
  const paths = new Set<string>();
  for (const { directory, name } of index?.whiteouts ?? []) {
    const above = index?.directories[directory] as string;
    paths.add(above === '' ? name : `${above}/${name}`);
    const parent = above === '' ? undefined : tree.find(above).node;
    if (parent !== undefined) paths.add(`${tree.pathOf(parent)}/${name}`);
  }
  return paths;
}
