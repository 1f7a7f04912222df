import { semverVersions } from '../../formats/versions/semver.ts';
import { listedOnly } from '../listed-only.ts';
import { podfileLock, podsInstalled } from './pods.ts';

/** CocoaPods: pods of a project for systems of Apple. Nobody publishes advisories on them under their names. */
export const cocoapods = listedOnly({
  id: 'cocoapods',
  displayName: 'CocoaPods',
  types: ['cocoapods'],
  analyzers: [podsInstalled, podfileLock],
  versions: () => semverVersions,
});
