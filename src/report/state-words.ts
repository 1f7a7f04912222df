import type { AdvisoryState } from '../model/advisory.ts';

/** What a source says of a package, in a column. `fixed` alone would read as if the image had the fix. */
export const stateWords: Readonly<Record<AdvisoryState, string>> = {
  fixed: 'fix available',
  affected: 'no fix yet',
  'will-not-fix': 'will not fix',
  deferred: 'deferred',
  'end-of-life': 'end of life',
  'under-investigation': 'unclear yet',
  'not-affected': 'not affected',
};
