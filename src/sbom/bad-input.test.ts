import { describe, expect, it } from 'vitest';
import { makeReport, someProblems } from '../../test/support/report.ts';
import { makePackage } from '../../test/support/view.ts';
import { ecosystems } from '../ecosystems/index.ts';
import { DrydockError } from '../errors.ts';
import type { Sbom } from '../model/sbom.ts';
import { cycloneDxDocument } from '../report/cyclonedx.ts';
import { spdxDocument } from '../report/spdx.ts';
import { readSbomDocument } from './read-document.ts';
import { sbomOf } from './sbom-of.ts';

const report = makeReport({
  problems: someProblems,
  view: {
    packages: [
      makePackage('libssl3', '3.0.11', {
        source: { name: 'openssl', version: '3.0.11' },
        licences: ['MIT', 'strange'],
        hashes: { sha1: 'a'.repeat(40) },
        repositories: ['r'],
        dependsOn: [makePackage('bash', '5.2').purl],
      }),
      makePackage('bash', '5.2', { introducedIn: { index: 0 }, presence: 'recovered' }),
    ],
  },
});

const tags = `SPDXVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
PackageName: openssl
SPDXID: SPDXRef-a
PackageVersion: 1.1.1
PackageChecksum: SHA1: ${'a'.repeat(40)}
PackageComment: <text>several
PackageName: lines
</text>
ExternalRef: PACKAGE-MANAGER purl pkg:generic/openssl@1.1.1
PackageName: bash
`;

const syft = JSON.stringify({
  artifacts: [
    {
      name: 'bash',
      version: '5.2',
      purl: 'pkg:deb/debian/bash@5.2',
      locations: [{ path: '/a', layerID: 'sha256:1' }],
      licenses: ['GPL', { value: 'MIT' }],
    },
  ],
  source: { target: { userInput: 'i', layers: [{ digest: 'sha256:1' }] } },
  distro: { id: 'debian', versionID: '12' },
  schema: { version: '16.0.0' },
});

