import { languageNamespaces } from '../../feeds/osv-language.ts';
import { cranVersions } from '../../formats/versions/cran.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { bioconductorOsv, cranOsv } from './feed.ts';
import { rLockfiles, rPackages } from './packages.ts';

/** R: packages of CRAN and Bioconductor in an image, judged by OSV. */
export const r: Ecosystem = {
  id: 'r',
  displayName: 'R',
  types: ['cran', 'bioconductor'],
  analyzers: [rPackages, rLockfiles],
  feeds: [cranOsv, bioconductorOsv],
  namespaces: ({ type }) => languageNamespaces(type),
  versions: () => cranVersions,
};
