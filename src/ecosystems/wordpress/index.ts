import { composerVersions } from '../../formats/versions/composer.ts';
import { listedOnly } from '../listed-only.ts';
import { wordpressFiles } from './files.ts';

/** WordPress, its plugins and themes. Who publishes advisories on them asks for a key or a contract. */
export const wordpress = listedOnly({
  id: 'wordpress',
  displayName: 'WordPress',
  types: ['wordpress-plugin', 'wordpress-theme'],
  analyzers: [wordpressFiles],
  versions: () => composerVersions,
});
