import { semverVersions } from '../../formats/versions/semver.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { vcpkgManifests, vcpkgPorts } from './ports.ts';

/** vcpkg: packages of C and C++ in an image. Nobody collects advisories on them. */
export const vcpkg: Ecosystem = {
  id: 'vcpkg',
  displayName: 'vcpkg',
  types: ['vcpkg'],
  analyzers: [vcpkgPorts, vcpkgManifests],
  feeds: [],
  namespaces: () => [],
  versions: () => semverVersions,
};
