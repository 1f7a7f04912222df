import { languageNamespaces, lowerCase } from '../../feeds/osv-language.ts';
import { composerNormalVersions } from '../../formats/versions/composer-normal.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { composerInstalled, composerLock } from './composer.ts';
import { drupalOsv, phpOsv } from './feed.ts';

/** PHP: packages of Composer in an image, judged by OSV. */
export const php: Ecosystem = {
  id: 'php',
  displayName: 'PHP',
  types: ['composer'],
  analyzers: [composerInstalled, composerLock],
  feeds: [phpOsv, drupalOsv],
  namespaces: () => languageNamespaces('packagist'),
  advisoryName: lowerCase,
  versions: () => composerNormalVersions,
};
