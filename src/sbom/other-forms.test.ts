import { describe, expect, it } from 'vitest';
import { ecosystems } from '../ecosystems/index.ts';
import { RECOGNISED_BYTES, recogniseSbom } from '../formats/bom/recognise.ts';
import type { Sbom } from '../model/sbom.ts';
import { readSbomDocument } from './read-document.ts';
import { sbomOf } from './sbom-of.ts';

function read(document: object | string): Sbom {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  return sbomOf(readSbomDocument(bytes, 'bom', { components: 1000 }), 'bom', ecosystems);
}

const [base, top] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
const sha1 = '0123456789'.repeat(4);

describe('CycloneDX in XML', () => {
  /** What the specification has under these names since 1.2; compositions since 1.3, properties and places since 1.5. */
  const document = (version: string): string => `<?xml version="1.0" encoding="utf-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/${version}" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
  <metadata>
    <timestamp>2026-01-01T00:00:00Z</timestamp>
    <tools><tool><vendor>v</vendor><name>not the image</name></tool></tools>
    <component type="container" bom-ref="image"><name>app:1</name><version>${base}</version></component>
  </metadata>
  <components>
    <component type="operating-system" bom-ref="os"><name>debian</name><version>12.4</version></component>
    <component type="library" bom-ref="ssl">
      <supplier><name>Debian</name><url>https://example.org</url></supplier>
      <name>libssl3</name>
      <version>3.0.11-1~deb12u1</version>
      <description>a &lt;b&gt; <![CDATA[< name > & </ name >]]></description>
      <hashes><hash alg="SHA-1">${sha1}</hash><hash alg="SHA3-256">00</hash></hashes>
      <licenses><license><name>Apache &amp; others</name></license></licenses>
      <purl>pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&amp;distro=debian-12.4&amp;upstream=openssl</purl>
      <externalReferences><reference type="website"><url>https://example.org</url></reference></externalReferences>
      <evidence><licenses><license><id>found in it</id></license></licenses>
        <occurrences><occurrence bom-ref="o"><location>/usr/lib/libssl.so.3</location></occurrence></occurrences></evidence>
    </component>
    <component type="library" bom-ref="jar">
      <group>org.example</group>
      <name>outer</name>
      <version>1</version>
      <licenses><expression>MIT OR Apache-2.0</expression></licenses>
      <purl>pkg:maven/org.example/outer@1</purl>
      <pedigree><ancestors><component type="library"><name>not in it</name></component></ancestors></pedigree>
      <components>
        <component type="library" bom-ref="inner"><name>inner</name><purl>pkg:maven/org.example/inner@2</purl></component>
      </components>
    </component>
  </components>
  <services><service><name>none</name></service></services>
  <dependencies>
    <dependency ref="image"><dependency ref="ssl"/></dependency>
    <dependency ref="jar"><dependency ref="inner"/><dependency ref="ssl"/></dependency>
  </dependencies>
  <compositions>
    <composition><aggregate>complete</aggregate><assemblies><assembly ref="image"/></assemblies></composition>
  </compositions>
</bom>`;

  it.each(['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'])(
    '%s gives image, distribution, packages and relations',
    (version) => {
      const sbom = read(document(version));

      expect(sbom.image).toMatchObject({ reference: 'app:1', digest: base });
      expect(sbom.distribution).toMatchObject({ id: 'debian', version: '12' });
      expect(sbom.complete).toBe(true);
      expect(sbom.problems.map(({ code }) => code)).toEqual(['sbom.source']);
      expect(sbom.packages).toMatchObject([
        {
          name: 'libssl3',
          version: '3.0.11-1~deb12u1',
          arch: 'amd64',
          source: { name: 'openssl' },
          distribution: 'debian:12',
          licences: ['Apache & others', 'found in it'],
          hashes: { sha1 },
          locations: ['usr/lib/libssl.so.3'],
        },
        {
          name: 'org.example:outer',
          licences: ['MIT OR Apache-2.0'],
          dependsOn: [
            'pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12.4&upstream=openssl',
            'pkg:maven/org.example/inner@2',
          ],
        },
        { name: 'org.example:inner', version: '2', within: 'pkg:maven/org.example/outer@1' },
      ]);
    },
  );

  it('is the same with a prefix for its namespace', () => {
    const prefixed = document('1.6')
      .replaceAll(/<(\/?)(?=[a-z])/g, '<$1b:')
      .replace('xmlns=', 'xmlns:b=');

    expect(read(prefixed)).toEqual(read(document('1.6')));
  });

  it('has expressions with details since 1.7', () => {
    const licences =
      '<licenses><expression-detailed expression="MIT AND X11"><details license-identifier="MIT"/></expression-detailed></licenses>';

    const { packages } = read(
      `<bom xmlns="http://cyclonedx.org/schema/bom/1.7"><components><component><name>a</name>${licences}</component></components></bom>`,
    );

    expect(packages).toMatchObject([{ name: 'a', licences: ['MIT AND X11'] }]);
  });
});

