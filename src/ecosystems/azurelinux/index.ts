import { detectNamed, twoNumbers } from '../../packages/release/known-release.ts';
import { rpmDistribution } from '../rpm-distribution.ts';
import { azureLinuxOval } from './feed.ts';
import { azureLinuxReleases, names } from './releases.ts';

/** Azure Linux and its predecessor CBL-Mariner: packages of rpm, judged by what Microsoft says of each CVE. */
export const azurelinux = rpmDistribution({
  id: 'azurelinux',
  displayName: 'Azure Linux and CBL-Mariner',
  feeds: [azureLinuxOval],
  // The first two numbers are the release, later ones the day of the image: `2.0.20240123`.
  detect: detectNamed(names, twoNumbers, azureLinuxReleases),
  releases: azureLinuxReleases,
});
