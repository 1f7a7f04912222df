import type { Starts } from './required-start.ts';
import type { LibraryRule } from './rule-library.ts';

/** Rules that are compiled together and shown the same files. */
export interface RuleUnit {
  /** What a file begins with that they can match, as Latin-1; absent: anything. */
  readonly starts?: readonly string[];
  /** Those that they need are among them, before them. */
  readonly rules: readonly LibraryRule[];
}

/** Below so many rules one unit serves best. */
const FEW = 200;

const kinds = ['MZ', '\x7fE'] as const;

/**
 * Divides rules by what a file has to begin with, so that a script never meets the rules of Windows programs: each rule
 * costs a file some time whatever is in it. A rule may be in several units; no answer depends on it.
 */
export function divideRules(rules: readonly LibraryRule[]): readonly RuleUnit[] {
  if (rules.length < FEW) return [{ rules }];
  const any = new Set<LibraryRule>();
  const other = new Set<LibraryRule>();
  const ofKind = kinds.map(() => new Set<LibraryRule>());
  const otherStarts = new Set<string>();
  for (const rule of rules) {
    const { starts } = rule;
    if (starts === undefined || hasShortStart(starts)) any.add(rule);
    else {
      for (const start of starts) {
        const kind = kinds.findIndex((one) => start.startsWith(one));
        (ofKind[kind] ?? other).add(rule);
        if (kind < 0) otherStarts.add(start);
      }
    }
  }
  const units: RuleUnit[] = [
    { rules: withNeeded(rules, any) },
    ...kinds.map((start, kind) => ({ starts: [start], rules: withNeeded(rules, ofKind[kind] as Set<LibraryRule>) })),
    { starts: [...otherStarts], rules: withNeeded(rules, other) },
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