describe('SPDX 3', () => {
  const relation = (from: string, relationshipType: string, ...to: readonly string[]): object => ({
    type: 'Relationship',
    spdxId: `urn:r-${from}-${relationshipType}`,
    from,
    relationshipType,
    to,
  });
  const graph = [
    relation('urn:image', 'contains', 'urn:ssl', 'urn:jar'),
    relation('urn:jar', 'contains', 'urn:inner'),
    relation('urn:jar', 'dependsOn', 'urn:ssl'),
    relation('urn:ssl', 'hasDeclaredLicense', 'urn:apache'),
    relation('urn:jar', 'hasDeclaredLicense', 'https://spdx.org/rdf/3.0.1/terms/ExpandedLicensing/NoAssertionLicense'),
    relation('urn:jar', 'hasConcludedLicense', 'urn:own'),
    relation('urn:inner', 'hasConcludedLicense', 'https://spdx.org/licenses/MIT'),
    { type: 'CreationInfo', '@id': '_:creation', specVersion: '3.0.1', createdBy: ['urn:o'] },
    { type: 'SpdxDocument', spdxId: 'urn:doc', creationInfo: '_:creation', rootElement: ['urn:sbom'] },
    { type: 'software_Sbom', spdxId: 'urn:sbom', rootElement: ['urn:image'] },
    { type: 'Organization', spdxId: 'urn:o', name: 'Red Hat, Inc.' },
    {
      type: 'simplelicensing_LicenseExpression',
      spdxId: 'urn:apache',
      simplelicensing_licenseExpression: 'Apache-2.0',
    },
    {
      type: 'simplelicensing_LicenseExpression',
      spdxId: 'urn:own',
      simplelicensing_licenseExpression: 'LicenseRef-x',
      simplelicensing_customIdToUri: [{ type: 'DictionaryEntry', key: 'LicenseRef-x', value: 'urn:text' }],
    },
    { type: 'simplelicensing_SimpleLicensingText', spdxId: 'urn:text', name: 'its own words' },
    {
      type: 'software_Package',
      spdxId: 'urn:image',
      name: 'app:1',
      software_packageVersion: base,
      software_primaryPurpose: 'container',
    },
    {
      type: 'software_Package',
      spdxId: 'urn:os',
      name: 'rhel',
      software_packageVersion: '9.4',
      software_primaryPurpose: 'operatingSystem',
    },
    {
      type: 'software_Package',
      spdxId: 'urn:ssl',
      name: 'openssl-libs',
      software_packageVersion: '1:3.0.7-27.el9',
      software_packageUrl: 'pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?epoch=1&upstream=openssl-3.0.7-27.el9.src.rpm',
      suppliedBy: 'urn:o',
      verifiedUsing: [{ type: 'Hash', algorithm: 'sha1', hashValue: sha1 }],
    },
    {
      type: 'software_Package',
      spdxId: 'urn:jar',
      name: 'outer',
      externalIdentifier: [
        { type: 'ExternalIdentifier', externalIdentifierType: 'cpe23', identifier: 'cpe:2.3:a:x:y:1:*:*:*:*:*:*:*' },
        { type: 'ExternalIdentifier', externalIdentifierType: 'packageUrl', identifier: 'pkg:maven/org.x/outer@1' },
      ],
    },
    {
      type: 'software_Package',
      spdxId: 'urn:inner',
      name: 'inner',
      software_packageVersion: '2',
      software_packageUrl: 'pkg:maven/org.x/inner@2',
    },
    { type: 'software_File', spdxId: 'urn:file', name: 'no package' },
  ];

  it('gives image, distribution, packages and relations, in whatever order its elements stand', () => {
    for (const elements of [graph, graph.toReversed()]) {
      const sbom = read({ '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': elements });

      expect(sbom.image).toMatchObject({ reference: 'app:1', digest: base });
      expect(sbom.distribution).toMatchObject({ id: 'rhel', version: '9' });
      expect(sbom.problems.map(({ code }) => code)).toEqual(['sbom.source', 'sbom.incomplete']);
      expect(sbom.packages.toSorted((a, b) => a.name.localeCompare(b.name))).toMatchObject([
        {
          name: 'openssl-libs',
          version: '1:3.0.7-27.el9',
          vendor: 'Red Hat, Inc.',
          source: { name: 'openssl', version: '1:3.0.7-27.el9' },
          licences: ['Apache-2.0'],
          hashes: { sha1 },
        },
        { name: 'org.x:inner', version: '2', licences: ['MIT'], within: 'pkg:maven/org.x/outer@1' },
        {
          name: 'org.x:outer',
          version: '1',
          licences: ['its own words'],
          dependsOn: [expect.stringContaining('openssl-libs')],
        },
      ]);
    }
  });
});

