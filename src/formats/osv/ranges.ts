import type { VersionRange } from '../../model/advisory.ts';
import { asList, asRecord, asText } from '../record.ts';

/** Orders two versions as their ecosystem does. May throw on a version it does not know. */
export type CompareVersions = (a: string, b: string) => number;

interface Event {
  readonly kind: 'introduced' | 'fixed' | 'last_affected';
  readonly version: string;
}

/**
 * Turns the events of an OSV range into intervals (OSV schema 1.7, `affected[].ranges[].events`). `introduced: "0"`
 * is the beginning of all versions; `limit` says something of git only and is read over. Events may stand in any
 * order: they are sorted where `compare` can. Without it the beginning is moved to the front, and where beginnings and
 * ends do not follow each other then, they are sorted by the numbers in them.
 * Undefined for a range of commits, or one without events.
 */
export function readRange(value: unknown, compare?: CompareVersions): VersionRange[] | undefined {
  const range = asRecord(value);
  const type = range?.['type'];
  if (type !== 'ECOSYSTEM' && type !== 'SEMVER' && type !== undefined) return undefined;
  const events: Event[] = [];
  for (const item of asList(range?.['events'])) {
    for (const kind of ['introduced', 'fixed', 'last_affected'] as const) {
      const version = asText(asRecord(item)?.[kind]);
      if (version !== undefined) events.push({ kind, version });
    }
  }
  // A range without a type is read as versions, unless it speaks of commits.
  if (type === undefined && events.some(({ version }) => /^[0-9a-f]{40}$/.test(version))) return undefined;
  if (events.length === 0) return undefined;
  return pair(sorted(withoutEmpty(events), compare));
}

/** Drops ranges that end where they begin: sorted, their end would come first and leave them open. */
function withoutEmpty(events: readonly Event[]): readonly Event[] {
  const empty = (first: Event | undefined, second: Event | undefined): boolean =>
    first?.kind === 'introduced' && second?.kind === 'fixed' && first.version === second.version;
  return events.filter((event, i) => !empty(event, events[i + 1]) && !empty(events[i - 1], event));
}

function sorted(events: readonly Event[], compare: CompareVersions | undefined): readonly Event[] {
  const isStart = (event: Event): boolean => event.kind === 'introduced' && event.version === '0';
  const byStart = (a: Event, b: Event): number => Number(isStart(b)) - Number(isStart(a));
  if (compare !== undefined) {
    try {
      // Where two events meet at one version, the one that ends a range comes first, save that one is affected itself.
      return [...events].sort((a, b) => byStart(a, b) || compare(a.version, b.version) || rank(a) - rank(b));
    } catch {
      // A version that cannot be ordered: the order in which they stand is the best there is.
    }
  }
  const listed = [...events].sort(byStart);
  if (listed.every(({ kind }, i) => (kind === 'introduced') === (i % 2 === 0))) return listed;
  return listed.sort((a, b) => byStart(a, b) || byNumbers(a.version, b.version) || rank(a) - rank(b));
}

/** The order of versions that most schemes share: numbers by value, and what goes on with a number after what ends. */
function byNumbers(a: string, b: string): number {
  const left = a.match(/\d+|[a-z]+/gi) ?? [];
  const right = b.match(/\d+|[a-z]+/gi) ?? [];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = byRun(left[i], right[i]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Letters (`rc`) stand before the end, numbers behind it. */
function byRun(a: string | undefined, b: string | undefined): number {
  const kind = (run: string | undefined): number => (run === undefined ? 1 : /^\d/.test(run) ? 2 : 0);
  if (kind(a) !== kind(b) || a === undefined || b === undefined) return kind(a) - kind(b);
  if (kind(a) === 0) return a < b ? -1 : a > b ? 1 : 0;
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return x.length - y.length || (x < y ? -1 : x > y ? 1 : 0);
}

function rank(event: Event): number {
  return event.kind === 'fixed' ? 0 : event.kind === 'introduced' ? 1 : 2;
}

/** Joins each `introduced` with the first end that follows. One that nothing ends stays open. */
function pair(events: readonly Event[]): VersionRange[] {
  const ranges: VersionRange[] = [];
  let open: { introduced?: string } | undefined;
  for (const { kind, version } of events) {
    if (kind === 'introduced') {
      open ??= version === '0' ? {} : { introduced: version };
    } else if (open !== undefined) {
      ranges.push(kind === 'fixed' ? { ...open, fixed: version } : { ...open, lastAffected: version });
      open = undefined;
    }
  }
  if (open !== undefined) ranges.push(open);
  return ranges;
}
