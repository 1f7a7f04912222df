import type { Progress } from '../../context.ts';
import type { Logger } from '../../log.ts';
import type { Engine } from '../../net/container-engine/engine.ts';
import { pause } from '../pause.ts';
import { startGuardian } from './guardian.ts';
import { newRunId, objectName, runLabels } from './labels.ts';
import { type ReapCounts, reap } from './reaper.ts';

/** All that one observation makes at an engine. */
export interface Run {
  readonly engine: Engine;
  readonly id: string;
  /** For every object that is made for it. */
  readonly labels: Readonly<Record<string, string>>;
  /** The name that an object of it must have: `drydock-RUN-what`. */
  name(what: string): string;
  /** 1, 2, 3: for names of what there is more than one of. */
  nextNumber(): number;
  /**
   * Removes all of it, whatever happened before. Never throws: what is still there is told.
   * @param isWhole it went to its end: no request is under way any more with which something may yet come to be
   */
  close(isWhole: boolean): Promise<ReapCounts>;
}

/**
 * Does something with a run of its own, and removes all of that whatever happens; what could not be removed is logged.
 * @param seconds how long all of it may take
 */
export async function withRun<T>(
  engine: Engine,
  seconds: number,
  { log, progress }: { readonly log: Logger; readonly progress: Progress },
  use: (run: Run) => Promise<T>,
): Promise<T> {
  const run = beginRun(engine, seconds);
  let isWhole = false;
  try {
    const used = await use(run);
    isWhole = true;
    return used;
  } finally {
    // What was given to the engine takes it some time to remove.
    progress.report('removing what was made for it');
    const { failures } = await run.close(isWhole);
    for (const failure of failures) log.warn({}, failure);
    if (failures.length > 0) log.warn({}, 'what is still there is removed by the next start, and by "drydock clean"');
  }
}

/** Beyond the time of a run, until others may take it for dead. */
const SLACK_SECONDS = 300;

/** How often removing is tried where the engine does not answer. */
const TRIES = 3;

/**
 * Begins a run. From here on a process beside this one cleans up should this one die, and so does the next start.
 * @param seconds how long all of it may take
 */
export function beginRun(engine: Engine, seconds: number): Run {
  const id = newRunId();
  let count = 0;
  const guardian = startGuardian(engine, id, seconds + SLACK_SECONDS);
  const labels = runLabels(id, Date.now() + (seconds + SLACK_SECONDS) * 1000);
  return {
    engine,
    id,
    labels,
    name: (what) => objectName(id, what),
    nextNumber: () => {
      count += 1;
      return count;
    },
    close: async (isWhole) => {
      let counts = await reap(engine, { run: id });
      for (let tries = 1; counts.failures.length > 0 && tries < TRIES; tries += 1) {
        await pause(200 * tries);
        const again = await reap(engine, { run: id });
        counts = sum(counts, again);
      }
      // Who cannot clean up, or went away while the engine was still making something, leaves it to the guardian, which goes
      // on looking for a while.
      guardian.release(isWhole && counts.failures.length === 0);
      return counts;
    },
  };
}

function sum(a: ReapCounts, b: ReapCounts): ReapCounts {
  return {
    containers: a.containers + b.containers,
    networks: a.networks + b.networks,
    volumes: a.volumes + b.volumes,
    images: a.images + b.images,
    failures: b.failures,
  };
}