describe('the JSON of Trivy', () => {
  const report = (results: readonly object[] | null, metadata: object = {}): object => ({
    SchemaVersion: 2,
    CreatedAt: '2026-01-01T00:00:00Z',
    ArtifactName: 'registry.example/app:1',
    ArtifactType: 'container_image',
    Metadata: {
      OS: { Family: 'debian', Name: '12.4' },
      ImageID: top,
      DiffIDs: [base, top],
      RepoDigests: [`registry.example/app@${base}`],
      ...metadata,
    },
    Results: results,
  });
  const system = {
    Target: 'registry.example/app:1 (debian 12.4)',
    Class: 'os-pkgs',
    Type: 'debian',
    Packages: [
      {
        ID: 'zlib1g@1:1.2.13.dfsg-1',
        Name: 'zlib1g',
        Identifier: { PURL: 'pkg:deb/debian/zlib1g@1.2.13.dfsg-1?arch=amd64&distro=debian-12.4&epoch=1', UID: '1' },
        Version: '1.2.13.dfsg',
        Release: '1',
        Epoch: 1,
        Arch: 'amd64',
        SrcName: 'zlib',
        SrcVersion: '1.2.13.dfsg',
        SrcRelease: '1',
        SrcEpoch: 1,
        Licenses: ['Zlib'],
        DependsOn: ['libc6@2.36-9'],
        Layer: { DiffID: base },
      },
      {
        ID: 'libc6@2.36-9',
        Name: 'libc6',
        Identifier: { PURL: 'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12.4' },
        Version: '2.36',
        Release: '9',
        Layer: { DiffID: base },
      },
    ],
  };
  const npm = {
    Target: 'app/package-lock.json',
    Class: 'lang-pkgs',
    Type: 'npm',
    Packages: [
      {
        ID: 'ms@2.0.0',
        Name: 'ms',
        Version: '2.0.0',
        Identifier: { PURL: 'pkg:npm/ms@2.0.0' },
        Layer: { DiffID: top },
      },
    ],
  };
  const installed = {
    Target: 'Node.js',
    Class: 'lang-pkgs',
    Type: 'node-pkg',
    Packages: [{ Name: '@a/b', Version: '1', FilePath: 'app/node_modules/@a/b/package.json', Digest: `sha1:${sha1}` }],
  };

  it('gives image, layers, distribution, packages and what they need', () => {
    const sbom = read(report([system, npm, installed]));

    expect(sbom.image).toMatchObject({ reference: 'registry.example/app:1', id: top, digest: base });
    expect(sbom.image.layers.map(({ diffId }) => diffId)).toEqual([base, top]);
    expect(sbom.distribution).toMatchObject({ id: 'debian', version: '12' });
    expect(sbom.packages).toMatchObject([
      {
        name: 'zlib1g',
        version: '1:1.2.13.dfsg-1',
        source: { name: 'zlib', version: '1:1.2.13.dfsg-1' },
        licences: ['Zlib'],
        distribution: 'debian:12',
        layer: { index: 0, diffId: base },
        dependsOn: ['pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12.4'],
      },
      { name: 'libc6', version: '2.36-9' },
      { name: 'ms', version: '2.0.0', layer: { index: 1 }, locations: ['app/package-lock.json'] },
      {
        name: '@a/b',
        purl: 'pkg:npm/%40a/b@1',
        locations: ['app/node_modules/@a/b/package.json'],
        hashes: { sha1 },
      },
    ]);
  });

  it('without packages gives those that are vulnerable, once each, and does not claim to be complete', () => {
    const found = (id: string): object => ({
      VulnerabilityID: id,
      PkgName: 'ms',
      InstalledVersion: '2.0.0',
      PkgIdentifier: { PURL: 'pkg:npm/ms@2.0.0' },
      Layer: { DiffID: top },
    });

    const sbom = read(report([{ ...npm, Packages: undefined, Vulnerabilities: [found('CVE-1'), found('CVE-2')] }]));

    expect(sbom.packages).toMatchObject([{ name: 'ms', version: '2.0.0', layer: { index: 1 } }]);
    expect(sbom.complete).toBe(false);
  });

  it('of nothing has no packages', () => {
    const sbom = read(report(null, { OS: undefined }));

    expect(sbom.packages).toEqual([]);
    expect(sbom.problems.map(({ code }) => code)).toEqual(['sbom.source', 'sbom.incomplete']);
  });

  it('of another schema says so and is read', () => {
    const sbom = read({ ...report([npm]), SchemaVersion: 3 });

    expect(sbom.packages).toHaveLength(1);
    expect(sbom.problems.map(({ message }) => message).join()).toContain('schema version 3');
  });
});

