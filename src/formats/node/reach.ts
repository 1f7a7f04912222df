/** Where the dependencies of a project lead to. */
export interface Root {
  readonly dev: boolean;
  /** Undefined where the lockfile has no such entry. */
  readonly key: string | undefined;
}

const DEV: readonly string[] = ['dev'];
const USE: readonly string[] = [];

/**
 * Of every entry that the dependencies of a project lead to: whether only those for development do. Each entry is
 * visited twice at most.
 */
export function reachableGroups(
  roots: readonly Root[],
  needs: (key: string) => Iterable<string | undefined>,
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, readonly string[]>();
  for (const dev of [false, true]) {
    const waiting = roots.flatMap((root) => (root.dev === dev && root.key !== undefined ? [root.key] : []));
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (groups.has(key)) continue;
      groups.set(key, dev ? DEV : USE);
      for (const next of needs(key)) if (next !== undefined && !groups.has(next)) waiting.push(next);
    }
  }
  return groups;
}
