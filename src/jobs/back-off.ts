import type { JobPolicy } from './queue.ts';

/**
 * Milliseconds before the next attempt, between half and all of what doubling gives, so that jobs that failed together
 * do not come back together.
 * @param attempt the one that failed, from 1
 * @param chance 0 to 1
 */
export function backOff(
  policy: Pick<JobPolicy, 'backOff' | 'maximumBackOff'>,
  attempt: number,
  chance: number,
): number {
  const doubled = Math.min(policy.backOff * 2 ** Math.min(attempt - 1, 30), policy.maximumBackOff);
  return doubled * (0.5 + chance / 2);
}