it('a dependency snapshot of GitHub gives packages with the manifest that names them, and what they need', () => {
  const manifest = (source: string, resolved: object): object => ({
    name: source,
    file: { source_location: source },
    resolved,
  });

  const { packages } = read({
    version: 0,
    job: { id: '1', correlator: 'c' },
    sha: '0'.repeat(40),
    ref: 'refs/heads/main',
    detector: { name: 'd', version: '1', url: 'https://example.org' },
    scanned: '2026-01-01T00:00:00Z',
    manifests: {
      'package-lock.json': manifest('package-lock.json', {
        '@a/b': { package_url: 'pkg:npm/%40a/b@1', relationship: 'direct', dependencies: ['pkg:npm/ms@2', 'debug'] },
        ms: { package_url: 'pkg:npm/ms@2', relationship: 'indirect' },
        debug: { package_url: 'pkg:npm/debug@3' },
        nothing: { relationship: 'direct' },
      }),
      'go.mod': manifest('go.mod', { x: { package_url: 'pkg:golang/example.org/x@v1' } }),
    },
  });

  expect(packages).toMatchObject([
    { name: '@a/b', version: '1', locations: ['package-lock.json'], dependsOn: ['pkg:npm/debug@3', 'pkg:npm/ms@2'] },
    { name: 'ms' },
    { name: 'debug' },
    { name: 'example.org/x', version: 'v1', locations: ['go.mod'] },
  ]);
});

