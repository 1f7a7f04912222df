import { debVersions } from '../../formats/versions/deb.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { chiselManifest } from '../../packages/chisel/manifest.ts';
import { dpkgInfo } from '../../packages/dpkg/info.ts';
import { dpkgStatus } from '../../packages/dpkg/status.ts';
import { releaseFiles } from '../../packages/release/files.ts';
import { detectUbuntu } from './detect.ts';
import { ubuntuOsv } from './feed.ts';
import { inferUbuntu } from './infer.ts';
import { ubuntuNamespaces } from './namespaces.ts';
import { ubuntuProSources } from './pro-sources.ts';
import { ubuntuReleases } from './releases.ts';
import { ubuntuTracker } from './tracker-feed.ts';

/** Ubuntu: packages of dpkg, judged by what Canonical says of each CVE. */
export const ubuntu: Ecosystem = {
  id: 'ubuntu',
  displayName: 'Ubuntu',
  types: ['deb'],
  analyzers: [releaseFiles, dpkgStatus, dpkgInfo, chiselManifest, ubuntuProSources],
  feeds: [ubuntuOsv, ubuntuTracker],
  detect: detectUbuntu,
  infer: inferUbuntu,
  releases: ubuntuReleases,
  namespaces: ubuntuNamespaces,
  // Pockets of Ubuntu Pro decide where advisories stand; an image that names none has none.
  lacksRepository: () => false,
  versions: () => debVersions,
};
