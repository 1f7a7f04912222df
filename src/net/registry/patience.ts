import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../../context.ts';
import type { Logger } from '../../log.ts';
import { backOffMs, retryWords } from '../retry.ts';
import { RegistryError } from './failure.ts';
import type { RegistryLimits } from './limits.ts';

export interface Patience {
  readonly limits: RegistryLimits;
  readonly attempts: number;
  readonly log: Logger;
  readonly progress?: Progress | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits before the next attempt: as long as the registry asked for, and longer each time.
 * @param fruitless attempts in a row that brought nothing
 * @throws RegistryError when there were enough of them, or the wait would be too long
 */
export async function pause(failure: RegistryError, fruitless: number, patience: Patience): Promise<void> {
  const { limits, attempts, log, progress, signal } = patience;
  if (!failure.transient) throw failure;
  const wait = failure.waitMs;
  if (wait !== undefined && wait > limits.retryAfterMs) {
    const words = `${failure.message} It wants to be left alone for ${Math.ceil(wait / 1000)} seconds.`;
    throw new RegistryError(failure.code, words, { cause: failure });
  }
  if (fruitless >= attempts) {
    const words = attempts === 1 ? failure.message : `${failure.message} (asked ${attempts} times)`;
    throw new RegistryError(failure.code, words, { cause: failure });
  }
  const ms = Math.max(wait ?? 0, backOffMs(fruitless, limits.backOffMs, limits.backOffMaximumMs, Math.random()));
  log.info({ reason: failure.message, milliseconds: Math.round(ms) }, 'a registry is asked again');
  progress?.report(retryWords(ms, failure.message));
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}

/** Makes attempts until one succeeds. */
export async function persist<T>(attempt: () => Promise<T>, patience: Patience): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      patience.signal?.throwIfAborted();
      if (!(error instanceof RegistryError)) throw error;
      await pause(error, count, patience);
    }
  }
}
