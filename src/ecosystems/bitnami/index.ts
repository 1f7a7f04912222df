import { languageNamespaces } from '../../feeds/osv-language.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { bitnamiComponents, bitnamiList } from './components.ts';
import { bitnamiOsv } from './feed.ts';
import { bitnamiVersions } from './versions.ts';

/** Bitnami: components of its images, judged by OSV. */
export const bitnami: Ecosystem = {
  id: 'bitnami',
  displayName: 'Bitnami',
  types: ['bitnami'],
  analyzers: [bitnamiComponents, bitnamiList],
  feeds: [bitnamiOsv],
  namespaces: () => languageNamespaces('bitnami'),
  versions: () => bitnamiVersions,
};
