import type { Engine } from '../../net/container-engine/engine.ts';
import { eitherSignal } from '../../signals.ts';
import type { RunProfile } from '../run-profiles/run-profile.ts';
import { waitForText } from './log-line.ts';
import type { Cage } from './open-cage.ts';
import { type Readiness, type ReadinessLimits, waitUntilReady } from './readiness.ts';

export interface WaitOptions {
  /** May say when it is ready. */
  readonly runProfile?: RunProfile;
  readonly readiness?: Partial<ReadinessLimits>;
  /** What listens in a cage, one text each; undefined where nobody can tell. */
  sockets(cage: Cage, signal: AbortSignal): Promise<readonly string[] | undefined>;
  readonly signal?: AbortSignal;
}

/** Waits until an image is ready, as its run profile says or as it is seen. */
export async function waitForImage(engine: Engine, cage: Cage, options: WaitOptions): Promise<Readiness> {
  const { signal, runProfile, readiness } = options;
  const { log: text, ...when } = runProfile?.ready ?? {};
  const done = new AbortController();
  const during = signal === undefined ? done.signal : eitherSignal([signal, done.signal]);
  const line =
    text === undefined ? undefined : waitForText(engine, cage.container, text, { tty: false, signal: during });
  // Whoever waits is told; nobody may be waiting any more.
  line?.catch(() => {});
  try {
    return await waitUntilReady(
      {
        sockets: (inTime) => options.sockets(cage, inTime),
        describe: (inTime) => cage.describe(inTime),
        ended: cage.ended,
        ...(line && { line }),
      },
      { ...readiness, ...(Object.keys(when).length > 0 && { when }), ...(signal && { signal }) },
    );
  } finally {
    done.abort();
  }
}
