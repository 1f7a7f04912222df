import type { Namespace } from '../../model/advisory.ts';

/** OSV ecosystems whose distribution calls itself otherwise in os-release. */
const distributionIds: ReadonlyMap<string, string> = new Map([
  ['rocky linux', 'rocky'],
  ['red hat', 'rhel'],
  ['azure linux', 'azurelinux'],
]);

/**
 * The namespace of an OSV ecosystem: `Debian:12` -> `debian:12`, `Ubuntu:22.04:LTS` -> `ubuntu:22.04`,
 * `Ubuntu:Pro:22.04:LTS` -> `ubuntu-pro:22.04`, `Ubuntu:Pro:FIPS:20.04:LTS` -> `ubuntu-pro:fips:20.04`,
 * `Alpine:v3.18` -> `alpine:v3.18`, `PyPI` -> `pypi`, `GitHub Actions` -> `github-actions`.
 * Undefined for plain `Alpine`: some publishers write it over packages of their own, which are not Alpine's.
 */
export function osvNamespace(ecosystem: string): Namespace | undefined {
  const [name = '', ...suffixes] = ecosystem.split(':');
  const base = name.trim().toLowerCase();
  if (base === '') return undefined;
  if (base === 'ubuntu') return ubuntuNamespace(suffixes);
  if (base === 'alpine' && suffixes.length === 0) return undefined;
  const id = distributionIds.get(base) ?? base.replaceAll(' ', '-');
  return suffixes.length === 0 ? id : `${id}:${suffixes.join(':')}`;
}

function ubuntuNamespace(suffixes: readonly string[]): Namespace | undefined {
  const parts = suffixes.filter((part) => part !== 'LTS' && part !== '');
  if (parts.length === 0) return undefined;
  if (parts[0] !== 'Pro') return `ubuntu:${parts.join(':').toLowerCase()}`;
  return parts.length === 1 ? undefined : `ubuntu-pro:${parts.slice(1).join(':').toLowerCase()}`;
}
