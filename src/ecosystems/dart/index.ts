import { pubVersions } from '../../formats/versions/pub.ts';
import { GITHUB_LICENCE, lowerCase, osvLanguage } from '../osv-language.ts';
import { dartAsked } from './asked.ts';
import { dartPackages } from './packages.ts';

/** Dart and Flutter: packages of pub, judged by OSV. */
export const dart = osvLanguage({
  id: 'dart',
  displayName: 'Dart',
  types: ['pub'],
  analyzers: [dartPackages, dartAsked],
  osv: {
    ecosystem: 'Pub',
    name: 'pub',
    title: 'Dart packages',
    licence: GITHUB_LICENCE,
  },
  advisoryName: lowerCase,
  versions: pubVersions,
});
