import { languageNamespaces } from '../../feeds/osv-language.ts';
import { conanVersions } from '../../formats/versions/conan.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { conanOsv } from './feed.ts';
import { conanFiles, conanPackages } from './packages.ts';

/** Conan: packages of C and C++ in an image, judged by the few records that OSV has. */
export const conan: Ecosystem = {
  id: 'conan',
  displayName: 'Conan',
  types: ['conan'],
  analyzers: [conanPackages, conanFiles],
  feeds: [conanOsv],
  namespaces: () => languageNamespaces('conancenter'),
  versions: () => conanVersions,
};
