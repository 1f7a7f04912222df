import type { Finding } from '../../api/schema.ts';
import { type Facet, facets, facetValue, orderValues } from './finding-facets.ts';

/** No value: the question does not arise for this finding. */
export const NO_VALUE = 0xffff;

/**
 * Findings as they are searched: once made, a keystroke looks at flat arrays alone. All arrays have the order of `findings`.
 */
export interface FindingIndex {
  readonly findings: readonly Finding[];
  /** What is searched, in small letters. */
  readonly texts: readonly string[];
  /** Values of each facet that occur. */
  readonly values: Readonly<Record<Facet, readonly string[]>>;
  /** Of each finding the place of its value in `values`, or `NO_VALUE`. */
  readonly codes: Readonly<Record<Facet, Uint16Array>>;
}

/** Of one finding, since a text of an image may be as long as it likes. */
const LONGEST_TEXT = 4000;

export function indexFindings(findings: readonly Finding[]): FindingIndex {
  const values = {} as Record<Facet, readonly string[]>;
  const codes = {} as Record<Facet, Uint16Array>;
  for (const facet of facets) {
    const read = facetValue[facet];
    const ordered = orderValues(
      facet,
      findings.flatMap((finding) => read(finding) ?? []),
    ).slice(0, NO_VALUE);
    const places = new Map(ordered.map((value, index) => [value, index]));
    const column = new Uint16Array(findings.length);
    for (let row = 0; row < findings.length; row++) column[row] = places.get(read(findings[row]!) ?? '') ?? NO_VALUE;
    values[facet] = ordered;
    codes[facet] = column;
  }
  return { findings, texts: findings.map(searchText), values, codes };
}

function searchText(finding: Finding): string {
  const {
    id,
    aliases,
    related = [],
    title,
    package: pkg,
    location,
    locations = [],
    evidence,
    witnesses = [],
  } = finding;
  return [
    id,
    ...aliases,
    ...related,
    title,
    pkg === undefined ? '' : `${pkg.name} ${pkg.version}`,
    location?.path ?? '',
    ...locations.slice(1, 20).map(({ path }) => path),
    evidence,
    ...witnesses.map(({ rule }) => rule),
    finding.suppressed?.reason ?? '',
  ]
    .join('\n')
    .slice(0, LONGEST_TEXT)
    .toLowerCase();
}
