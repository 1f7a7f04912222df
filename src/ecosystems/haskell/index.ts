import { osvNamespace } from '../../formats/osv/namespace.ts';
import { hackageVersions } from '../../formats/versions/hackage.ts';
import { languageNamespaces, osvLanguage } from '../osv-language.ts';
import { haskellAsked } from './asked.ts';
import { ghcPackages } from './packages.ts';

/** Haskell: libraries of GHC and packages of Hackage, judged by OSV. Advisories on the compiler name its library, `ghc`. */
export const haskell = osvLanguage({
  id: 'haskell',
  displayName: 'Haskell',
  types: ['hackage'],
  analyzers: [ghcPackages, haskellAsked],
  osv: {
    ecosystem: 'Hackage',
    name: 'hackage',
    title: 'Haskell packages',
    licence: 'CC0-1.0, Haskell Security Response Team',
    // The compiler and the libraries that come with it are in the same folder.
    namespaceOf: (ecosystem) => (ecosystem === 'Hackage' || ecosystem === 'GHC' ? osvNamespace(ecosystem) : undefined),
  },
  namespaces: () => [...languageNamespaces('hackage'), 'ghc'],
  versions: hackageVersions,
});
