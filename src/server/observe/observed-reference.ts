/** What the reference of an image begins with that was run: no other process can go on with it. */
export const OBSERVED = 'observe:';

/** What becomes of a run whose process was killed. */
export const INTERRUPTED =
  'The process that ran it ended in the middle of it. What it left is removed; submit it again.';
