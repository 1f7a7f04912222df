/** A difference that is meant: what it is about, and why. A function also sees all that the other one says. */
export type Reason = readonly [what: RegExp | ((said: string, other: ReadonlySet<string>) => boolean), why: string];

/** How many differences have a reason, and those that have none. */
export interface Differences {
  /** Said by both. */
  readonly equal: number;
  /** Said by the golden alone, by reason. */
  readonly theirs: Readonly<Record<string, number>>;
  /** Said by us alone, by reason. */
  readonly ours: Readonly<Record<string, number>>;
  readonly unexplained: readonly string[];
}

/** Compares what a golden says with what we say; every difference has to have a reason. */
export function differencesOf(
  golden: readonly string[],
  own: readonly string[],
  theirs: readonly Reason[],
  ours: readonly Reason[],
): Differences {
  const left = new Set(golden);
  const right = new Set(own);
  const unexplained: string[] = [];
  function explain(who: 'theirs' | 'ours', reasons: readonly Reason[]): Record<string, number> {
    const [said, other] = who === 'theirs' ? [left, right] : [right, left];
    const counts: Record<string, number> = {};
    for (const one of said) {
      if (other.has(one)) continue;
      const reason = reasons.find(([what]) => (typeof what === 'function' ? what(one, other) : what.test(one)));
      if (reason === undefined) unexplained.push(`${who}: ${one}`);
      else counts[reason[1]] = (counts[reason[1]] ?? 0) + 1;
    }
    return counts;
  }
  return {
    equal: [...left].filter((one) => right.has(one)).length,
    theirs: explain('theirs', theirs),
    ours: explain('ours', ours),
    unexplained: unexplained.sort(),
  };
}
