import { describe, expect, it } from 'vitest';
import {
  type FixtureArchive,
  type FixtureCase,
  fixtureCases,
  fixtureFiles,
  named,
} from '../../test/support/language-fixtures.ts';
import { hasShared } from '../../test/support/shared.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { DrydockError } from '../errors.ts';
import type { Sbom } from '../model/sbom.ts';
import { readSbomDocument } from './read-document.ts';
import { sbomOf } from './sbom-of.ts';

const listers: readonly (readonly [FixtureArchive, string])[] = [
  ['osv-scalibr-os-sbom', 'sbom/cdx'],
  ['osv-scalibr-os-sbom', 'sbom/spdx'],
  ['syft', 'sbom'],
];

/** Packages that the publisher of a fixture does not list and we do, or the other way round, each with the reason. */
const explained: Readonly<
  Record<string, { readonly extra?: readonly string[]; readonly missing?: readonly string[]; readonly why: string }>
> = {
  'sbom/spdx/testdata/sbom.spdx.json': nginx(),
  'sbom/spdx/testdata/sbom.spdx': nginx(),
  'sbom/spdx/testdata/ancestor_of.spdx.json': downstream('v1_2_15@'),
  'sbom/spdx/testdata/descendant_of.spdx.json': downstream('v1_2_15@'),
  'sbom/spdx/testdata/overlapping_refs.spdx.json': downstream('v1_2_15@'),
  'sbom/spdx/testdata/multi_descendant.spdx.json': downstream('v5_arm@', 'x86@'),
  'sbom/spdx/testdata/dhi/.spdx.dhi-pkg-python.json': itself('pkg-python@3.14.3-debian13'),
  'sbom/spdx/testdata/dhi/.spdx.dhi-python.json': itself('python@3.14.3-debian13-dev'),
};

function itself(name: string) {
  return {
    missing: [name],
    why: 'a package of the purpose CONTAINER is an image: what the document is about, not what is in it',
  };
}

function nginx() {
  return {
    missing: ['cpe:2.3:a:nginx:nginx:1.21.1@'],
    extra: ['Nginx@'],
    why: 'the package is called Nginx; the publisher of the fixture shows its CPE in place of its name',
  };
}

function downstream(...extra: readonly string[]) {
  return {
    extra,
    why: 'a copy of the package it descends from, without a package URL: listed as `generic`, left out by the publisher',
  };
}

/** Forms that are not read, which is said in words. */
const unread: Readonly<Record<string, RegExp>> = {
  'sbom/spdx/testdata/sbom.spdx.rdf': /is RDF/,
  'sbom/spdx/testdata/sbom.spdx.yml': /is YAML/,
};

function read(bytes: Uint8Array): Sbom | DrydockError {
  try {
    return sbomOf(readSbomDocument(bytes, 'the file', { components: 1000 }), 'the file', ecosystems);
  } catch (error) {
    if (error instanceof DrydockError) return error;
    throw error;
  }
}

const casesOf = (archive: FixtureArchive, lister: string): readonly (readonly [string, FixtureCase])[] =>
  fixtureCases(archive, lister).map((one) => [one.path, one]);

describe.skipIf(!hasShared).each(hasShared ? listers : [])('documents of %s, %s', (archive, lister) => {
  it.each(casesOf(archive, lister))('%s', (_, { path, packages, expectError = false }) => {
    const [bytes] = [...fixtureFiles(archive, path).values()];

    const sbom = read(bytes!);

    const words = unread[path];
    if (sbom instanceof DrydockError) {
      expect(expectError || words !== undefined).toBe(true);
      expect(sbom.message).toMatch(words ?? /the file (?:is no bill of materials|is JSON, but neither|cannot be read)/);
      return;
    }
    expect(expectError).toBe(false);
    const { extra = [], missing = [] } = explained[path] ?? {};
    const expected = named(packages).filter((one) => !missing.includes(one));
    // Publishers leave out the namespace of a package URL, which is a part of its name.
    const short = ({ name, version }: { readonly name: string; readonly version: string }): string =>
      expected.includes(`${name}@${version}`) ? name : name.replace(/^.*[/:](?=[^/:]+$)/, '');
    const found = sbom.packages.map((pkg) => ({ ...pkg, name: short(pkg) }));
    expect(named(found)).toEqual([...new Set([...expected, ...extra])].sort());
    const types = new Map(
      packages.map(({ name, version, purlType, purl }) => [
        `${name}@${version}`,
        purlType ?? purl?.slice(4).split('/')[0],
      ]),
    );
    for (const { name, version, type } of found) expect(type).toBe(types.get(`${name}@${version}`) ?? 'generic');
    expect(sbom.complete).toBeUndefined();
  });
});

it.skipIf(!hasShared)('a document of Syft gives the distribution, sources and layers of its image', () => {
  const [bytes] = [...fixtureFiles('syft', 'sbom/testdata/alpine/syft-json').values()];

  const { distribution, packages, image } = read(bytes!) as Sbom;

  expect(distribution).toMatchObject({ id: 'alpine', version: 'v3.16' });
  expect(image.layers).toHaveLength(1);
  expect(packages.find(({ name }) => name === 'libssl1.1')).toMatchObject({
    source: { name: 'openssl', version: '1.1.1s-r0' },
    distribution: 'alpine:v3.16',
    arch: 'x86_64',
    layer: { index: 0, diffId: image.layers[0]?.diffId },
    locations: ['lib/apk/db/installed'],
  });
});
