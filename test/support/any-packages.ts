import fc from 'fast-check';
import type { Package } from '../../src/model/package.ts';
import { packagePurl } from '../../src/model/purl.ts';

const text = fc.oneof(
  fc.constantFrom(
    'a',
    'B_c',
    '1.0',
    '1:2~3',
    '__proto__',
    'x y',
    '"',
    'ü',
    '\u202e',
    '\ud800',
    'pkg:a/b',
    'a/b',
    '@s/n',
    'g:a',
  ),
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
);
const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const layer = fc.record({ index: fc.nat(3), diffId: text }, { requiredKeys: ['index'] });
/** A blank one is nothing that a document could say. */
const licence = fc
  .oneof(text, fc.constantFrom('MIT', 'MIT OR ISC', 'GPLv2+', 'LicenseRef-x'))
  .filter((one) => one.trim() !== '');
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.uniqueArray(arbitrary, { minLength: 1, maxLength: 3 });

/** Everything that a package can have, whether it can be so or not. */
const packages: fc.Arbitrary<Package> = fc
  .record(
    {
      name: text,
      version: fc.oneof(text, fc.constant('')),
      type: fc.constantFrom('deb', 'rpm', 'apk', 'npm', 'maven', 'golang', 'pypi', 'generic'),
      licences: fc.uniqueArray(licence, { maxLength: 3 }),
      layer,
      locations: fc.uniqueArray(text, { maxLength: 3 }),
      presence: fc.constantFrom('present' as const, 'recovered' as const),
      arch: text,
      source: fc.record({ name: text, version: text }),
      vendor: text,
      modularity: text,
      repositories: some(text),
      distribution: fc.constantFrom('debian:12', 'rhel:9', 'alpine:v3.19'),
      introducedIn: layer,
      evidence: fc.constantFrom('lockfile' as const, 'manifest' as const),
      groups: some(text),
      ownedBy: text,
      application: fc.constant(true as const),
      hashes: fc.record({ md5: hex(32), sha1: hex(40), sha256: hex(64), sha512: hex(128) }, { requiredKeys: ['sha1'] }),
    },
    { requiredKeys: ['name', 'version', 'type', 'licences', 'layer', 'locations', 'presence'] },
  )
  .map((pkg) => ({ ...pkg, purl: packagePurl({ ...pkg, name: pkg.name.isWellFormed() ? pkg.name : 'x' }) }));

/** Packages of an image, of which some need others, or are in others: everything that they can have. */
export const anyPackages: fc.Arbitrary<readonly Package[]> = fc
  .tuple(fc.uniqueArray(packages, { maxLength: 6, selector: ({ purl }) => purl }), fc.infiniteStream(fc.nat(20)))
  .map(([list, numbers]) => {
    const next = (): number => numbers.next().value as number;
    return list.map((pkg, i): Package => {
      const needed = list.filter((_, other) => other !== i && next() < 4).map(({ purl }) => purl);
      // Each in an earlier one, so that there is no circle.
      const around = i > 0 && next() < 8 ? list[next() % i] : undefined;
      return {
        ...pkg,
        ...(needed.length > 0 && { dependsOn: [...new Set(needed)].sort() }),
        ...(around !== undefined && { within: around.purl }),
      };
    });
  });