const xml = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
<metadata><component type="container" bom-ref="i"><name>i</name></component></metadata>
<components><component type="library" bom-ref="a"><name>a</name><version>1</version>
<licenses><license><id>MIT</id></license></licenses><purl>pkg:npm/a@1</purl>
<properties><property name="x">y &amp; z</property></properties>
<components><component type="library"><name>b</name></component></components>
<evidence><occurrences><occurrence><location>/a</location></occurrence></occurrences></evidence>
</component></components>
<dependencies><dependency ref="a"><dependency ref="a"/></dependency></dependencies>
<compositions><composition><aggregate>complete</aggregate><assemblies><assembly ref="i"/></assemblies></composition></compositions>
</bom>`;

const graph = JSON.stringify({
  '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
  '@graph': [
    { type: 'CreationInfo', '@id': '_:c', specVersion: '3.0.1' },
    { type: 'SpdxDocument', spdxId: 'urn:d', rootElement: ['urn:i'] },
    { type: 'software_Package', spdxId: 'urn:i', name: 'i', software_primaryPurpose: 'container' },
    {
      type: 'software_Package',
      spdxId: 'urn:a',
      name: 'a',
      software_packageVersion: '1',
      externalIdentifier: [{ externalIdentifierType: 'packageUrl', identifier: 'pkg:npm/a@1' }],
      verifiedUsing: [{ type: 'Hash', algorithm: 'sha1', hashValue: 'a'.repeat(40) }],
      suppliedBy: 'urn:o',
    },
    { type: 'Organization', spdxId: 'urn:o', name: 'o' },
    {
      type: 'simplelicensing_LicenseExpression',
      spdxId: 'urn:l',
      simplelicensing_licenseExpression: 'LicenseRef-x',
      simplelicensing_customIdToUri: [{ key: 'LicenseRef-x', value: 'urn:x' }],
    },
    { type: 'expandedlicensing_CustomLicense', spdxId: 'urn:x', name: 'its own' },
    { type: 'Relationship', from: 'urn:a', relationshipType: 'hasDeclaredLicense', to: ['urn:l'] },
    { type: 'Annotation', subject: 'urn:a', statement: '{"drydock:layer":"0"}' },
  ],
});

const trivy = JSON.stringify({
  SchemaVersion: 2,
  ArtifactName: 'i',
  Metadata: { OS: { Family: 'debian', Name: '12.4' }, DiffIDs: ['sha256:1'], RepoDigests: ['i@sha256:2'] },
  Results: [
    {
      Target: 'i (debian 12.4)',
      Class: 'os-pkgs',
      Type: 'debian',
      Packages: [
        {
          ID: 'a@1',
          Name: 'a',
          Identifier: { PURL: 'pkg:deb/debian/a@1?epoch=2' },
          Version: '1',
          Epoch: 2,
          Licenses: ['MIT'],
          Digest: 'md5:1',
          DependsOn: ['a@1'],
          Layer: { DiffID: 'sha256:1' },
        },
      ],
    },
    { Type: 'npm', Vulnerabilities: [{ PkgName: 'b', InstalledVersion: '1', PkgIdentifier: {}, PkgPath: 'x' }] },
  ],
});

const github = JSON.stringify({
  version: 0,
  detector: { name: 'd' },
  manifests: {
    m: {
      file: { source_location: 'go.mod' },
      resolved: { a: { package_url: 'pkg:golang/a@1', dependencies: ['pkg:golang/a@1'] } },
    },
  },
});

const documents: readonly (readonly [string, string])[] = [
  ['CycloneDX', JSON.stringify(cycloneDxDocument(report, '1.6'))],
  ['SPDX', JSON.stringify(spdxDocument(report))],
  ['SPDX in tags', tags],
  ['Syft', syft],
  ['CycloneDX in XML', xml],
  ['SPDX 3', graph],
  ['Trivy', trivy],
  ['GitHub', github],
];

/** What is read, or the error that says why not; anything else is a defect. */
function read(text: string | Uint8Array, components = 1000): Sbom | DrydockError {
  try {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    return sbomOf(readSbomDocument(bytes, 'bom', { components }), 'bom', ecosystems);
  } catch (error) {
    if (error instanceof DrydockError) return error;
    throw error;
  }
}

const names = (result: Sbom | DrydockError): readonly string[] =>
  result instanceof DrydockError ? [result.code] : result.packages.map(({ name, version }) => `${name} ${version}`);
const problems = (result: Sbom | DrydockError): readonly string[] =>
  result instanceof DrydockError ? [result.message] : result.problems.map(({ code, message }) => `${code} ${message}`);

describe.each(documents)('a document of %s', (_, text) => {
  it('is read', () => {
    expect(names(read(text)).length).toBeGreaterThan(0);
    expect(read(text)).not.toBeInstanceOf(DrydockError);
  });

  it('that is cut at any length is an error in words or is read in part', () => {
    for (let length = 0; length < text.length; length += text.length > 3000 ? 7 : 1) {
      const result = read(text.slice(0, length));
      if (result instanceof DrydockError) expect(result.message).toMatch(/^bom /);
      else expect(text).toBe(tags);
    }
  });

  it.each([null, true, 7, 'x', [], {}, [[]], [null], [7], { a: 1 }, ['x'], '\ud800', '__proto__'])(
    'with %j in the place of any value never breaks',
    (value) => {
      if (text === tags || text === xml) return;
      for (const changed of replacements(JSON.parse(text), value)) {
        const result = read(JSON.stringify(changed));
        for (const words of problems(result)) expect(words).not.toMatch(/undefined|\[object|TypeError/);
      }
    },
  );
});

/** The document with one value replaced, for each value in it. */
function* replacements(node: unknown, by: unknown): Generator<unknown> {
  yield by;
  if (Array.isArray(node)) {
    for (const [i, one] of node.entries()) for (const inner of replacements(one, by)) yield node.with(i, inner);
  } else if (typeof node === 'object' && node !== null) {
    for (const [key, one] of Object.entries(node)) {
      for (const inner of replacements(one, by)) yield { ...node, [key]: inner };
    }
  }
}

describe('what is no bill of materials', () => {
  it.each([
    ['nothing', '', /is no bill of materials/],
    ['one byte', '{', /cannot be read: the JSON document ends in the middle/],
    ['a list', '[{"bomFormat":"CycloneDX"}]', /is a list/],
    ['another JSON', '{"a":1}', /is JSON, but neither CycloneDX nor SPDX/],
    ['JSON with something after it', '{"bomFormat":"CycloneDX"} x', /something follows/],
    ['another XML', '<?xml version="1.0"?><!-- <bom> --><svg/>', /is XML, but not CycloneDX/],
    ['RDF', '<?xml version="1.0"?><rdf:RDF xmlns:rdf="x"/>', /is RDF/],
    [
      'XML with a document type of its own',
      '<?xml version="1.0"?><!DOCTYPE bom [<!ENTITY a "b">]><bom/>',
      /document type/,
    ],
    ['XML in UTF-16', '<?xml version="1.0" encoding="UTF-16"?><bom/>', /in UTF-16/],
    ['a line of many comments', `# ${'# '.repeat(300)}x`, /is no bill of materials/],
    ['YAML', 'a: b\nspdxVersion: "SPDX-2.3"\n', /is YAML/],
    ['UTF-16', Buffer.from('{"bomFormat":"CycloneDX"}', 'utf16le'), /is no bill of materials/],
  ])('%s: an error that says so', (_, text, words) => {
    const result = read(text);

    expect(result).toBeInstanceOf(DrydockError);
    expect((result as DrydockError).message).toMatch(words);
  });
});

