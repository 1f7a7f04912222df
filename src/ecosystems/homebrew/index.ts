import { lowerCase, osvLanguage } from '../osv-language.ts';
import { homebrewCellar } from './cellar.ts';
import { homebrewVersions } from './versions.ts';

/** Homebrew: formulae that are installed, judged by OSV. */
export const homebrew = osvLanguage({
  id: 'homebrew',
  displayName: 'Homebrew',
  types: ['brew'],
  analyzers: [homebrewCellar],
  osv: {
    ecosystem: 'Homebrew',
    name: 'homebrew',
    title: 'Homebrew',
    licence: 'public data, without a stated licence',
    absentBecause: 'it is new, and few have it',
  },
  advisoryName: lowerCase,
  versions: homebrewVersions,
});
