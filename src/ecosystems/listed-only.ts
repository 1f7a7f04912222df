import { debVersions } from '../formats/versions/deb.ts';
import type { Ecosystem } from '../model/ecosystem.ts';

/** What an ecosystem says of itself where its packages are listed, and no advisories on them are read. */
type ListedOnly = Pick<Ecosystem, 'id' | 'displayName' | 'types' | 'analyzers'> &
  Partial<Pick<Ecosystem, 'detect' | 'releases'>>;

/** An ecosystem without advisories: each report says that nobody watches its packages (`packages.unwatched`). */
export function listedOnly(parts: ListedOnly): Ecosystem {
  return {
    ...parts,
    feeds: [],
    namespaces: () => [],
    // Asked by nobody, while there are no advisories.
    versions: () => debVersions,
  };
}
