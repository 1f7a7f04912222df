import { type Weights, weigh } from './vector.ts';

const impact: Weights = { N: 0, L: 0.22, H: 0.56 };
const tables: Readonly<Record<string, Weights>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: impact,
  I: impact,
  A: impact,
};
const privileges: Weights = { N: 0.85, L: 0.62, H: 0.27 };
const privilegesChanged: Weights = { N: 0.85, L: 0.68, H: 0.5 };

/** Rounds up to one decimal, safe from what binary fractions do (version 3.1, appendix A). */
function roundUp(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}

/** Base score of a version 3.0 or 3.1 vector (specification 3.1, section 7.1): the two agree on it. */
export function scoreV3(metrics: ReadonlyMap<string, string>): number | undefined {
  const scope = metrics.get('S');
  if (scope !== 'U' && scope !== 'C') return undefined;
  const changed = scope === 'C';
  const weights = weigh(metrics, { ...tables, PR: changed ? privilegesChanged : privileges });
  if (weights === undefined) return undefined;
  const of = (name: string): number => weights.get(name) as number;
  const base = 1 - (1 - of('C')) * (1 - of('I')) * (1 - of('A'));
  const damage = changed ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  if (damage <= 0) return 0;
  const exploitability = 8.22 * of('AV') * of('AC') * of('PR') * of('UI');
  return roundUp(Math.min((changed ? 1.08 : 1) * (damage + exploitability), 10));
}
