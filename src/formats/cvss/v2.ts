import { type Weights, weigh } from './vector.ts';

const impact: Weights = { N: 0, P: 0.275, C: 0.66 };
const tables: Readonly<Record<string, Weights>> = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: impact,
  I: impact,
  A: impact,
};

/** Base score of a version 2.0 vector ("A Complete Guide to the CVSS Version 2.0", section 3.2.1). */
export function scoreV2(metrics: ReadonlyMap<string, string>): number | undefined {
  const weights = weigh(metrics, tables);
  if (weights === undefined) return undefined;
  const of = (name: string): number => weights.get(name) as number;
  const damage = 10.41 * (1 - (1 - of('C')) * (1 - of('I')) * (1 - of('A')));
  if (damage === 0) return 0;
  const exploitability = 20 * of('AV') * of('AC') * of('Au');
  return Math.round((0.6 * damage + 0.4 * exploitability - 1.5) * 1.176 * 10) / 10;
}
