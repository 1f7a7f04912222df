import type { Observation } from '../../model/observation.ts';
import { compareText } from '../../model/order.ts';
import type { FileChange } from '../../net/container-engine/container-state.ts';

export type DriftEntry = Observation['drift'][number];

const MAX_ENTRIES = 5000;

/**
 * Files that a run changed against its image, by path. Folders of which only a part changed are left out, and so is what
 * the engine and the tracer put there.
 * @param executed paths of programs that ran
 */
export function driftOf(
  changes: readonly FileChange[],
  executed: ReadonlySet<string>,
  isOurs: (path: string) => boolean,
): readonly DriftEntry[] {
  const sorted = changes
    .filter(({ path }) => path.startsWith('/') && !isOurs(path))
    .toSorted((a, b) => compareText(a.path, b.path));
  const entries: DriftEntry[] = [];
  for (const [index, { path, change }] of sorted.entries()) {
    // Engines name every folder above a change as changed.
    const next = sorted[index + 1]?.path;
    if (change === 'changed' && next?.startsWith(`${path}/`) === true) continue;
    if (isOfEngine(path)) continue;
    if (entries.length >= MAX_ENTRIES) break;
    entries.push({ path, change, ...(executed.has(path) && { executable: true }) });
  }
  return entries;
}

/** Engines make these in each container. */
function isOfEngine(path: string): boolean {
  return /^\/(?:\.dockerenv|run\/\.containerenv|etc\/(?:hostname|hosts|resolv\.conf|mtab)|(?:dev|proc|sys)(?:\/.*)?)$/.test(
    path,
  );
}
