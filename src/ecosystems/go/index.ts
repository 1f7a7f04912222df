import { languageNamespaces } from '../../feeds/osv-language.ts';
import { goVersions } from '../../formats/versions/go.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { goBinaries } from './binaries.ts';
import { goOsv } from './feed.ts';
import { goModules } from './modules.ts';

/** Go: Go modules of an image, judged by OSV. */
export const go: Ecosystem = {
  id: 'go',
  displayName: 'Go',
  types: ['golang'],
  analyzers: [goBinaries, goModules],
  feeds: [goOsv],
  namespaces: () => languageNamespaces('go'),
  versions: () => goVersions,
};
