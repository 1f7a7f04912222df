import type { Package } from '../model/package.ts';
import type { SeverityAuthor } from '../model/severity.ts';

export interface MatchOptions {
  /** Who decides severities, in this order; see `severityOrder`. */
  readonly severityOrder?: readonly SeverityAuthor[];
  /** Judges packages that lockfiles and manifests name, too: what an image only asks for, it need not have. */
  readonly lockfiles?: boolean;
}

/**
 * Whether advisories are held against a package. Backports make upstream versions wrong for files of a distribution: its
 * package is judged in their place. What nobody published no advisory is about.
 */
export function isJudged({ ownedBy, evidence, application }: Package, { lockfiles = false }: MatchOptions): boolean {
  return ownedBy === undefined && application === undefined && (evidence === undefined || lockfiles);
}
