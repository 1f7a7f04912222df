import type { Starts } from './required-start.ts';
import type { LibraryRule } from './rule-library.ts';

/** Rules that are compiled together and shown the same files. */
export interface RuleUnit {
  /** What a file begins with that they can match, as Latin-1; absent: anything. */
  readonly starts?: readonly string[];
  /** Those that they need are among them, before them. */
  readonly rules: readonly LibraryRule[];
  /** Of these, what is said of programs of Windows does not count: it is left to another unit. */
  readonly withoutPrograms?: ReadonlySet<LibraryRule>;
}

/** Below so many rules one unit serves best. */
const FEW = 200;

/** What programs of Windows begin with: half of all public rules are about these. */
export const PROGRAM = 'MZ';

/**
 * Divides rules by what a file has to begin with, so that a script never meets the rules of Windows programs: each rule
 * costs a file some time whatever is in it. All others are one unit, for a file that two units look at is read twice; and
 * rules with modules that look into a file stay away from files that these do not know. No answer depends on it.
 */
export function divideRules(rules: readonly LibraryRule[]): readonly RuleUnit[] {
  if (rules.length < FEW) return [{ rules }];
  const needed = new Set(rules.flatMap((rule) => [...neededBy(rule)]));
  const all = new Set<LibraryRule>();
  const programs = new Set<LibraryRule>();
  const others = new Set<LibraryRule>();
  const withoutPrograms = new Set<LibraryRule>();
  for (const rule of rules) {
    const starts = rule.starts === undefined || hasShortStart(rule.starts) ? undefined : [...rule.starts];
    if (starts?.every((start) => start.startsWith(PROGRAM))) programs.add(rule);
    else if (starts !== undefined && rule.modules.length > 0) others.add(rule);
    else {
      all.add(rule);
      if (rule.withoutPrograms === undefined || needed.has(rule)) continue;
      programs.add(rule);
      withoutPrograms.add(rule);
    }
  }
  const otherStarts = new Set([...others].flatMap(({ starts = [] }) => [...starts]));
  const units: RuleUnit[] = [
    { rules: withNeeded(rules, all), withoutPrograms },
    { starts: [PROGRAM], rules: withNeeded(rules, programs) },
    { starts: [...otherStarts], rules: withNeeded(rules, others) },
  ];
  return units.filter((unit) => unit.rules.length > 0);
}

/** One byte, which says little. */
function hasShortStart(starts: Starts): boolean {
  for (const start of starts) if (start.length < 2) return true;
  return false;
}

export function neededBy({ named, global }: LibraryRule): Iterable<LibraryRule> {
  return global === undefined ? named.values() : [...named.values(), global];
}

/** Each stands behind those that it needs: one walk back finds all. */
function withNeeded(rules: readonly LibraryRule[], unit: Set<LibraryRule>): LibraryRule[] {
  for (let at = rules.length - 1; at >= 0; at--) {
    const rule = rules[at] as LibraryRule;
    if (unit.has(rule)) for (const needed of neededBy(rule)) unit.add(needed);
  }
  return rules.filter((rule) => unit.has(rule));
}