const cycloneDx = (components: string, more = ''): string =>
  `{"bomFormat":"CycloneDX","specVersion":"1.6","components":${components}${more}}`;
const one = '{"name":"a","version":"1","purl":"pkg:npm/a@1"}';

describe('an odd document of CycloneDX', () => {
  it('with a mark of byte order is read', () => {
    expect(names(read(`\uFEFF${cycloneDx(`[${one}]`)}`))).toEqual(['a 1']);
  });

  it.each(['2.0', '1.1', '', 7, null, 'x'.repeat(10_000)])('of version %j says so and is read', (version) => {
    const result = read(
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: version, components: [JSON.parse(one)] }),
    );

    expect(names(result)).toEqual(['a 1']);
    expect(problems(result).join()).toMatch(/image\.media-type .*version/);
    expect(problems(result).join().length).toBeLessThan(1000);
  });

  it('with lists twice has the components of both', () => {
    expect(names(read(cycloneDx(`[${one}]`, `,"components":[{"name":"b","purl":"pkg:npm/b@2"}]`)))).toEqual([
      'a 1',
      'b 2',
    ]);
  });

  it('names components that cannot be read, and reads the others', () => {
    const result = read(cycloneDx(`[{"name":"a" "b"},${one},7,{},{"name":"b","x":tru}]`));

    expect(names(result)).toEqual(['a 1']);
    expect(problems(result).filter((words) => words.startsWith('sbom.component')).length).toBe(4);
  });

  it('counts what it does not name', () => {
    const result = read(cycloneDx(`[${Array(5000).fill('{}').join()},${one}]`), 10_000);

    expect(names(result)).toEqual(['a 1']);
    expect(problems(result).length).toBeLessThan(30);
    expect(problems(result).join()).toContain('4980 further components');
  });

  it('with more components than may be says so', () => {
    const result = read(cycloneDx(`[${Array(50).fill(one).join()}]`), 10);

    expect(problems(result)).toContain(
      'sbom.component Not all of the bill of materials could be read: it has more than 10 components',
    );
  });

  it('with components in components is read to a depth, and says where it ends', () => {
    const nest = (levels: number): string =>
      `${'{"name":"n","version":"1","components":['.repeat(levels)}${one}${']}'.repeat(levels)}`;

    expect(names(read(cycloneDx(`[${nest(90)}]`)))).toContain('a 1');
    expect(problems(read(cycloneDx(`[${nest(150)}]`))).join()).toContain('deeper than 100 levels');
    const deepest = read(cycloneDx(`[${nest(100_000)},${one}]`));
    expect(names(deepest)).toEqual(['a 1']);
    expect(problems(deepest).join()).toContain('nested deeper than 500 levels');
  });

  it('with circles of dependencies ends', () => {
    const components = ['a', 'b'].map((name) => ({ name, version: '1', 'bom-ref': name, purl: `pkg:npm/${name}@1` }));
    const dependencies = [
      { ref: 'a', dependsOn: ['b', 'a'] },
      { ref: 'b', dependsOn: ['a'] },
    ];

    const result = read(
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components, dependencies }),
    ) as Sbom;

    expect(result.packages.map(({ dependsOn }) => dependsOn)).toEqual([
      ['pkg:npm/a@1', 'pkg:npm/b@1'],
      ['pkg:npm/a@1'],
    ]);
  });

  it('with keys of the language has nothing of them', () => {
    const hostile =
      '{"__proto__":{"name":"x"},"constructor":1,"name":"a","version":"1","purl":"pkg:npm/a@1","properties":[{"name":"__proto__","value":"x"}]}';

    expect(names(read(cycloneDx(`[${hostile},{"__proto__":{"name":"x"}}]`)))).toEqual(['a 1']);
    expect(({} as { name?: string }).name).toBeUndefined();
  });
});

