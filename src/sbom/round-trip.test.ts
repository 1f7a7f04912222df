import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeReport } from '../../test/support/report.ts';
import { sbomErrors } from '../../test/support/sbom-schemas.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Package } from '../model/package.ts';
import { packagePurl } from '../model/purl.ts';
import type { Report } from '../model/report.ts';
import { cycloneDxDocument } from '../report/cyclonedx.ts';
import { spdxDocument } from '../report/spdx.ts';
import { readSbomDocument } from './read-document.ts';
import { sbomOf } from './sbom-of.ts';

const writers: readonly (readonly [string, (report: Report) => object])[] = [
  ['cyclonedx', (report) => cycloneDxDocument(report, '1.6')],
  ['cyclonedx-1.7', (report) => cycloneDxDocument(report, '1.7')],
  ['spdx', spdxDocument],
];

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

/** Packages of which some need others, or are in others. */
const images = fc
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

function readBack(document: object): readonly Package[] {
  const bytes = Buffer.from(JSON.stringify(document));
  const read = readSbomDocument(bytes, 'bom.json', { components: 1000 });
  expect(read.faults).toEqual([]);
  return sbomOf(read, 'bom.json', ecosystems).packages;
}

const byPurl = (list: readonly Package[]) => list.toSorted((a, b) => (a.purl < b.purl ? -1 : 1));

describe.each(writers)('documents of %s', (format, write) => {
  it('give back every package that was written', () => {
    fc.assert(
      fc.property(images, (list) => {
        const document = write(makeReport({ view: { packages: list } }));

        expect(byPurl(readBack(document))).toEqual(byPurl(list));
      }),
      { numRuns: 300 },
    );
  });

  it('are valid whatever the image says', () => {
    fc.assert(
      fc.property(images, (list) => {
        const document = write(makeReport({ view: { packages: list } }));

        expect(sbomErrors(format, JSON.stringify(document))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('survive packages that are in each other', () => {
    const list = ['a', 'b', 'c'].map((name, i): Package => {
      const purl = (other: string): string => packagePurl({ type: 'npm', name: other, version: '1' });
      return {
        name,
        version: '1',
        type: 'npm',
        purl: purl(name),
        licences: [],
        layer: { index: 0 },
        locations: [],
        presence: 'present',
        within: purl(['b', 'c', 'a'][i]!),
        dependsOn: [purl('a'), purl('nobody')],
      };
    });

    const document = write(makeReport({ view: { packages: list } }));

    expect(sbomErrors(format, JSON.stringify(document))).toEqual([]);
    expect(
      readBack(document)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
  });
});
