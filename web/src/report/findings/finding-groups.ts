import { severities } from '../../../../src/model/severity.ts';
import type { Finding } from '../../api/schema.ts';

export const groupings = ['none', 'vulnerability', 'package', 'layer', 'kind'] as const;

export type Grouping = (typeof groupings)[number];

/** Findings that are read together. */
export interface FindingGroup {
  readonly key: string;
  /** The finding that stands for it: the first in the order. */
  readonly first: number;
  /** Places of its findings, in the order. */
  readonly rows: readonly number[];
  /** How many of each severity, in the order of `severities`. */
  readonly bySeverity: readonly number[];
}

/** What makes findings one group. */
const keyOf: Readonly<Record<Exclude<Grouping, 'none'>, (finding: Finding) => string>> = {
  vulnerability: ({ id }) => id,
  package: ({ package: pkg, location }) =>
    pkg === undefined ? `path ${location?.path ?? ''}` : `package ${pkg.name}\0${pkg.version}\0${pkg.purl}`,
  layer: ({ layer }) => (layer === undefined ? '' : String(layer.index)),
  kind: ({ kind }) => kind,
};

const ranks: ReadonlyMap<string, number> = new Map(severities.map((severity, rank) => [severity, rank]));

/**
 * Puts findings into groups; the group with the finding that comes first stands first.
 * @param order places of findings in the order in which they are shown
 */
export function groupFindings(
  findings: readonly Finding[],
  order: ArrayLike<number>,
  grouping: Exclude<Grouping, 'none'>,
): readonly FindingGroup[] {
  const read = keyOf[grouping];
  const groups = new Map<string, { key: string; first: number; rows: number[]; bySeverity: number[] }>();
  for (let place = 0; place < order.length; place++) {
    const row = order[place]!;
    const finding = findings[row]!;
    const key = read(finding);
    let group = groups.get(key);
    if (group === undefined) {
      group = { key, first: row, rows: [], bySeverity: severities.map(() => 0) };
      groups.set(key, group);
    }
    group.rows.push(row);
    group.bySeverity[ranks.get(finding.severity) ?? 0]!++;
  }
  return [...groups.values()];
}

/**
 * The lines of a grouped list: each group's head, and its findings where it is open. A finding stands for its place, the head of
 * a group for `-1 - its number`.
 */
export function listGroups(groups: readonly FindingGroup[], isOpen: (group: FindingGroup) => boolean): Int32Array {
  let length = groups.length;
  for (const group of groups) if (isOpen(group)) length += group.rows.length;
  const lines = new Int32Array(length);
  let line = 0;
  for (const [number, group] of groups.entries()) {
    lines[line++] = -1 - number;
    if (!isOpen(group)) continue;
    for (const row of group.rows) lines[line++] = row;
  }
  return lines;
}
