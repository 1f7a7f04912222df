import { findingKinds } from '../../../../src/model/finding.ts';
import { severities } from '../../../../src/model/severity.ts';
import type { Finding } from '../../api/schema.ts';

/** What findings can be narrowed by, in the order in which it is offered. Each is a key of the address. */
export const facets = [
  'severity',
  'kind',
  'exploited',
  'use',
  'fix',
  'from',
  'since',
  'accepted',
  'type',
  'layer',
] as const;

export type Facet = (typeof facets)[number];

/** The value of a finding in each facet; absent where the question does not arise. */
export const facetValue: Readonly<Record<Facet, (finding: Finding) => string | undefined>> = {
  severity: ({ severity }) => severity,
  kind: ({ kind }) => kind,
  exploited: ({ score }) => (score?.kev === true ? 'known' : undefined),
  use: ({ use }) => (use === undefined ? undefined : use === 'not-seen' ? 'not-seen' : 'in-use'),
  fix: ({ kind, fixedVersion }) =>
    kind !== 'vulnerability' ? undefined : fixedVersion === undefined ? 'none' : 'available',
  from: ({ from }) => from,
  since: ({ baseline }) => baseline,
  accepted: ({ suppressed }) => (suppressed === undefined ? 'open' : 'accepted'),
  type: ({ package: pkg }) => (pkg === undefined ? undefined : purlType(pkg.purl)),
  layer: ({ layer }) => (layer === undefined ? undefined : String(layer.index)),
};

/** Values that have an order of their own; those of other facets come by number or name. */
const orders: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  severity: severities.toReversed(),
  kind: findingKinds,
  use: ['in-use', 'not-seen'],
  fix: ['available', 'none'],
  from: ['own', 'base', 'unknown'],
  since: ['new', 'graver', 'known'],
  accepted: ['open', 'accepted'],
};

/** The values of a facet that occur, in the order in which they are offered. */
export function orderValues(facet: Facet, values: Iterable<string>): readonly string[] {
  const order = orders[facet];
  const occurring = new Set(values);
  if (order !== undefined) return order.filter((value) => occurring.has(value));
  return [...occurring].sort(
    facet === 'layer' ? (a, b) => Number(a) - Number(b) : (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  );
}

/** `deb` of `pkg:deb/debian/curl@8.1`. */
export function purlType(purl: string): string | undefined {
  return /^pkg:([a-z0-9.+-]{1,40})\//i.exec(purl)?.[1]?.toLowerCase();
}
