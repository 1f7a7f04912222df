import { languageNamespaces, lowerCase } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { swiftOsv } from './feed.ts';
import { swiftPackages, swiftResolved } from './packages.ts';

/** Swift: packages of the Swift package manager, judged by OSV. */
export const swift: Ecosystem = {
  id: 'swift',
  displayName: 'Swift',
  types: ['swift'],
  analyzers: [swiftPackages, swiftResolved],
  feeds: [swiftOsv],
  namespaces: () => languageNamespaces('swifturl'),
  advisoryName: lowerCase,
  versions: () => semverVersions,
};
