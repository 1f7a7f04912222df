import type { PathTree } from './path-tree.ts';

/**
 * The source of which Python made a file of a `__pycache__` (PEP 3147: `a/__pycache__/b.cpython-313.pyc` of `a/b.py`), while
 * it is in sight and of the same layer.
 * @param node a file whose name ends with `.pyc`
 */
export function sourceOfCompiled(tree: PathTree, node: number): number | undefined {
  const cache = tree.parentOf(node);
  if (cache < 0 || tree.nameOf(cache) !== '__pycache__') return undefined;
  const name = tree.nameOf(node);
  const source = `${name.slice(0, name.indexOf('.'))}.py`;
  const named = tree.child(tree.parentOf(cache), source, 0, source.length);
  if (named === undefined) return undefined;
  // Debian has links for settings: `sitecustomize.py`.
  const found = tree.typeOf(named) === 'symlink' ? tree.find(tree.pathOf(named)).node : named;
  if (found === undefined || tree.typeOf(found) !== 'file' || tree.layerOf(found) !== tree.layerOf(node))
    return undefined;
  return found;
}
