import type { Finding } from './finding.ts';
import type { ObservedPort, RunAttempt } from './observation.ts';

/** What a run of an image tells while it goes on. The observation at its end says all of it again, and decides. */
export type RunEvent =
  /** A try to bring the image up begins; `number` from 1. */
  | { readonly kind: 'attempt'; readonly number: number; readonly changes: readonly string[] }
  /** It is ready, has ended, or could not be started. */
  | { readonly kind: 'tried'; readonly number: number; readonly attempt: RunAttempt }
  /** A port that is seen to listen for the first time, and once more when it is known what it speaks. */
  | { readonly kind: 'port'; readonly port: ObservedPort }
  /**
   * Of the kinds `service` and `call`, once each. What is told while the image runs may have been judged before all of the
   * calls that it follows from were read: the report may have other words for it, or not have it.
   */
  | { readonly kind: 'finding'; readonly finding: Finding; readonly port?: Pick<ObservedPort, 'protocol' | 'port'> };

/** Told of a run as it goes on. Never throws. */
export type RunListener = (event: RunEvent) => void;
