import { composerNormalVersions } from '../../formats/versions/composer-normal.ts';
import { listedOnly } from '../listed-only.ts';
import { pearRegistry } from './registry.ts';

/** PEAR and PECL: packages and extensions of PHP. Nobody publishes advisories on them that a program could read. */
export const pear = listedOnly({
  id: 'pear',
  displayName: 'PEAR and PECL',
  types: ['pear'],
  analyzers: [pearRegistry],
  versions: () => composerNormalVersions,
});
