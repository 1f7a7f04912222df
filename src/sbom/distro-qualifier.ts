/** What a text may mean: a name of a distribution and a release of it, empty where it has none. */
export type Reading = readonly [id: string, release: string];

/**
 * What the qualifier `distro` of a package URL may mean, the likeliest first. Syft writes `debian-12`, Trivy `3.18.0`
 * (Alpine) and `opensuse.leap-15.5`, the purl specification has `jessie` and `opensuse-tumbleweed`, Ubuntu
 * `esm-infra/xenial`; both parts of a name can have hyphens.
 *
 * @param told in lower case
 * @param namespaces whose release a text without a name is, the most fitting first
 */
export function readingsOf(told: string, namespaces: readonly string[]): readonly Reading[] {
  const divided = [...told.matchAll(/[-/:]/g)]
    .slice(-MOST)
    .map(({ index }): Reading => [told.slice(0, index), told.slice(index + 1)])
    .filter(([id, release]) => id !== '' && release !== '')
    .reverse();
  const suite = told.slice(told.lastIndexOf('/') + 1);
  return [
    ...divided,
    [told, ''],
    ...namespaces.map((namespace): Reading => [namespace, told]),
    ...namespaces.map((namespace): Reading => [namespace, suite]),
  ];
}

/** No name has as many parts. */
const MOST = 8;
