import type { IndexedLayer } from '../../src/store/layer-shelf.ts';
import type { PackageVersion } from '../../src/store/package-version.ts';
import type { FixChange, VulnerabilityWrite } from '../../src/store/vulnerability-shelf.ts';

/** Opens an empty store; closed by the suite. */
export type OpenStore = () => Promise<import('../../src/store/store.ts').Store>;

/** `openssl 1.0, bash 4.3` of a namespace. */
export function packages(namespace: string, list: string): PackageVersion[] {
  return list
    .split(', ')
    .filter((text) => text !== '')
    .map((text) => {
      const [name = '', version = ''] = text.split(' ');
      return { namespace, name, version };
    });
}

/** A layer of dpkg's kind. */
export function layer(
  name: string,
  content: { parent?: string; namespace?: string; packages?: readonly PackageVersion[]; engineVersion?: number } = {},
): IndexedLayer {
  const { parent, namespace } = content;
  return {
    name,
    ...(parent !== undefined && { parent }),
    ...(namespace !== undefined && { namespace: { name: namespace, versionFormat: 'dpkg' } }),
    engineVersion: content.engineVersion ?? 3,
    packages: content.packages ?? [],
    namespaces: [],
  };
}

/** A vulnerability; fixes as `openssl 2.0, bash` (no version: not fixed). */
export function vulnerability(
  namespace: string,
  name: string,
  fixes = '',
  content: Partial<VulnerabilityWrite> = {},
): VulnerabilityWrite {
  return {
    namespace,
    name,
    description: '',
    link: '',
    severity: 'Unknown',
    metadata: '',
    fixes: fixList(fixes),
    ...content,
  };
}

/** `openssl 2.0, bash, -pam`: fixed, not fixed, not affected. */
export function fixList(text: string): FixChange[] {
  return text
    .split(', ')
    .filter((part) => part !== '')
    .map((part) => {
      if (part.startsWith('-')) return { package: part.slice(1), remove: true };
      const [name = '', version] = part.split(' ');
      return { package: name, ...(version !== undefined && { version }) };
    });
}

/** What `fixList` reads. */
export function fixText(fixes: readonly FixChange[] | undefined): string | undefined {
  return fixes?.map(({ package: name, version }) => (version === undefined ? name : `${name} ${version}`)).join(', ');
}
