import { debVersions } from '../formats/versions/deb.ts';
import type { Ecosystem } from '../model/ecosystem.ts';

/** What an ecosystem says of itself where its packages are listed, and no advisories on them are read. */
type ListedOnly = Pick<Ecosystem, 'id' | 'displayName' | 'types' | 'analyzers'> &
  Partial<Pick<Ecosystem, 'detect' | 'releases' | 'versions'>>;

/** An ecosystem without advisories: each report says that no feed has any on its packages (`packages.without-feed`). */
export function listedOnly(parts: ListedOnly): Ecosystem {
  // No advisory asks for the order of versions.
  return { versions: () => debVersions, ...parts, feeds: [], namespaces: () => [] };
}
