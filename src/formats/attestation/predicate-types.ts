/** Short names of predicates, as cosign has them, and the addresses that they stand for. */
export const predicateTypes: ReadonlyMap<string, string> = new Map([
  ['cyclonedx', 'https://cyclonedx.org/bom'],
  ['spdx', 'https://spdx.dev/Document'],
  ['spdxjson', 'https://spdx.dev/Document'],
  ['vuln', 'https://cosign.sigstore.dev/attestation/vuln/v1'],
  ['openvex', 'https://openvex.dev/ns'],
  ['slsaprovenance', 'https://slsa.dev/provenance/v0.2'],
  ['slsaprovenance02', 'https://slsa.dev/provenance/v0.2'],
  ['slsaprovenance1', 'https://slsa.dev/provenance/v1'],
  ['link', 'https://in-toto.io/Link/v1'],
]);

/** The address for a short name or an address; undefined for a word that is neither. */
export function predicateTypeOf(word: string): string | undefined {
  const known = predicateTypes.get(word.toLowerCase());
  return known ?? (/^https?:\/\/\S{1,900}$/.test(word) ? word : undefined);
}

/** Whether a predicate is of a type: versions stand behind it (`https://spdx.dev/Document/v2.3`). */
export function isOfType(predicateType: string, wanted: string): boolean {
  return predicateType === wanted || predicateType.startsWith(`${wanted}/`);
}
