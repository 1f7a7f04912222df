import { semverVersions } from '../../formats/versions/semver.ts';
import { GITHUB_LICENCE, lowerCase, osvLanguage } from '../osv-language.ts';
import { swiftPackages, swiftResolved } from './packages.ts';

/** Swift: packages of the Swift package manager, judged by OSV. */
export const swift = osvLanguage({
  id: 'swift',
  displayName: 'Swift',
  types: ['swift'],
  analyzers: [swiftPackages, swiftResolved],
  osv: {
    ecosystem: 'SwiftURL',
    name: 'swifturl',
    title: 'Swift packages',
    licence: GITHUB_LICENCE,
  },
  advisoryName: lowerCase,
  versions: semverVersions,
});