describe('an odd document in XML', () => {
  const bom = (components: string): string =>
    `<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components>${components}</components></bom>`;
  const element = '<component type="library"><name>a</name><version>1</version></component>';

  it('with more components than may be is read up to there, and says so', () => {
    const result = read(bom(element.repeat(50)), 10);

    expect(names(result)).toEqual(['a 1']);
    expect(problems(result).join()).toContain('it has more than 10 components');
  });

  it('with more parts than components may have says so', () => {
    const result = read(bom(`<component><name>a</name><hashes>${'<hash alg="x">1</hash>'.repeat(500)}`), 1);

    expect(problems(result).join()).toContain('more than 100 parts');
  });

  it('with components in components is read to a depth, and says where it ends', () => {
    const nest = (levels: number): string =>
      `${'<component><name>n</name><version>1</version><components>'.repeat(levels)}${element}${'</components></component>'.repeat(levels)}`;

    expect(names(read(bom(nest(90))))).toContain('a 1');
    expect(problems(read(bom(nest(120)))).join()).toContain('deeper than 100 levels');
    expect(problems(read(bom(nest(100_000)))).join()).toContain('XML elements are 260 deep');
  });

  it('of no version, with a prefix and names of the language, says so and is read', () => {
    const result = read(
      `<c:bom xmlns:c="x"><c:components><c:component __proto__="y"><c:name>a</c:name><c:__proto__><c:name>b</c:name></c:__proto__></c:component></c:components></c:bom>`,
    );

    expect(names(result)).toEqual(['a ']);
    expect(problems(result).join()).toContain('no version of CycloneDX');
  });
});

it('a document of ours that somebody changed gives no layer beyond those that may be', () => {
  const document = JSON.parse(documents[0]![1]);
  document.components[1].properties = [{ name: 'drydock:layer', value: '999999999999' }];

  const sbom = read(JSON.stringify(document)) as Sbom;

  expect(sbom.packages.map(({ layer }) => layer.index).sort()).toEqual([0, 0]);
});
