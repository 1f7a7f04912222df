import { languageNamespaces, lowerCase } from '../../feeds/osv-language.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { homebrewCellar } from './cellar.ts';
import { homebrewOsv } from './feed.ts';
import { homebrewVersions } from './versions.ts';

/** Homebrew: formulae that are installed, judged by OSV. */
export const homebrew: Ecosystem = {
  id: 'homebrew',
  displayName: 'Homebrew',
  types: ['brew'],
  analyzers: [homebrewCellar],
  feeds: [homebrewOsv],
  namespaces: () => languageNamespaces('homebrew'),
  advisoryName: lowerCase,
  versions: () => homebrewVersions,
};
