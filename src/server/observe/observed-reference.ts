import { COUNTS_NOWHERE } from '../../store/sql/fleet-sums.ts';

/** What the reference of an image begins with that was run: no other process can go on with it. */
export const OBSERVED = COUNTS_NOWHERE;

/** What becomes of a run whose process was killed. */
export const INTERRUPTED =
  'The process that ran it ended in the middle of it. What it left is removed; submit it again.';
