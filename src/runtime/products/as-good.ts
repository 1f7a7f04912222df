import type { RunOutcome } from '../../model/observation.ts';

/** Whether a run went as well as another one did: it listens where that listened; what only ran, or ended well, does so again. */
export function isAsGood(outcome: RunOutcome, wanted: RunOutcome): boolean {
  return outcome === wanted || (outcome === 'healthy' && wanted === 'listening');
}
