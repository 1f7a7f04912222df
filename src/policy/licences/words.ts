import { type LicencePolicy, usualSeverity } from './find.ts';
import { type LicenceTerm, readTerm } from './terms.ts';

/**
 * The licences that words of a command line name: what they say stands in place of what the policy says.
 * @returns `OPTION: what is wrong with it` for a word that means nothing
 */
export function licencesOf(
  allow: readonly string[],
  deny: readonly string[],
  policy: LicencePolicy | undefined,
): LicencePolicy | string {
  const denied = readTerms('deny-licences', deny);
  if (typeof denied === 'string') return denied;
  const allowed = readTerms('allow-licences', allow);
  if (typeof allowed === 'string') return allowed;
  const place = allow.length > 0 ? '--allow-licences' : '--deny-licences';
  if (policy === undefined) {
    const said = allow.length > 0 ? { allow: allowed } : {};
    return { place, ...said, deny: denied, unknownPasses: allow.length === 0, severity: usualSeverity };
  }
  const { file: _, ...own } = policy;
  return {
    ...own,
    place: `${place}, ${policy.place}`,
    ...(allow.length > 0 && { allow: allowed }),
    ...(deny.length > 0 && { deny: denied }),
  };
}

function readTerms(option: string, words: readonly string[]): readonly LicenceTerm[] | string {
  const terms: LicenceTerm[] = [];
  for (const word of words) {
    const term = readTerm(word, 0);
    if (typeof term === 'string') return `${option}: ${term}`;
    terms.push(term);
  }
  return terms;
}
