import { hash } from 'node:crypto';
import type { Advisory, AdvisoryState, Affected, BuildFilter, VersionRange } from '../model/advisory.ts';
import type { CvssScore } from '../model/cvss.ts';
import { type Severity, severities } from '../model/severity.ts';

/** Positions are what the database holds: new states go to the end. */
const states: readonly AdvisoryState[] = [
  'fixed',
  'affected',
  'will-not-fix',
  'deferred',
  'end-of-life',
  'under-investigation',
  'not-affected',
];
const kinds: readonly Affected['nameKind'][] = ['source', 'binary'];

/** A row of `affected` without the numbers of its namespace, package and advisory. */
export interface AffectedRow {
  readonly namespace: string;
  readonly package: string;
  readonly kind: number;
  readonly state: number;
  readonly fixed: string | null;
  readonly extra: string | null;
}

/** An advisory in the form of the database. */
export interface AdvisoryRow {
  readonly name: string;
  readonly severity: number;
  readonly detail: string | null;
  readonly identifiers: readonly string[];
  readonly affected: readonly AffectedRow[];
  /** Differs whenever anything else does. */
  readonly digest: Buffer;
}

/** Keys are short since they stand in every row. */
interface Detail {
  readonly a?: readonly string[];
  readonly r?: readonly string[];
  readonly t?: string;
  readonly d?: string;
  readonly c?: readonly (readonly [version: string, vector: string, score: number | null, source: string])[];
  readonly u?: readonly string[];
  readonly p?: string;
  readonly m?: string;
}

interface Extra {
  /** introduced, fixed, lastAffected; null where absent. */
  readonly r?: readonly (readonly (string | null)[])[];
  readonly v?: readonly string[];
  readonly s?: number;
  readonly n?: string;
  /** module, architectures, repositories, flavour, apart; null where absent. */
  readonly o?: readonly (string | readonly string[] | null)[];
}

export function encodeAdvisory(advisory: Advisory): AdvisoryRow {
  const affected = advisory.affected.map(encodeAffected);
  const severity = severities.indexOf(advisory.severity);
  const detail = encodeDetail(advisory);
  return {
    name: advisory.id,
    severity,
    detail,
    identifiers: [...new Set([advisory.id, ...advisory.aliases, ...(advisory.related ?? [])])],
    affected,
    digest: hash('sha256', JSON.stringify([advisory.id, severity, detail, affected]), 'buffer').subarray(0, 16),
  };
}

function encodeDetail(advisory: Advisory): string | null {
  const { aliases, related, title, description, cvss, urls, published, modified } = advisory;
  const detail: Detail = {
    ...(aliases.length > 0 && { a: aliases }),
    ...(related !== undefined && related.length > 0 && { r: related }),
    ...(title !== undefined && { t: title }),
    ...(cvss !== undefined && { c: cvss.map((c) => [c.version, c.vector, c.score ?? null, c.source] as const) }),
    ...(urls.length > 0 && { u: urls }),
    ...(published !== undefined && { p: published }),
    ...(modified !== undefined && { m: modified }),
    ...(description !== undefined && { d: description }),
  };
  return Object.keys(detail).length === 0 ? null : JSON.stringify(detail);
}

function encodeAffected(affected: Affected): AffectedRow {
  const { ranges, versions, severity, note, only: builds } = affected;
  const [only] = ranges;
  const simple =
    ranges.length === 1 &&
    only?.fixed !== undefined &&
    only.introduced === undefined &&
    only.lastAffected === undefined;
  const extra: Extra = {
    ...(!simple && ranges.length > 0 && { r: ranges.map(encodeRange) }),
    ...(versions !== undefined && { v: versions }),
    ...(severity !== undefined && { s: severities.indexOf(severity) }),
    ...(note !== undefined && { n: note }),
    ...(builds !== undefined && { o: encodeBuilds(builds) }),
  };
  return {
    namespace: affected.namespace,
    package: affected.package,
    kind: kinds.indexOf(affected.nameKind),
    state: states.indexOf(affected.state),
    fixed: simple ? (only.fixed as string) : null,
    extra: Object.keys(extra).length === 0 ? null : JSON.stringify(extra),
  };
}

function encodeBuilds({ module, architectures, repositories, flavour, apart }: BuildFilter): NonNullable<Extra['o']> {
  return withoutTail([module ?? null, architectures ?? null, repositories ?? null, flavour ?? null, apart ?? null]);
}

function encodeRange(range: VersionRange): (string | null)[] {
  return withoutTail([range.introduced ?? null, range.fixed ?? null, range.lastAffected ?? null]);
}

function withoutTail<T>(parts: (T | null)[]): (T | null)[] {
  while (parts.at(-1) === null) parts.pop();
  return parts;
}

export function decodeAdvisory(
  key: string,
  name: string,
  severity: number,
  detail: string | null,
): Omit<Advisory, 'affected'> {
  const { a, r, t, d, c, u, p, m } = (detail === null ? {} : JSON.parse(detail)) as Detail;
  return {
    key,
    id: name,
    aliases: a ?? [],
    severity: severities[severity] as Severity,
    urls: u ?? [],
    ...(r !== undefined && { related: r }),
    ...(t !== undefined && { title: t }),
    ...(d !== undefined && { description: d }),
    ...(c !== undefined && { cvss: c.map(decodeCvss) }),
    ...(p !== undefined && { published: p }),
    ...(m !== undefined && { modified: m }),
  };
}

function decodeCvss([version, vector, score, source]: NonNullable<Detail['c']>[number]): CvssScore {
  return { version, vector, source, ...(score !== null && { score }) };
}

export function decodeAffected(row: AffectedRow): Affected {
  const { namespace, package: name, kind, state, fixed } = row;
  const base = {
    namespace,
    package: name,
    nameKind: kinds[kind] as Affected['nameKind'],
    state: states[state] as AdvisoryState,
  };
  if (row.extra === null) return { ...base, ranges: fixed === null ? [] : [{ fixed }] };
  const { r, v, s, n, o } = JSON.parse(row.extra) as Extra;
  return {
    ...base,
    ranges: fixed === null ? (r ?? []).map(decodeRange) : [{ fixed }],
    ...(v !== undefined && { versions: v }),
    ...(s !== undefined && { severity: severities[s] as Severity }),
    ...(n !== undefined && { note: n }),
    ...(o !== undefined && { only: decodeBuilds(o) }),
  };
}

function decodeBuilds([module, architectures, repositories, flavour, apart]: NonNullable<Extra['o']>): BuildFilter {
  return {
    ...(typeof module === 'string' && { module }),
    ...(Array.isArray(architectures) && { architectures }),
    ...(Array.isArray(repositories) && { repositories }),
    ...(typeof flavour === 'string' && { flavour }),
    ...(Array.isArray(apart) && { apart }),
  };
}

function decodeRange([introduced, fixed, lastAffected]: readonly (string | null)[]): VersionRange {
  return {
    ...(introduced !== null && introduced !== undefined && { introduced }),
    ...(fixed !== null && fixed !== undefined && { fixed }),
    ...(lastAffected !== null && lastAffected !== undefined && { lastAffected }),
  };
}
