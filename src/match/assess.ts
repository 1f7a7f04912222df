import type { AdvisoryHit, Affected } from '../model/advisory.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import type { VersionScheme } from '../model/version-scheme.ts';
import { isAffected, type RangeVerdict } from './ranges.ts';

/** Which name and version of a package a row is compared with. */
export interface Compared {
  readonly kind: 'source' | 'binary';
  readonly name: string;
  readonly version: string;
}

/** The verdict on one row for one package; `excluded`: the ecosystem knows why the row is not meant for it. */
export type RowVerdict =
  | RangeVerdict
  | { readonly outcome: 'not-affected'; readonly because: 'excluded'; readonly reason: string };

/** One row of an advisory judged for one package. */
export interface Assessment {
  readonly hit: AdvisoryHit;
  readonly compared: Compared;
  readonly scheme: VersionScheme;
  /** Place of the row's namespace in the ecosystem's order. */
  readonly rank: number;
  readonly verdict: RowVerdict;
}

/**
 * What a row is compared with: a row that names a source package with the source's version, any other with the
 * package's own. Undefined when the row names something else that happens to be called alike.
 * @param ecosystem the one of the package: advisories may spell its name in another way
 */
export function comparedWith(
  pkg: Package,
  affected: Pick<Affected, 'nameKind' | 'package'>,
  ecosystem?: Pick<Ecosystem, 'advisoryName'>,
): Compared | undefined {
  const own = { name: pkg.name, version: pkg.version };
  const meant = affected.nameKind === 'source' ? (pkg.source ?? own) : own;
  if (meant.name !== affected.package && ecosystem?.advisoryName?.(meant.name) !== affected.package) return undefined;
  return { kind: affected.nameKind, name: meant.name, version: meant.version };
}

/** Judges one row for a package; undefined when the row is about another package or namespace. */
export function assess(
  pkg: Package,
  hit: AdvisoryHit,
  watch: { readonly ecosystem: Ecosystem; readonly namespaces: readonly string[] },
): Assessment | undefined {
  const rank = watch.namespaces.indexOf(hit.affected.namespace);
  const compared = comparedWith(pkg, hit.affected, watch.ecosystem);
  if (rank < 0 || compared === undefined) return undefined;
  const scheme = watch.ecosystem.versions(hit.affected.namespace);
  return { hit, compared, scheme, rank, verdict: verdictOn(pkg, hit, compared, scheme, watch.ecosystem) };
}

/**
 * Tells whether a row has to be weighed, from the row alone: false where the versions settle it, or where it is about
 * something else. A package all of whose rows are settled has no vulnerability.
 */
export function isOpen(
  pkg: Package,
  affected: Affected,
  watch: { readonly ecosystem: Ecosystem; readonly namespaces: readonly string[] },
): boolean {
  const compared = comparedWith(pkg, affected, watch.ecosystem);
  if (compared === undefined || !watch.namespaces.includes(affected.namespace)) return false;
  const scheme = watch.ecosystem.versions(affected.namespace);
  return isAffected(compared.version, affected, scheme).outcome !== 'not-affected';
}

function verdictOn(
  pkg: Package,
  hit: AdvisoryHit,
  compared: Compared,
  scheme: VersionScheme,
  ecosystem: Ecosystem,
): RowVerdict {
  const verdict = isAffected(compared.version, hit.affected, scheme);
  // Asked only where it could change something: most rows are settled by the versions.
  if (verdict.outcome === 'not-affected' && verdict.because !== 'stated') return verdict;
  const applies = ecosystem.applies?.(pkg, hit.advisory, hit.affected);
  if (applies === undefined || applies.applies) return verdict;
  return { outcome: 'not-affected', because: 'excluded', reason: applies.reason };
}
