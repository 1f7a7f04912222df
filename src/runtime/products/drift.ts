import type { Observation } from '../../model/observation.ts';
import { compareText } from '../../model/order.ts';
import type { FileChange } from '../../net/container-engine/container-state.ts';

export type DriftEntry = Observation['drift'][number];

const MAX_ENTRIES = 5000;

export interface Drift {
  readonly entries: readonly DriftEntry[];
  /** Sentences that say what is not told. */
  readonly gaps: readonly string[];
}

/**
 * Files that a run changed against its image, by path. Folders of which only a part changed are left out, and so is what
 * the engine and the tracer put there.
 * @param executed paths of programs that ran
 */
export function driftOf(
  { changes, cut }: { readonly changes: readonly FileChange[]; readonly cut: boolean },
  executed: ReadonlySet<string>,
  isOurs: (path: string) => boolean,
): Drift {
  const sorted = changes
    .filter(({ path }) => path.startsWith('/') && !isOurs(path))
    .toSorted((a, b) => compareText(a.path, b.path));
  const entries: DriftEntry[] = [];
  for (const [index, { path, change }] of sorted.entries()) {
    // Engines name every folder above a change as changed.
    const next = sorted[index + 1]?.path;
    if (change === 'changed' && next?.startsWith(`${path}/`) === true) continue;
    if (isOfEngine(path)) continue;
    entries.push({ path, change, ...(executed.has(path) && { executable: true }) });
  }
  const missed = entries.length - MAX_ENTRIES;
  return {
    entries: missed > 0 ? weightiest(entries) : entries,
    gaps: [
      ...(missed > 0
        ? [`${missed} files that the run changed are not listed: there are more than ${MAX_ENTRIES}.`]
        : []),
      ...(cut ? ['The engine told of more changed files than are read.'] : []),
    ],
  };
}

/** Programs that ran, and then what is first by path; by path again. */
function weightiest(entries: readonly DriftEntry[]): readonly DriftEntry[] {
  const ran = entries.filter(({ executable }) => executable === true);
  const others = entries.filter(({ executable }) => executable !== true);
  return [...ran, ...others].slice(0, MAX_ENTRIES).sort((a, b) => compareText(a.path, b.path));
}

/** Engines make these in each container. */
function isOfEngine(path: string): boolean {
  return /^\/(?:\.dockerenv|run\/\.containerenv|etc\/(?:hostname|hosts|resolv\.conf|mtab)|(?:dev|proc|sys)(?:\/.*)?)$/.test(
    path,
  );
}
