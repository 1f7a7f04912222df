import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy } from '../sqlite-result.ts';

/** How long somebody waits for another process. */
export interface LockOptions {
  /** Milliseconds to wait for another process that is updating. */
  readonly waitMs?: number;
  /** Called once when there is one to wait for. */
  onWait?(): void;
  readonly signal?: AbortSignal;
}

/** Long enough for another process to load the largest feed. */
const DEFAULT_WAIT = 10 * 60_000;
const RETRY_EVERY = 100;

/** Tries again while another process holds the lock; SQLite's own waiting would hold up everything else here. */
export async function whenFree(attempt: () => void, options: LockOptions): Promise<void> {
  const { signal, waitMs = DEFAULT_WAIT, onWait } = options;
  const end = performance.now() + waitMs;
  for (let told = false; ; told = true) {
    signal?.throwIfAborted();
    try {
      attempt();
      return;
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= end) throw error;
      if (!told) onWait?.();
    }
    await sleep(Math.min(RETRY_EVERY, waitMs), undefined, signal === undefined ? {} : { signal });
  }
}
