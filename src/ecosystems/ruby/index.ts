import { languageNamespaces } from '../../feeds/osv-language.ts';
import { gemVersions } from '../../formats/versions/gem.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { bundler } from './bundler.ts';
import { rubyOsv } from './feed.ts';
import { gemSpecifications } from './specifications.ts';

/** Ruby: gems of an image, judged by OSV. */
export const ruby: Ecosystem = {
  id: 'ruby',
  displayName: 'Ruby',
  types: ['gem'],
  analyzers: [gemSpecifications, bundler],
  feeds: [rubyOsv],
  namespaces: () => languageNamespaces('rubygems'),
  versions: () => gemVersions,
};
