import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { osvNamespace } from '../../formats/osv/namespace.ts';
import { hackageVersions } from '../../formats/versions/hackage.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on packages of Hackage, as OSV collects them. */
export const hackageOsv: Feed = osvLanguageFeed({
  ecosystem: 'Hackage',
  name: 'hackage',
  title: 'Haskell packages',
  licence: 'CC0-1.0, Haskell Security Response Team',
  compare: hackageVersions.compare,
  // The compiler and the libraries that come with it are in the same folder.
  namespaceOf: (ecosystem) => (ecosystem === 'Hackage' || ecosystem === 'GHC' ? osvNamespace(ecosystem) : undefined),
});
