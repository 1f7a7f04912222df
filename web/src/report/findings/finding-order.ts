import { severities } from '../../../../src/model/severity.ts';
import type { Finding } from '../../api/schema.ts';

/** Orders of findings: each begins with what a reader looks for first. */
export const orders = ['priority', 'severity', 'name', 'package', 'epss', 'cvss'] as const;

export type Order = (typeof orders)[number];

/** Probabilities of exploitation from which on something comes before what is graver, as `comparePriority` has them. */
const STEPS = [0.1, 0.5];

const ranks: ReadonlyMap<string, number> = new Map(severities.map((severity, rank) => [severity, rank]));

/**
 * The places of all findings in an order. What is equal in it stays as the report has it.
 * @param backwards the last first; equals still as the report has them
 */
export function orderFindings(findings: readonly Finding[], order: Order, backwards = false): Uint32Array {
  const places = Uint32Array.from(findings.keys());
  const sign = backwards ? -1 : 1;
  if (order === 'name' || order === 'package') {
    const names = findings.map(order === 'name' ? byName : byPackage);
    return places.sort((a, b) => (names[a]! < names[b]! ? -sign : names[a]! > names[b]! ? sign : a - b));
  }
  const keys = Float64Array.from(findings, keyOf[order]);
  return places.sort((a, b) => sign * (keys[b]! - keys[a]!) || a - b);
}

const keyOf: Readonly<Record<Exclude<Order, 'name' | 'package'>, (finding: Finding) => number>> = {
  priority: priorityKey,
  severity: ({ severity }) => ranks.get(severity) ?? 0,
  epss: ({ score }) => score?.epss ?? -1,
  cvss: ({ score }) => score?.cvss[0]?.score ?? -1,
};

/**
 * The order of `comparePriority` as one number, since numbers are sorted in a tenth of the time: use, exploitation, step of
 * EPSS, severity, fix, EPSS.
 */
function priorityKey({ use, score, severity, fixedVersion }: Finding): number {
  const epss = Math.min(Math.max(score?.epss ?? 0, 0), 1);
  let key = use !== undefined && use !== 'not-seen' ? 1 : 0;
  key = key * 2 + (score?.kev === true ? 1 : 0);
  key = key * 4 + STEPS.filter((step) => epss >= step).length;
  key = key * 8 + (ranks.get(severity) ?? 0);
  key = key * 2 + (fixedVersion === undefined ? 0 : 1);
  return key * 2 + epss;
}

function byName({ id, package: pkg, location }: Finding): string {
  return `${id}\0${pkg?.name ?? location?.path ?? ''}`.toLowerCase();
}

/** What has no package comes last. */
function byPackage({ id, package: pkg, location }: Finding): string {
  return `${pkg?.name ?? `\uffff${location?.path ?? ''}`}\0${id}`.toLowerCase();
}
