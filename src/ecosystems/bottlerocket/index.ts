import { releaseFiles } from '../../packages/release/files.ts';
import { detectNamed, releasesOf } from '../../packages/release/known-release.ts';
import { majorVersion } from '../../packages/release/product-release.ts';
import { rpmDistribution } from '../rpm-distribution.ts';
import { bottlerocketUpdateinfo } from './feed.ts';
import { bottlerocketInventory } from './inventory.ts';

/** Bottlerocket has one line of releases; how long each is supported depends on the variant, and is not told here. */
const releases = releasesOf('bottlerocket', 'Bottlerocket', [['1']]);

/** Bottlerocket: packages of its inventory, judged by its advisories. */
export const bottlerocket = rpmDistribution({
  id: 'bottlerocket',
  displayName: 'Bottlerocket',
  analyzers: [releaseFiles, bottlerocketInventory],
  feeds: [bottlerocketUpdateinfo],
  detect: detectNamed(new Map([['bottlerocket', 'Bottlerocket']]), majorVersion, releases),
  releases,
});
