import type { Affected } from '../model/advisory.ts';
import { VersionError, type VersionScheme } from '../model/version-scheme.ts';
import { attempt, isAffected } from './ranges.ts';

/** Passes over the rows before the search ends: ranges that reopen each other could go on for long. */
const PASSES = 16;

/**
 * The least version from `version` on that no row affects, as far as the rows name fixes: rows without one are left
 * aside. Undefined where no row names a fix above `version`.
 */
export function leastFix(version: string, rows: readonly Affected[], scheme: VersionScheme): string | undefined {
  let candidate = version;
  for (let pass = 0; pass < PASSES; pass++) {
    const before = candidate;
    for (const row of rows) candidate = nextFix(candidate, row, scheme) ?? candidate;
    if (candidate === before) break;
  }
  return candidate === version ? undefined : candidate;
}

/** The fix of the range that `version` is in; for a listed version the least fix above it. */
function nextFix(version: string, row: Affected, scheme: VersionScheme): string | undefined {
  const verdict = isAffected(version, row, scheme);
  if (verdict.outcome !== 'affected') return undefined;
  if (verdict.by === 'range') return verdict.range.fixed;
  let least: string | undefined;
  for (const { fixed } of row.ranges) {
    if (fixed === undefined || !isBelow(version, fixed, scheme)) continue;
    if (least === undefined || isBelow(fixed, least, scheme)) least = fixed;
  }
  return least;
}

function isBelow(a: string, b: string, scheme: VersionScheme): boolean {
  const order = attempt(() => scheme.compare(a, b));
  return !(order instanceof VersionError) && order < 0;
}
