import { debVersions } from '../../formats/versions/deb.ts';
import { rpmVersions } from '../../formats/versions/rpm.ts';
import { type Ecosystem, ecosystemOf, languageOf } from '../../model/ecosystem.ts';
import { VersionError, type VersionScheme } from '../../model/version-scheme.ts';
import type { StoredNamespace } from '../stored-namespace.ts';

/** Families of distributions whose version format is known before any layer of theirs was seen (Clair v1). */
const families = new Map(
  Object.entries({
    dpkg: ['debian', 'ubuntu', 'alpine'],
    rpm: ['centos', 'rhel', 'fedora', 'amzn', 'scientific', 'ol', 'oracle'],
  }).flatMap(([format, names]) => names.map((name) => [name, format] as const)),
);

const formats = new Map<string, VersionScheme>([
  ['dpkg', debVersions],
  ['rpm', rpmVersions],
]);

/** The part of a namespace's name before the first colon: `debian`. */
function familyOf(namespace: string): string {
  const colon = namespace.indexOf(':');
  return colon < 0 ? namespace : namespace.slice(0, colon);
}

/** The version format of a namespace of which nothing but the name is known; empty: nobody knows. */
export function formatOfName(namespace: string): string {
  return families.get(familyOf(namespace)) ?? '';
}

/** How the versions of each namespace are ordered. */
export class VersionOrders {
  readonly #ecosystems: readonly Ecosystem[];
  readonly #schemes = new Map<string, readonly VersionScheme[]>();

  constructor(ecosystems: readonly Ecosystem[]) {
    this.#ecosystems = ecosystems;
  }

  /**
   * Orders two versions as the ecosystem of the namespace does. Where that cannot read one of them, as the format of the
   * namespace does: the v1 API takes versions of apk that have the form of dpkg.
   * @throws VersionError if neither can
   */
  compare(namespace: StoredNamespace, a: string, b: string): -1 | 0 | 1 {
    let failure: unknown;
    for (const scheme of this.#schemesOf(namespace)) {
      try {
        return scheme.compare(a, b);
      } catch (error) {
        if (!(error instanceof VersionError)) throw error;
        failure ??= error;
      }
    }
    throw failure ?? new VersionError('unknown', a, `nobody knows how versions of ${namespace.name} are ordered`);
  }

  /** Whether anybody knows how the versions of a namespace are ordered. */
  knows(namespace: StoredNamespace): boolean {
    return this.#schemesOf(namespace).length > 0;
  }

  /** Whether a version can be compared with others of its namespace at all. */
  canOrder(namespace: StoredNamespace, version: string): boolean {
    try {
      this.compare(namespace, version, version);
      return true;
    } catch (error) {
      if (error instanceof VersionError) return false;
      throw error;
    }
  }

  #schemesOf({ name, versionFormat }: StoredNamespace): readonly VersionScheme[] {
    const family = familyOf(name);
    const key = `${versionFormat} ${family}`;
    let schemes = this.#schemes.get(key);
    if (schemes === undefined) {
      // The namespace of a language is called as its packages are.
      const own = (ecosystemOf(family, this.#ecosystems) ?? languageOf(name, this.#ecosystems))?.versions(name);
      const ofFormat = formats.get(versionFormat);
      schemes = [...new Set([own, ofFormat].filter((scheme) => scheme !== undefined))];
      if (this.#schemes.size < 1000) this.#schemes.set(key, schemes);
    }
    return schemes;
  }
}
