import { cranVersions } from '../../formats/versions/cran.ts';
import { languageNamespaces, osvLanguage } from '../osv-language.ts';
import { rLockfiles, rPackages } from './packages.ts';

/** R: packages of CRAN and Bioconductor in an image, judged by OSV. */
export const r = osvLanguage({
  id: 'r',
  displayName: 'R',
  types: ['cran', 'bioconductor'],
  analyzers: [rPackages, rLockfiles],
  osv: {
    ecosystem: 'CRAN',
    name: 'cran',
    title: 'R packages',
    licence: 'Apache-2.0, R Consortium',
  },
  others: [
    {
      ecosystem: 'Bioconductor',
      name: 'bioconductor',
      title: 'Bioconductor packages',
      licence: 'Apache-2.0, R Consortium',
      absentBecause: 'no record may be on one of its packages yet',
    },
  ],
  namespaces: ({ type }) => languageNamespaces(type),
  versions: cranVersions,
});
