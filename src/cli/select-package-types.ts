import { didYouMean } from '../config/nearest.ts';
import { UsageError } from '../errors.ts';
import { distributionTypes, type Ecosystem } from '../model/ecosystem.ts';
import { compareText } from '../model/order.ts';
import type { PackageSelection } from '../model/package-selection.ts';

/** purl types of packages that are listed, and of which no ecosystem is: nobody publishes advisories by their names. */
const ofNobody: readonly string[] = ['conda', 'github', 'jsr'];

/** Every word that `--package-types` knows. */
export function packageTypeWords(ecosystems: readonly Ecosystem[]): string[] {
  return ['all', 'os', 'library', ...new Set(ecosystems.flatMap(({ types }) => types)), ...ofNobody];
}

/**
 * Understands `--package-types`: `os` for packages of distributions, `library` for all others, purl types; undefined
 * where nothing is left out.
 * @throws UsageError on an unknown word
 */
export function selectPackageTypes(
  words: readonly string[],
  ecosystems: readonly Ecosystem[],
): PackageSelection | undefined {
  const names = words.map((word) => word.toLowerCase());
  const known = packageTypeWords(ecosystems).sort(compareText);
  for (const name of names) {
    if (known.includes(name)) continue;
    const why = `${JSON.stringify(name)} is no type of packages. Known are ${known.join(', ')}.${didYouMean(name, known)}`;
    throw new UsageError('usage.option', `--package-types: ${why}`);
  }
  if (names.includes('all') || (names.includes('os') && names.includes('library'))) return undefined;
  const system = distributionTypes(ecosystems);
  return {
    words: [...new Set(names)].sort(compareText),
    has: (type) => names.includes(type) || names.includes(system.has(type) ? 'os' : 'library'),
  };
}
