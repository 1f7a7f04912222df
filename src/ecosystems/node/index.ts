import { languageNamespaces } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { nodeOsv } from './feed.ts';
import { nodeLockfiles } from './lockfiles.ts';
import { nodePackages } from './packages.ts';

/** Node.js: JavaScript packages of an image, judged by OSV. */
export const node: Ecosystem = {
  id: 'node',
  displayName: 'Node.js',
  types: ['npm'],
  analyzers: [nodePackages, nodeLockfiles],
  feeds: [nodeOsv],
  namespaces: () => languageNamespaces('npm'),
  versions: () => semverVersions,
};
