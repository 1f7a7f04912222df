import { semverVersions } from '../../formats/versions/semver.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { podfileLock, podsInstalled } from './pods.ts';

/** CocoaPods: pods of a project for systems of Apple. Nobody publishes advisories on them under their names. */
export const cocoapods: Ecosystem = {
  id: 'cocoapods',
  displayName: 'CocoaPods',
  types: ['cocoapods'],
  analyzers: [podsInstalled, podfileLock],
  feeds: [],
  namespaces: () => [],
  versions: () => semverVersions,
};
