import { composerNormalVersions } from '../../formats/versions/composer-normal.ts';
import { lowerCase, osvLanguage } from '../osv-language.ts';
import { composerInstalled, composerLock } from './composer.ts';

/** PHP: packages of Composer in an image, judged by OSV. */
export const php = osvLanguage({
  id: 'php',
  displayName: 'PHP',
  types: ['composer'],
  analyzers: [composerInstalled, composerLock],
  osv: {
    ecosystem: 'Packagist',
    name: 'packagist',
    title: 'PHP packages',
    licence: 'CC-BY 4.0, GitHub; Unlicense, FriendsOfPHP; MIT, Drupal Security Team',
    namespaceOf: (ecosystem) => (ecosystem.split(':', 1)[0] === 'Packagist' ? 'packagist' : undefined),
  },
  others: [
    {
      ecosystem: 'Drupal',
      name: 'drupal',
      title: 'Drupal',
      licence: 'MIT, Drupal Security Team',
      namespaceOf: (ecosystem) => (ecosystem.split(':', 1)[0] === 'Packagist' ? 'packagist' : undefined),
      absentBecause: 'Packagist has its records too',
    },
  ],
  advisoryName: lowerCase,
  versions: composerNormalVersions,
});