it('SPDX in lines of tags has annotations and names of licences, wherever they stand', () => {
  const { packages, complete } = read(`SPDXVersion: SPDX-2.3
Annotator: Tool: t
SPDXREF: SPDXRef-DOCUMENT
AnnotationComment: <text>{"drydock:complete":"true"}</text>
PackageName: a
SPDXID: SPDXRef-a
PackageVersion: 1
PackageLicenseDeclared: LicenseRef-x
ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1
Annotator: Tool: t
SPDXREF: SPDXRef-a
AnnotationComment: <text>{"drydock:layer":"3","drydock:vendor":"${'v'.repeat(70_000)}"}</text>
LicenseID: LicenseRef-x
ExtractedText: <text>several
LicenseName: lines</text>
LicenseName: its own
`);

  expect(complete).toBe(true);
  // The layer is said by a document that is none of ours.
  expect(packages).toMatchObject([{ name: 'a', version: '1', layer: { index: 0 }, licences: ['its own'] }]);
});

it('SPDX in lines of tags whose last text has no end is not read as if nothing followed', () => {
  const { packages, problems } = read(`SPDXVersion: SPDX-2.3
Annotator: Tool: t
SPDXREF: SPDXRef-DOCUMENT
AnnotationComment: <text>{"drydock:complete":"true"}</text>
PackageComment: <text>several
PackageName: lodash
`);

  expect(packages).toEqual([]);
  expect(problems.map(({ code }) => code)).toContain('sbom.component');
});

it.each([
  ['Organization: Example', 'Example'],
  ['Organization: Example (security@example.org)', 'Example'],
  ['Person: A (B) (a@example.org)', 'A'],
  ['Organization: ()', '()'],
  [`Organization: x${' ('.repeat(100_000)}`, undefined],
  ['NOASSERTION', undefined],
])('SPDX names a supplier: %s', (supplier, vendor) => {
  const externalRefs = [
    { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: 'pkg:rpm/fedora/a@1-1' },
  ];
  const { packages } = read(
    JSON.stringify({ spdxVersion: 'SPDX-2.3', packages: [{ name: 'a', versionInfo: '1-1', supplier, externalRefs }] }),
  );

  expect(packages[0]?.vendor?.slice(0, 1)).toEqual(vendor?.slice(0, 1));
  if (vendor !== undefined) expect(packages[0]?.vendor).toBe(vendor);
});

it('SPDX 3 may write its classes out', () => {
  const terms = 'https://spdx.org/rdf/3.0.1/terms';
  const { packages } = read({
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [
      { '@type': `${terms}/Core/CreationInfo`, '@id': '_:c', specVersion: '3.0.1' },
      {
        '@type': `${terms}/Software/Package`,
        '@id': 'urn:a',
        name: 'lodash',
        software_packageVersion: '4.17.20',
        software_packageUrl: 'pkg:npm/lodash@4.17.20',
      },
    ],
  });

  expect(packages).toMatchObject([{ name: 'lodash', version: '4.17.20', type: 'npm' }]);
});

describe('a bill of materials in UTF-16, as Windows PowerShell writes it', () => {
  const little = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
  const big = (text: string): Buffer => little(text).swap16();
  const purl = 'pkg:npm/lodash@4.17.20';
  const documents: readonly (readonly [string, string])[] = [
    [
      'CycloneDX',
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ name: 'lodash', purl }] }),
    ],
    [
      'CycloneDX in XML',
      `<?xml version="1.0" encoding="utf-16"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components><component type="library"><name>lodash</name><purl>${purl}</purl></component></components></bom>`,
    ],
    ['a list', `${purl}\r\n`],
    ['lines of tags', `SPDXVersion: SPDX-2.3\r\nPackageName: lodash\r\nExternalRef: PACKAGE-MANAGER purl ${purl}\r\n`],
  ];

  it.each(documents)('%s is read', (_, text) => {
    for (const bytes of [little(text), big(text)]) {
      expect(recogniseSbom(bytes.subarray(0, RECOGNISED_BYTES))).toBeDefined();
      const { packages } = sbomOf(readSbomDocument(bytes, 'bom', { components: 10 }), 'bom', ecosystems);

      expect(packages).toMatchObject([{ name: 'lodash', version: '4.17.20', type: 'npm' }]);
    }
  });

  it('other bytes with such a beginning are none', () => {
    const other = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.alloc(1000, 7)]);

    expect(recogniseSbom(other)).toBeUndefined();
    expect(() => readSbomDocument(other, 'bom', { components: 10 })).toThrow('no bill of materials');
  });
});
