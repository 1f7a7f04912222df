import { languageNamespaces } from '../../feeds/osv-language.ts';
import { semverVersions } from '../../formats/versions/semver.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { githubActionsOsv } from './feed.ts';
import { githubWorkflows } from './workflows.ts';

/** GitHub Actions: what workflows in an image use, listed, and judged by OSV where lockfiles and manifests are. */
export const githubActions: Ecosystem = {
  id: 'githubactions',
  displayName: 'GitHub Actions',
  types: ['githubactions'],
  analyzers: [githubWorkflows],
  feeds: [githubActionsOsv],
  namespaces: () => languageNamespaces('github-actions'),
  // Advisories are about the repository, whatever of it is used.
  advisoryName: (name) => name.toLowerCase().split('/', 2).join('/'),
  versions: () => semverVersions,
};
