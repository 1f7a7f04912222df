import { composerVersions } from '../../formats/versions/composer.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { wordpressFiles } from './files.ts';

/** WordPress, its plugins and themes. Who publishes advisories on them asks for a key or a contract. */
export const wordpress: Ecosystem = {
  id: 'wordpress',
  displayName: 'WordPress',
  types: ['wordpress-plugin', 'wordpress-theme'],
  analyzers: [wordpressFiles],
  feeds: [],
  namespaces: () => [],
  // Asked by nobody, while there are no advisories.
  versions: () => composerVersions,
};
