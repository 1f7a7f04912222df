import { semverVersions } from '../../formats/versions/semver.ts';
import { listedOnly } from '../listed-only.ts';
import { vcpkgManifests, vcpkgPorts } from './ports.ts';

/** vcpkg: packages of C and C++ in an image. Nobody collects advisories on them. */
export const vcpkg = listedOnly({
  id: 'vcpkg',
  displayName: 'vcpkg',
  types: ['vcpkg'],
  analyzers: [vcpkgPorts, vcpkgManifests],
  versions: () => semverVersions,
});
