import { rpmVersions } from '../../formats/versions/rpm.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { rpmBuildApplies } from '../../packages/rpm/builds.ts';
import { rpmDatabases } from '../../packages/rpm/databases.ts';
import { rpmManifest } from '../../packages/rpm/manifest.ts';
import { detectSuse } from './detect.ts';
import { suseOval } from './feed.ts';
import { suseNamespace, suseReleases } from './releases.ts';

/** SUSE Linux Enterprise and openSUSE: packages of rpm, judged by what SUSE says of each CVE. */
export const suse: Ecosystem = {
  id: 'suse',
  displayName: 'SUSE Linux Enterprise and openSUSE',
  types: ['rpm'],
  analyzers: [releaseFiles, rpmDatabases, rpmManifest],
  feeds: [suseOval],
  detect: detectSuse,
  releases: suseReleases,
  namespaces: (_pkg, distribution) => {
    const namespace = distribution === undefined ? undefined : suseNamespace(distribution);
    return namespace === undefined ? [] : [namespace];
  },
  versions: () => rpmVersions,
  applies: (pkg, _advisory, affected) => rpmBuildApplies(pkg, affected),
};
