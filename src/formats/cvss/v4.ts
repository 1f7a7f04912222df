import { type Weights, weigh } from './vector.ts';

/** Severity levels of the base metrics, from 0 at the gravest (specification 4.0, section 8.2). */
const impact: Weights = { H: 0, L: 1, N: 2 };
const subsequent: Weights = { H: 1, L: 2, N: 3 };
const tables: Readonly<Record<string, Weights>> = {
  AV: { N: 0, A: 1, L: 2, P: 3 },
  PR: { N: 0, L: 1, H: 2 },
  UI: { N: 0, P: 1, A: 2 },
  AC: { L: 0, H: 1 },
  AT: { N: 0, P: 1 },
  VC: impact,
  VI: impact,
  VA: impact,
  SC: subsequent,
  SI: subsequent,
  SA: subsequent,
};

/**
 * Scores of the macro vectors that base metrics can reach, and of the next ones below (specification 4.0, table 24).
 * Row: 2 * EQ1 + EQ2. Column: EQ4 = 1 in the first half, 2 in the second; in each EQ3 and EQ6 = 00 01 10 11 21. EQ5 is 0.
 */
const macroScores: readonly (readonly number[])[] = [
  [10, 9.6, 9.3, 9.2, 7.9, 9.3, 9, 8.8, 8, 6.9],
  [9.5, 9.1, 9.2, 8.2, 7.1, 9.2, 8.1, 8.4, 7, 6.3],
  [9.4, 8.9, 8.6, 7.6, 6.5, 8.7, 7.5, 7.2, 5.7, 5.3],
  [9, 7.7, 7.4, 5.9, 5.8, 7.7, 6.6, 6.1, 5.2, 2.3],
  [8.6, 7.4, 7.2, 5.7, 4.7, 7, 5.4, 5.3, 3.6, 2.4],
  [7.3, 5.5, 6.1, 5.1, 2.4, 5.4, 4.3, 4.6, 1.8, 1],
];

/** One group of metrics: its gravest members, and how many steps lie between them and the next group below. */
interface Group {
  readonly names: readonly string[];
  /** Levels of the gravest members of each level of the group. */
  readonly gravest: readonly (readonly (readonly number[])[])[];
  readonly depth: readonly number[];
}

/** Specification 4.0, tables 25 to 28 and section 8.2; only what base metrics can reach. */
const groups = {
  eq1: {
    names: ['AV', 'PR', 'UI'],
    gravest: [
      [[0, 0, 0]],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      [
        [3, 0, 0],
        [1, 1, 1],
      ],
    ],
    depth: [1, 4, 5],
  },
  eq2: {
    names: ['AC', 'AT'],
    gravest: [
      [[0, 0]],
      [
        [1, 0],
        [0, 1],
      ],
    ],
    depth: [1, 2],
  },
  eq36: {
    names: ['VC', 'VI', 'VA'],
    gravest: [
      [[0, 0, 0]],
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
      [[1, 1, 1]],
    ],
    depth: [7, 8, 10],
  },
  eq4: { names: ['SC', 'SI', 'SA'], gravest: [[], [[1, 1, 1]], [[2, 2, 2]]], depth: [6, 5, 4] },
} satisfies Record<string, Group>;

/** Base score of a version 4.0 vector (specification 4.0, section 8): threat and environment are left at their worst. */
export function scoreV4(metrics: ReadonlyMap<string, string>): number | undefined {
  const levels = weigh(metrics, tables);
  if (levels === undefined) return undefined;
  const of = (name: string): number => levels.get(name) as number;
  if (['VC', 'VI', 'VA'].every((name) => of(name) === 2) && ['SC', 'SI', 'SA'].every((name) => of(name) === 3))
    return 0;

  const easy = ['AV', 'PR', 'UI'].filter((name) => of(name) === 0).length;
  const eq1 = easy === 3 ? 0 : easy > 0 && of('AV') !== 3 ? 1 : 2;
  const eq2 = of('AC') === 0 && of('AT') === 0 ? 0 : 1;
  const eq36 = of('VC') === 0 && of('VI') === 0 ? 0 : ['VC', 'VI', 'VA'].some((name) => of(name) === 0) ? 1 : 2;
  const eq4 = ['SC', 'SI', 'SA'].some((name) => of(name) === 1) ? 1 : 2;

  const macro = (one: number, two: number, four: number, column: number): number | undefined =>
    four > 2 || two > 1 ? undefined : macroScores[2 * one + two]?.[(four - 1) * 5 + column];
  // Columns of EQ3 and EQ6: what base metrics reach, and the gravest of what lies just below.
  const column = [0, 2, 4][eq36] as number;
  const score = macro(eq1, eq2, eq4, column) as number;
  const below = {
    eq1: macro(eq1 + 1, eq2, eq4, column),
    eq2: macro(eq1, eq2 + 1, eq4, column),
    eq36:
      eq36 === 2
        ? undefined
        : Math.max(macro(eq1, eq2, eq4, column + 1) as number, eq36 === 0 ? (macro(eq1, eq2, eq4, 2) as number) : 0),
    eq4: macro(eq1, eq2, eq4 + 1, column),
  };
  const level = { eq1, eq2, eq36, eq4 };
  // EQ5 always has a lower neighbour and lies at no distance from the gravest: it counts, and adds nothing.
  let neighbours = 1;
  let sum = 0;
  for (const name of ['eq1', 'eq2', 'eq36', 'eq4'] as const) {
    const lower = below[name];
    if (lower === undefined) continue;
    neighbours++;
    sum += (score - lower) * (distance(groups[name], level[name], of) / (groups[name].depth[level[name]] as number));
  }
  const exact = Math.min(10, Math.max(0, score - sum / neighbours));
  return Math.round((exact + 1e-9) * 10) / 10;
}

/** Steps from the first of the gravest members that is at least as grave in every metric. */
function distance(group: Group, level: number, of: (name: string) => number): number {
  for (const gravest of group.gravest[level] as readonly (readonly number[])[]) {
    const steps = group.names.map((name, i) => of(name) - (gravest[i] as number));
    if (steps.every((step) => step >= 0)) return steps.reduce((sum, step) => sum + step, 0);
  }
  return 0;
}
