import { didYouMean } from '../config/nearest.ts';
import { UsageError } from '../errors.ts';
import type { Check } from '../model/check.ts';

/** What `--checks` stands for. */
export interface CheckSelection {
  /** Whether packages are compared with advisories. */
  readonly vulnerability: boolean;
  readonly checks: readonly Check[];
}

/** What Trivy and others call something that is a check here, or several. */
const elsewhere: ReadonlyMap<string, readonly string[]> = new Map([
  ['config', ['configuration', 'history']],
  ['misconfig', ['configuration', 'history']],
  ['misconfiguration', ['configuration', 'history']],
  ['dockerfile', ['configuration', 'history']],
  ['vuln', ['vulnerability']],
  ['vulns', ['vulnerability']],
  ['cve', ['vulnerability']],
  ['eol', ['end-of-life']],
  ['backdoor', ['persistence']],
]);

/** Words for `--checks` in place of those that another program has; those that mean nothing here are left out. */
export function checksFor(words: readonly string[]): readonly string[] {
  const known = [
    'vulnerability',
    'configuration',
    'history',
    'secrets',
    'malware',
    'persistence',
    'evasion',
    'webshells',
  ];
  const meant = words.flatMap((word) => {
    const lower = word.toLowerCase();
    const same = known.find((check) => check === lower || check === `${lower}s`);
    return elsewhere.get(lower) ?? (same === undefined ? [] : [same]);
  });
  return [...new Set(meant)];
}

function hint(name: string, known: readonly string[]): string {
  const meant = elsewhere.get(name);
  return meant === undefined ? didYouMean(name, known) : ` Did you mean ${meant.join(',')}?`;
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
        : `${JSON.stringify(name)} is no check. Known are all, none, ${known.join(', ')}.${hint(name, known)}`;
    throw new UsageError('usage.option', `${option}: ${why}`);
  }
  return { vulnerability: names.includes('vulnerability'), checks: all.filter(({ id }) => names.includes(id)) };
}
