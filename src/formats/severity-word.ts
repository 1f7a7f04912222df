import type { Severity } from '../model/severity.ts';

/**
 * The words of the sources that Drydock reads. Red Hat: Low, Moderate, Important, Critical; GitHub: LOW to CRITICAL
 * with MODERATE; Ubuntu: untriaged, negligible to critical; Debian: unimportant, low to high, with stars for those that
 * were only estimated; Fedora: low to urgent; CVSS: None to Critical.
 */
const words: ReadonlyMap<string, Severity> = new Map<string, Severity>([
  ['none', 'negligible'],
  ['negligible', 'negligible'],
  ['unimportant', 'negligible'],
  ['low', 'low'],
  ['minor', 'low'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['high', 'high'],
  ['important', 'high'],
  ['critical', 'critical'],
  ['urgent', 'critical'],
]);

/** The severity that a publisher's word stands for; `unknown` for a word that is no judgement. */
export function severityOfWord(word: unknown): Severity {
  if (typeof word !== 'string' || word.length > 40) return 'unknown';
  return (
    words.get(
      word
        .trim()
        .replace(/\*{1,2}$/, '')
        .toLowerCase(),
    ) ?? 'unknown'
  );
}
