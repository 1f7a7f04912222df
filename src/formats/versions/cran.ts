import type { VersionScheme } from '../../model/version-scheme.ts';
import { numbersOnly, readNumbers } from './numbers.ts';
import { partwise, tokenwise } from './partwise.ts';

/**
 * Versions of R packages, in the order of R's `package_version`: numbers with a dot or a hyphen between each, which are
 * the same to the order, and the shorter version first (Writing R Extensions, "The DESCRIPTION file"). One number alone
 * is valid here, as for `numeric_version`.
 */
export const cranVersions: VersionScheme = partwise('cran', (version) => readNumbers('cran', version, '.-'), [
  tokenwise(numbersOnly),
]);
