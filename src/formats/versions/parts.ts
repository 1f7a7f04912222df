import { type ComparisonStep, VersionError } from '../../model/version-scheme.ts';

/** What a comparison gives. */
export type Order = ComparisonStep['result'];

/**
 * Where the parts of `[epoch:]version[-release]` begin: dpkg and rpm cut versions alike, and compare the parts each in
 * their own way. Filled again and again, one for each side, so that comparing allocates nothing.
 */
export interface Bounds {
  /** Position of the colon behind the epoch, -1 without one. */
  colon: number;
  /** Position of the last hyphen; the end of the version where nothing follows the middle part. */
  hyphen: number;
}

/** Bounds for both sides of a comparison. */
export function bothBounds(): readonly [left: Bounds, right: Bounds] {
  return [
    { colon: -1, hyphen: 0 },
    { colon: -1, hyphen: 0 },
  ];
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The error for a version that a scheme cannot order; one that is empty is called so. */
export function invalidVersion(scheme: string, version: string, reason: string): VersionError {
  return new VersionError(scheme, version, version === '' ? 'it is empty' : reason);
}

/** The steps up to the one that decided: those behind it were never compared. */
export function untilDecided(steps: readonly ComparisonStep[]): readonly ComparisonStep[] {
  const deciding = steps.findIndex(({ result }) => result !== 0);
  return deciding < 0 ? steps : steps.slice(0, deciding + 1);
}
