import type { AdvisoryState } from '../../model/advisory.ts';

/** Why a product that is affected has no fix, in Red Hat's words (access.redhat.com/security/updates/classification). */
const words: ReadonlyMap<string, AdvisoryState> = new Map([
  ['will not fix', 'will-not-fix'],
  ['out of support scope', 'end-of-life'],
  ['fix deferred', 'deferred'],
  ['under investigation', 'under-investigation'],
]);

/** The state of what is affected and has no fix; `affected` for words that nobody knows, and for none. */
export function stateWithoutFix(word: string | undefined): AdvisoryState {
  return words.get(word?.trim().toLowerCase() ?? '') ?? 'affected';
}
