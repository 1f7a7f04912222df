import { detectNamed, releasesOf, twoNumbers } from '../../packages/release/known-release.ts';
import { rpmDistribution } from '../rpm-distribution.ts';
import { photonCve } from './feed.ts';

const name = 'Photon OS';

/** Version and end of support (github.com/vmware/photon/wiki). Of the later ones no day is certain. */
const releases = releasesOf('photon', name, [
  ['1.0', '2022-02-28'],
  ['2.0', '2022-12-31'],
  ['3.0', '2024-03-01'],
  ['4.0'],
  ['5.0'],
]);

/** Photon OS: packages of rpm, judged by Broadcom's CVE metadata. */
export const photon = rpmDistribution({
  id: 'photon',
  displayName: name,
  feeds: [photonCve],
  detect: detectNamed(new Map([['photon', name]]), twoNumbers, releases),
  releases,
});
