import { didYouMean } from '../config/nearest.ts';
import { UsageError } from '../errors.ts';
import type { Check } from '../model/check.ts';

/** What `--checks` stands for. */
export interface CheckSelection {
  /** Whether packages are compared with advisories. */
  readonly vulnerability: boolean;
  readonly checks: readonly Check[];
}

/** Every word that `--checks` knows. */
export function checkWords(all: readonly Check[]): string[] {
  return ['all', 'none', 'vulnerability', ...all.map(({ id }) => id)];
}

/**
 * Understands `--checks` (`all`, `none`, or names) and `--skip-checks` (names).
 * @throws UsageError on an unknown name.
 */
export function selectChecks(
  {
    checks: words,
    'skip-checks': skipped,
  }: { readonly checks: readonly string[]; readonly 'skip-checks': readonly string[] },
  all: readonly Check[],
): CheckSelection {
  const selection = chooseChecks('--checks', words, all);
  if (skipped.length === 0) return selection;
  const without = chooseChecks('--skip-checks', skipped, all);
  return {
    vulnerability: selection.vulnerability && !without.vulnerability,
    checks: selection.checks.filter((check) => !without.checks.includes(check)),
  };
}

function chooseChecks(option: string, words: readonly string[], all: readonly Check[]): CheckSelection {
  const names = words.map((word) => word.toLowerCase());
  if (names.length === 1 && names[0] === 'all') return { vulnerability: true, checks: all };
  if (names.length === 1 && names[0] === 'none') return { vulnerability: false, checks: [] };
  const known = ['vulnerability', ...all.map(({ id }) => id)];
  for (const name of names) {
    if (known.includes(name)) continue;
    const why =
      name === 'all' || name === 'none'
        ? `"${name}" stands alone.`
        : `${JSON.stringify(name)} is no check. Known are all, none, ${known.join(', ')}.${didYouMean(name, known)}`;
    throw new UsageError('usage.option', `${option}: ${why}`);
  }
  return { vulnerability: names.includes('vulnerability'), checks: all.filter(({ id }) => names.includes(id)) };
}
