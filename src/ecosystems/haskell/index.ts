import { languageNamespaces } from '../../feeds/osv-language.ts';
import { hackageVersions } from '../../formats/versions/hackage.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { haskellAsked } from './asked.ts';
import { hackageOsv } from './feed.ts';
import { ghcPackages } from './packages.ts';

/** Haskell: libraries of GHC and packages of Hackage, judged by OSV. Advisories on the compiler name its library, `ghc`. */
export const haskell: Ecosystem = {
  id: 'haskell',
  displayName: 'Haskell',
  types: ['hackage'],
  analyzers: [ghcPackages, haskellAsked],
  feeds: [hackageOsv],
  namespaces: () => [...languageNamespaces('hackage'), 'ghc'],
  versions: () => hackageVersions,
};
