/** A CVSS vector taken apart: its version and the value of each metric. */
export interface CvssVector {
  readonly version: '2.0' | '3.0' | '3.1' | '4.0';
  readonly metrics: ReadonlyMap<string, string>;
}

/** Longer than any vector with all its optional metrics. */
const MAXIMUM_LENGTH = 512;

/**
 * Takes a vector apart. A vector of version 2.0 has no prefix and may stand in brackets.
 * Undefined if it is none: a metric comes twice, or something is no `NAME:VALUE`.
 */
export function parseCvss(text: string): CvssVector | undefined {
  if (text.length > MAXIMUM_LENGTH) return undefined;
  const parts = text
    .trim()
    .replace(/^\((.*)\)$/, '$1')
    .replace(/\/$/, '')
    .split('/');
  const prefix = /^CVSS:(3\.0|3\.1|4\.0)$/.exec(parts[0] as string);
  if (prefix !== null) parts.shift();
  const metrics = new Map<string, string>();
  for (const part of parts) {
    const match = /^([A-Za-z]{1,3}):([A-Za-z]{1,5})$/.exec(part);
    if (match === null || metrics.has(match[1] as string)) return undefined;
    metrics.set(match[1] as string, match[2] as string);
  }
  return { version: (prefix?.[1] as CvssVector['version'] | undefined) ?? '2.0', metrics };
}

/** Weights of a metric by the letter of its value. */
export type Weights = Readonly<Record<string, number>>;

/** Looks the weights of metrics up; undefined once a metric is missing or has an unknown value. */
export function weigh(
  metrics: ReadonlyMap<string, string>,
  tables: Readonly<Record<string, Weights>>,
): Map<string, number> | undefined {
  const result = new Map<string, number>();
  for (const [name, weights] of Object.entries(tables)) {
    const value = metrics.get(name);
    if (value === undefined || !Object.hasOwn(weights, value)) return undefined;
    result.set(name, weights[value] as number);
  }
  return result;
}
