import { osvLanguageFeed } from '../../feeds/osv-language.ts';
import { cranVersions } from '../../formats/versions/cran.ts';
import type { Feed } from '../../model/feed.ts';

/** Advisories on packages of CRAN, as OSV collects them. */
export const cranOsv: Feed = osvLanguageFeed({
  ecosystem: 'CRAN',
  name: 'cran',
  title: 'R packages',
  licence: 'Apache-2.0, R Consortium',
  compare: cranVersions.compare,
});

/** The same on packages of Bioconductor. */
export const bioconductorOsv: Feed = osvLanguageFeed({
  ecosystem: 'Bioconductor',
  name: 'bioconductor',
  title: 'Bioconductor packages',
  licence: 'Apache-2.0, R Consortium',
  compare: cranVersions.compare,
  absentBecause: 'no record may be on one of its packages yet',
});
