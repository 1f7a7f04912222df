import type { Affected, VersionRange } from '../model/advisory.ts';
import { VersionError, type VersionScheme } from '../model/version-scheme.ts';

/** What one row of an advisory says of one version. */
export type RangeVerdict =
  | { readonly outcome: 'affected'; readonly by: 'range'; readonly range: VersionRange }
  /** The version stands in the row's list. */
  | { readonly outcome: 'affected'; readonly by: 'list' }
  /** The row names no version at all. */
  | { readonly outcome: 'affected'; readonly by: 'every-version' }
  /** The publisher states that this version is not affected. */
  | { readonly outcome: 'not-affected'; readonly because: 'stated' }
  /** The version is at or past the fix, or past the last affected version, that `range` names. */
  | { readonly outcome: 'not-affected'; readonly because: 'past'; readonly range: VersionRange }
  /** The version is older than the first affected one, that `range` names. */
  | { readonly outcome: 'not-affected'; readonly because: 'before'; readonly range: VersionRange }
  /** The row lists versions, and this is none of them; or it says of other versions that they are not affected. */
  | { readonly outcome: 'not-affected'; readonly because: 'unlisted' }
  | { readonly outcome: 'unjudged'; readonly error: VersionError };

/** Where a version stands relative to a range. */
type Position = 'before' | 'inside' | 'past';

/**
 * Judges a version against one row of an advisory. Ranges are half-open, `lastAffected` is inclusive, and an
 * `introduced` of '0' is the beginning in every scheme (OSV schema, "affected[].ranges[].events[]").
 * Any range that holds decides; a version that cannot be compared is neither affected nor safe.
 */
export function isAffected(version: string, affected: Affected, scheme: VersionScheme): RangeVerdict {
  const { ranges, versions = [] } = affected;
  const stated = affected.state === 'not-affected';
  if (ranges.length === 0 && versions.length === 0) {
    return stated ? { outcome: 'not-affected', because: 'stated' } : { outcome: 'affected', by: 'every-version' };
  }
  const verdict = judge(version, ranges, versions, scheme);
  if (!stated) return verdict;
  // In such a row the ranges tell which versions are safe; it does not speak of the others.
  if (verdict.outcome === 'affected') return { outcome: 'not-affected', because: 'stated' };
  return verdict.outcome === 'unjudged' ? verdict : { outcome: 'not-affected', because: 'unlisted' };
}

function judge(
  version: string,
  ranges: readonly VersionRange[],
  versions: readonly string[],
  scheme: VersionScheme,
): RangeVerdict {
  if (versions.includes(version)) return { outcome: 'affected', by: 'list' };
  let error: VersionError | undefined;
  let past: VersionRange | undefined;
  let before: VersionRange | undefined;
  for (const range of ranges) {
    const position = attempt(() => positionIn(version, range, scheme));
    if (position instanceof VersionError) error ??= position;
    else if (position === 'inside') return { outcome: 'affected', by: 'range', range };
    else if (position === 'past') past = later(past, range, scheme);
    else before ??= range;
  }
  // Spellings of one version differ (1.0 and 1.0.0), so that the text alone does not settle it.
  for (const other of versions) {
    if (error?.version === version) break; // It equals none of them, and lists are long.
    const order = attempt(() => compare(version, other, scheme));
    if (order === 0) return { outcome: 'affected', by: 'list' };
    // A version that the publisher wrote badly is not the package's fault.
    if (order instanceof VersionError && order.version === version) error ??= order;
  }
  if (error !== undefined) return { outcome: 'unjudged', error };
  if (past !== undefined) return { outcome: 'not-affected', because: 'past', range: past };
  if (before !== undefined) return { outcome: 'not-affected', because: 'before', range: before };
  return { outcome: 'not-affected', because: 'unlisted' };
}

function positionIn(version: string, range: VersionRange, scheme: VersionScheme): Position {
  const { introduced, fixed, lastAffected } = range;
  if (introduced !== undefined && introduced !== '0' && compare(version, introduced, scheme) < 0) return 'before';
  if (fixed !== undefined) return compare(version, fixed, scheme) < 0 ? 'inside' : 'past';
  if (lastAffected !== undefined) return compare(version, lastAffected, scheme) <= 0 ? 'inside' : 'past';
  return 'inside';
}

/** A package without a version has an unknown one, which some orders would take for the first of all. */
function compare(version: string, other: string, scheme: VersionScheme): number {
  if (version === '') throw new VersionError(scheme.id, version, 'there is none');
  return scheme.compare(version, other);
}

/** The range that ends last: of several fixes that a version has, the nearest explains most. */
function later(a: VersionRange | undefined, b: VersionRange, scheme: VersionScheme): VersionRange {
  if (a === undefined) return b;
  const order = attempt(() => scheme.compare(endOf(a), endOf(b)));
  return order === -1 ? b : a;
}

function endOf(range: VersionRange): string {
  return range.fixed ?? range.lastAffected ?? '';
}

/** The result, or the VersionError that stood in its way; anything else that is thrown is a fault and goes on. */
export function attempt<T>(compute: () => T): T | VersionError {
  try {
    return compute();
  } catch (error) {
    if (error instanceof VersionError) return error;
    throw error;
  }
}
