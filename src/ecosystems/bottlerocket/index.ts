import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { rpmBuildApplies } from '../../packages/rpm/builds.ts';
import { detectBottlerocket } from './detect.ts';
import { bottlerocketUpdateinfo } from './feed.ts';
import { bottlerocketInventory } from './inventory.ts';
import { bottlerocketReleases } from './releases.ts';

/** Bottlerocket: packages of its inventory, judged by its advisories. */
export const bottlerocket: Ecosystem = {
  id: 'bottlerocket',
  displayName: 'Bottlerocket',
  types: ['rpm'],
  analyzers: [releaseFiles, bottlerocketInventory],
  feeds: [bottlerocketUpdateinfo],
  detect: detectBottlerocket,
  releases: bottlerocketReleases,
  namespaces: (_pkg, distribution) =>
    distribution?.id === 'bottlerocket' ? [`bottlerocket:${distribution.version}`] : [],
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => rpmBuildApplies(pkg, affected),
};
