import { languageNamespaces, lowerCase } from '../../feeds/osv-language.ts';
import { pubVersions } from '../../formats/versions/pub.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { dartAsked } from './asked.ts';
import { dartOsv } from './feed.ts';
import { dartPackages } from './packages.ts';

/** Dart and Flutter: packages of pub, judged by OSV. */
export const dart: Ecosystem = {
  id: 'dart',
  displayName: 'Dart',
  types: ['pub'],
  analyzers: [dartPackages, dartAsked],
  feeds: [dartOsv],
  namespaces: () => languageNamespaces('pub'),
  advisoryName: lowerCase,
  versions: () => pubVersions,
};
