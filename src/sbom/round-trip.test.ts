import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyPackages } from '../../test/support/any-packages.ts';
import { makeReport } from '../../test/support/report.ts';
import { sbomErrors } from '../../test/support/sbom-schemas.ts';
import { ecosystems } from '../ecosystems/index.ts';
import type { Package } from '../model/package.ts';
import { packagePurl } from '../model/purl.ts';
import type { Report } from '../model/report.ts';
import { cycloneDxDocument } from '../report/cyclonedx.ts';
import { github } from '../report/github.ts';
import { spdxDocument } from '../report/spdx.ts';
import { readSbomDocument } from './read-document.ts';
import { sbomOf } from './sbom-of.ts';

const writers: readonly (readonly [string, (report: Report) => object])[] = [
  ['cyclonedx', (report) => cycloneDxDocument(report, '1.6')],
  ['cyclonedx-1.7', (report) => cycloneDxDocument(report, '1.7')],
  ['spdx', spdxDocument],
];

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
      fc.property(anyPackages, (list) => {
        const document = write(makeReport({ view: { packages: list } }));

        expect(byPurl(readBack(document))).toEqual(byPurl(list));
      }),
      { numRuns: 300 },
    );
  });

  it('are valid whatever the image says', () => {
    fc.assert(
      fc.property(anyPackages, (list) => {
        const document = write(makeReport({ view: { packages: list } }));

        expect(sbomErrors(format, JSON.stringify(document))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.each([' Example', '\u3000\n'])('are valid where a package has the vendor %j', (vendor) => {
    const purl = packagePurl({ type: 'npm', name: 'a', version: '1' });
    const pkg: Package = {
      ...{ name: 'a', version: '1', type: 'npm', purl, licences: [], layer: { index: 0 }, vendor },
      ...{ locations: [], presence: 'present' },
    };
    const document = write(makeReport({ view: { packages: [pkg] } }));

    expect(sbomErrors(format, JSON.stringify(document))).toEqual([]);
    expect(readBack(document)).toEqual([pkg]);
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

it('a dependency snapshot gives back packages, versions, places and what they need', () => {
  const make = (type: string, name: string, version: string, more: Partial<Package> = {}): Package => {
    const pkg = { type, name, version, ...more };
    return {
      ...pkg,
      purl: packagePurl(pkg),
      licences: [],
      layer: { index: 0 },
      locations: [],
      presence: 'present',
      ...more,
    };
  };
  const ssl = make('deb', 'libssl3', '1:3.0.11-1', { arch: 'amd64', distribution: 'debian:12', locations: ['a'] });
  const list = [ssl, make('npm', '@a/b', '1.2.3', { dependsOn: [ssl.purl] }), make('maven', 'g:a', '1')];
  const report = makeReport({ view: { packages: list } });
  const text = github.render([report], { width: 80, colour: false });

  const read = sbomOf(readSbomDocument(Buffer.from(text), 'x', { components: 100 }), 'x', ecosystems).packages;

  const short = (all: readonly Package[]) =>
    all
      .map(({ type, name, version, locations, dependsOn = [] }) => [type, name, version, locations, dependsOn.length])
      .sort();
  expect(short(read)).toEqual(short(list));
});
