import type { AdvisoryHit, AdvisoryState, Affected } from '../model/advisory.ts';
import type { Assessment } from './assess.ts';
import { leastFix } from './fixes.ts';
import { type Group, isCve, unsilenced } from './group.ts';

/** What was concluded of one vulnerability that a package has. */
export interface Decision {
  /** The CVE where there is one, else what the most authoritative record calls it. */
  readonly id: string;
  /** The rows that hold, the most authoritative first. */
  readonly rows: readonly Assessment[];
  /** The least version that fixes it, as the most authoritative row counts versions. */
  readonly fixedVersion?: string;
}

/** Concludes what the rows of a group say together. Some row of it has to affect the package. */
export function decide(group: Group): Decision {
  const rows = unsilenced(group)
    .filter(({ verdict }) => verdict.outcome === 'affected')
    .sort(byAuthority);
  const primary = rows[0]!;
  const fixedVersion = fixOf(rows.filter((row) => comparisonOf(row) === comparisonOf(primary)));
  return { id: idOf(group, primary.hit), rows, ...(fixedVersion !== undefined && { fixedVersion }) };
}

/** The ecosystem's order of namespaces, then rows that know a fix, then names, so that the order never varies. */
export function byAuthority(a: Assessment, b: Assessment): number {
  return a.rank - b.rank || withoutFix(a) - withoutFix(b) || compareText(a.hit, b.hit);
}

function withoutFix({ hit }: Assessment): number {
  return hit.affected.ranges.some((range) => range.fixed !== undefined) ? 0 : 1;
}

function compareText(a: AdvisoryHit, b: AdvisoryHit): number {
  const left = [isCve(a.advisory.id) ? 0 : 1, a.feed, a.advisory.key, a.affected.nameKind].join('\0');
  const right = [isCve(b.advisory.id) ? 0 : 1, b.feed, b.advisory.key, b.affected.nameKind].join('\0');
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What a version was compared as: fixes can be compared with each other only within one of these. */
export function comparisonOf({ compared, scheme }: Assessment): string {
  return `${compared.kind} ${scheme.id}`;
}

/**
 * States in which a publisher offers a fix. In any other one a range may end all the same, at a version that is not to
 * be had here: one of Ubuntu Pro, for an image without it.
 */
const offering: ReadonlySet<AdvisoryState> = new Set(['fixed', 'affected']);

/** The least version that no row of one kind of comparison affects. */
export function fixOf(rows: readonly Assessment[]): string | undefined {
  const { compared, scheme } = rows[0]!;
  const affected: Affected[] = rows.map(({ hit }) => hit.affected).filter(({ state }) => offering.has(state));
  return leastFix(compared.version, affected, scheme);
}

/** The CVE where there is one, else what the record calls it. */
export function idOf(group: Group, hit: AdvisoryHit): string {
  if (isCve(hit.advisory.id) && group.ids.includes(hit.advisory.id)) return hit.advisory.id;
  return group.ids.find(isCve) ?? hit.advisory.id;
}
