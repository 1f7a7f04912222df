import { debVersions } from '../../formats/versions/deb.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { dpkgInfo } from '../../packages/dpkg/info.ts';
import { dpkgStatus } from '../../packages/dpkg/status.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectDebian } from './detect.ts';
import { debianTracker } from './feed.ts';
import { inferDebian, namespacesOfDerivative } from './infer.ts';
import { debianReleases } from './releases.ts';

/** Debian: packages of dpkg, judged by the security tracker. */
export const debian: Ecosystem = {
  id: 'debian',
  displayName: 'Debian',
  types: ['deb'],
  analyzers: [releaseFiles, dpkgStatus, dpkgInfo],
  feeds: [debianTracker],
  detect: detectDebian,
  releases: debianReleases,
  infer: inferDebian,
  namespaces(pkg, distribution) {
    if (distribution === undefined) return [];
    return distribution.id === 'debian'
      ? [`debian:${distribution.version}`]
      : namespacesOfDerivative(pkg, distribution);
  },
  versions: () => debVersions,
};
