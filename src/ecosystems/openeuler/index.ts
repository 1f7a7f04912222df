import { rpmDistribution } from '../rpm-distribution.ts';
import { detectOpenEuler, openEulerReleases } from './detect.ts';
import { openEulerOsv } from './feed.ts';
import { openEulerVersions } from './versions.ts';

/** openEuler: packages of rpm by the names of their sources, judged by its notices. */
export const openeuler = rpmDistribution({
  id: 'openeuler',
  displayName: 'openEuler',
  feeds: [openEulerOsv],
  detect: detectOpenEuler,
  releases: openEulerReleases,
  versions: () => openEulerVersions,
});
