import type { CvssScore } from '../model/cvss.ts';
import type { Enrichment } from '../model/enrichment.ts';
import { type Severity, severities } from '../model/severity.ts';

/** An enrichment without its name, with short keys since they stand in every row. */
interface Detail {
  /** Vectors of version 3 and 4 stand without the prefix that repeats their version. */
  readonly c?: readonly (readonly [version: string, vector: string, score: number | null, source: string])[];
  readonly s?: number;
  /** Numbers of weaknesses; text where it is no number. */
  readonly w?: readonly (number | string)[];
  readonly t?: string;
  readonly d?: string;
  readonly r?: string | null;
  readonly x?: readonly (string | number | null)[];
  readonly e?: readonly (string | number | null)[];
  readonly p?: readonly string[];
  readonly l?: string;
  readonly a?: string;
  readonly m?: string;
  readonly u?: readonly string[];
}

const CWE = /^CWE-([1-9]\d{0,8}|0)$/;

/** What the database keeps of an enrichment: text that differs whenever anything of it does. */
export function encodeEnrichment(enrichment: Enrichment): string {
  const { cvss, severity, cwes, title, description, rejected, exploited, epss } = enrichment;
  const { cpes, endOfLife, published, modified, urls } = enrichment;
  const detail: Detail = {
    ...(cvss !== undefined && { c: cvss.map(encodeCvss) }),
    ...(severity !== undefined && { s: severities.indexOf(severity) }),
    ...(cwes !== undefined && { w: cwes.map(encodeCwe) }),
    ...(title !== undefined && { t: title }),
    ...(description !== undefined && { d: description }),
    ...(rejected !== undefined && { r: rejected.reason ?? null }),
    ...(exploited !== undefined && {
      x: [exploited.added, exploited.due ?? null, exploited.ransomware === undefined ? null : +exploited.ransomware],
    }),
    ...(epss !== undefined && { e: [epss.score, epss.percentile ?? null, epss.date ?? null] }),
    ...(cpes !== undefined && { p: cpes }),
    ...(endOfLife !== undefined && { l: endOfLife }),
    ...(published !== undefined && { a: published }),
    ...(modified !== undefined && { m: modified }),
    ...(urls !== undefined && { u: urls }),
  };
  return JSON.stringify(detail);
}

export function decodeEnrichment(name: string, text: string): Enrichment {
  const { c, s, w, t, d, r, x, e, p, l, a, m, u } = JSON.parse(text) as Detail;
  return {
    name,
    ...(c !== undefined && { cvss: c.map(decodeCvss) }),
    ...(s !== undefined && { severity: severities[s] as Severity }),
    ...(w !== undefined && {
      cwes: w.map((weakness) => (typeof weakness === 'number' ? `CWE-${weakness}` : weakness)),
    }),
    ...(t !== undefined && { title: t }),
    ...(d !== undefined && { description: d }),
    ...(r !== undefined && { rejected: r === null ? {} : { reason: r } }),
    ...(x !== undefined && { exploited: decodeExploited(x) }),
    ...(e !== undefined && { epss: decodeEpss(e) }),
    ...(p !== undefined && { cpes: p }),
    ...(l !== undefined && { endOfLife: l }),
    ...(a !== undefined && { published: a }),
    ...(m !== undefined && { modified: m }),
    ...(u !== undefined && { urls: u }),
  };
}

function encodeCvss({ version, vector, score, source }: CvssScore): NonNullable<Detail['c']>[number] {
  const prefix = `CVSS:${version}/`;
  // A slash in front marks a vector that lost its prefix: none begins with one of its own.
  const short = vector.startsWith(prefix) ? vector.slice(prefix.length - 1) : vector;
  return [version, short, score ?? null, source];
}

function decodeCvss([version, vector, score, source]: NonNullable<Detail['c']>[number]): CvssScore {
  const whole = vector.startsWith('/') ? `CVSS:${version}${vector}` : vector;
  return { version, vector: whole, source, ...(score !== null && { score }) };
}

function encodeCwe(cwe: string): number | string {
  const number = CWE.exec(cwe)?.[1];
  return number === undefined ? cwe : Number(number);
}

function decodeExploited([added, due, ransomware]: NonNullable<Detail['x']>): NonNullable<Enrichment['exploited']> {
  return {
    added: added as string,
    ...(typeof due === 'string' && { due }),
    ...(typeof ransomware === 'number' && { ransomware: ransomware === 1 }),
  };
}

function decodeEpss([score, percentile, date]: NonNullable<Detail['e']>): NonNullable<Enrichment['epss']> {
  return {
    score: score as number,
    ...(typeof percentile === 'number' && { percentile }),
    ...(typeof date === 'string' && { date }),
  };
}
