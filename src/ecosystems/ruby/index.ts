import { languageNamespaces } from '../../feeds/osv-language.ts';
import { gemVersions } from '../../formats/versions/gem.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { rubyOsv } from './feed.ts';

/** Ruby: Ruby packages of an image, judged by OSV. */
export const ruby: Ecosystem = {
  id: 'ruby',
  displayName: 'Ruby',
  types: ['gem'],
  analyzers: [],
  feeds: [rubyOsv],
  namespaces: () => languageNamespaces('rubygems'),
  versions: () => gemVersions,
};
