import { DrydockError } from '../../errors.ts';
import type { RunOutcome } from '../../model/observation.ts';
import { EngineError } from '../../net/container-engine/engine-error.ts';
import { type Cage, type CageOptions, openCage } from '../cage/open-cage.ts';
import { waitUntilReady } from '../cage/readiness.ts';
import type { Run } from '../cage/run.ts';
import type { Inside } from '../inside/open-inside.ts';
import { Insides } from './insides.ts';

export interface OnceOptions {
  readonly cage: Omit<CageOptions, 'run'>;
  readonly readyTimeout: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** What is done with it once it is ready, before it is removed. */
  readonly use?: (cage: Cage, inside: Inside | undefined) => Promise<void>;
}

/** Brings an image up once, in exactly this cage, and removes it again. */
export async function runOnce(
  run: Run,
  options: OnceOptions,
): Promise<{ readonly outcome: RunOutcome; readonly reason: string }> {
  const { signal, environment } = options;
  const insides = new Insides(run, environment, signal);
  let cage: Cage | undefined;
  try {
    cage = await openCage(run.engine, { ...options.cage, run });
    await cage.start();
    const held = cage;
    const { outcome, reason } = await waitUntilReady(
      {
        sockets: (during) => insides.listening(held, during),
        describe: (during) => held.describe(during),
        ended: held.ended,
      },
      { timeoutMs: options.readyTimeout, signal },
    );
    await options.use?.(held, await insides.of(held));
    return { outcome, reason };
  } catch (error) {
    signal.throwIfAborted();
    const isRefusal =
      error instanceof EngineError || (error instanceof DrydockError && error.code === 'observe.failed');
    if (!isRefusal) throw error;
    return { outcome: 'failed', reason: error.message };
  } finally {
    await insides.close();
    await cage?.close();
  }
}
