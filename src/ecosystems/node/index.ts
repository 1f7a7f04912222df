import { languageNamespaces } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { javascriptBundles } from './bundles.ts';
import { nodeOsv } from './feed.ts';
import { nodeLockfiles } from './lockfiles.ts';
import { nodePackages } from './packages.ts';
import { retireJs } from './retirejs.ts';

/** Node.js: JavaScript packages of an image, judged by OSV, and those that scripts bring along by RetireJS too. */
export const node: Ecosystem = {
  id: 'node',
  displayName: 'Node.js',
  types: ['npm'],
  analyzers: [nodePackages, nodeLockfiles, javascriptBundles],
  feeds: [nodeOsv, retireJs],
  namespaces: () => languageNamespaces('npm'),
  versions: () => semverVersions,
};
