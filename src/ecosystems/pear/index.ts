import { composerNormalVersions } from '../../formats/versions/composer-normal.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';
import { pearRegistry } from './registry.ts';

/** PEAR and PECL: packages and extensions of PHP. Nobody publishes advisories on them that a program could read. */
export const pear: Ecosystem = {
  id: 'pear',
  displayName: 'PEAR and PECL',
  types: ['pear'],
  analyzers: [pearRegistry],
  feeds: [],
  namespaces: () => [],
  versions: () => composerNormalVersions,
};
