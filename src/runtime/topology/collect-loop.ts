import { setTimeout as sleep } from 'node:timers/promises';
import type { HostCollector } from './host-collector.ts';
import type { HostLook } from './report-sequence.ts';

/** Milliseconds from look to look, where looks take no time. */
const INTERVAL = 1000;
/** The share of one processor that looks may take; where they would take more, they come less often. */
const SHARE = 0.04;
const LONGEST = 10_000;

/**
 * Looks at a host again and again, until the signal fires.
 * @param onLook gets each look, and is waited for
 */
export async function collectHost(
  collector: HostCollector,
  onLook: (look: HostLook) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const begin = performance.now();
    const before = process.cpuUsage();
    await onLook(await collector.look());
    const { user, system } = process.cpuUsage(before);
    const spent = performance.now() - begin;
    // Of all threads: memory is collected by others. What else was done meanwhile counts too: then somebody else needs the time.
    const pause = Math.min(LONGEST, Math.max(INTERVAL, (user + system) / 1000 / SHARE)) - spent;
    await sleep(Math.max(50, pause), undefined, { signal }).catch(() => {});
  }
}
