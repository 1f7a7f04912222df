import { compareCodePoints } from '../../model/order.ts';
import type { Fix, FixChange } from '../vulnerability-shelf.ts';

/**
 * The list of fixes after a change, by package. Those not mentioned stay; of several changes for one package the last
 * counts (Clair v1).
 */
export function mergeFixes(stored: readonly Fix[], changes: readonly FixChange[]): readonly Fix[] {
  const fixes = new Map(stored.map((fix) => [fix.package, fix]));
  for (const { package: name, version, remove } of changes) {
    if (remove === true) fixes.delete(name);
    else fixes.set(name, { package: name, ...(version !== undefined && { version }) });
  }
  return [...fixes.values()].sort((a, b) => compareCodePoints(a.package, b.package));
}

/** Whether two lists, both by package, say the same. */
export function sameFixes(a: readonly Fix[], b: readonly Fix[]): boolean {
  return (
    a.length === b.length &&
    a.every((fix, index) => fix.package === b[index]?.package && fix.version === b[index]?.version)
  );
}
