import { describe, expect, it } from 'vitest';
import { ecosystems } from '../ecosystems/index.ts';
import type { Package } from '../model/package.ts';
import type { Sbom } from '../model/sbom.ts';
import { readSbomDocument } from './read-document.ts';
import { sbomOf } from './sbom-of.ts';

function read(document: object): Sbom {
  const bytes = Buffer.from(JSON.stringify(document));
  return sbomOf(readSbomDocument(bytes, 'bom.json', { components: 1000 }), 'bom.json', ecosystems);
}

const cycloneDx = (components: readonly object[], more: object = {}): object => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  components,
  ...more,
});

const library = (purl: string, more: object = {}): object => ({
  type: 'library',
  name: 'n',
  version: '0',
  purl,
  ...more,
});
const properties = (values: Readonly<Record<string, string>>): object => ({
  properties: Object.entries(values).map(([name, value]) => ({ name, value })),
});

const [base, top] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];

describe('documents of Trivy', () => {
  const document = cycloneDx(
    [
      { 'bom-ref': 'os', type: 'operating-system', name: 'debian', version: '12.4' },
      {
        'bom-ref': 'lock',
        type: 'application',
        name: 'app/package-lock.json',
        ...properties({ 'aquasecurity:trivy:Class': 'lang-pkgs' }),
      },
      library('pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12.4', {
        'bom-ref': 'ssl',
        licenses: [{ license: { name: 'Apache-2.0' } }, { expression: 'MIT OR ISC' }],
        ...properties({
          'aquasecurity:trivy:SrcName': 'openssl',
          'aquasecurity:trivy:SrcVersion': '3.0.11',
          'aquasecurity:trivy:SrcRelease': '1~deb12u1',
          'aquasecurity:trivy:LayerDiffID': base,
        }),
      }),
      library('pkg:npm/%40a/b@1.2.3', {
        'bom-ref': 'npm',
        group: '@a',
        ...properties({
          'aquasecurity:trivy:FilePath': 'app/node_modules/@a/b/package.json',
          'aquasecurity:trivy:LayerDiffID': top,
        }),
      }),
    ],
    {
      metadata: {
        component: {
          'bom-ref': 'image',
          type: 'container',
          name: 'app:1',
          purl: `pkg:oci/app@${base.replace(':', '%3A')}?repository_url=r.example%2Fapp`,
          properties: [base, top].map((value) => ({ name: 'aquasecurity:trivy:DiffID', value })),
        },
      },
      dependencies: [{ ref: 'npm', dependsOn: ['ssl', 'gone', 'ssl'] }],
    },
  );

  it('give image, distribution and layers', () => {
    const { image, distribution, complete } = read(document);

    expect(image).toMatchObject({ reference: 'app:1', digest: base, layers: [{ diffId: base }, { diffId: top }] });
    expect(distribution).toMatchObject({ id: 'debian', version: '12' });
    expect(complete).toBeUndefined();
  });

  it('give packages with source, licences, place and what they need', () => {
    expect(read(document).packages).toEqual([
      {
        name: 'libssl3',
        version: '3.0.11-1~deb12u1',
        type: 'deb',
        purl: 'pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12.4',
        arch: 'amd64',
        source: { name: 'openssl', version: '3.0.11-1~deb12u1' },
        licences: ['Apache-2.0', 'MIT OR ISC'],
        distribution: 'debian:12',
        layer: { index: 0, diffId: base },
        locations: [],
        presence: 'present',
      },
      {
        name: '@a/b',
        version: '1.2.3',
        type: 'npm',
        purl: 'pkg:npm/%40a/b@1.2.3',
        licences: [],
        layer: { index: 1, diffId: top },
        locations: ['app/node_modules/@a/b/package.json'],
        presence: 'present',
        dependsOn: ['pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12.4'],
      },
    ]);
  });
});

describe('package URLs of other tools', () => {
  it.each([
    [
      'pkg:rpm/redhat/bash@5.1.8-9.el9?arch=x86_64&epoch=2&upstream=bash-5.1.8-9.el9.src.rpm&distro=rhel-9.4',
      { version: '2:5.1.8-9.el9', distribution: 'rhel:9' },
    ],
    [
      'pkg:rpm/redhat/bash-doc@5.1.8-9.el9?upstream=bash-5.1.8-9.el9.src.rpm&distro=redhat-9.4',
      { source: { name: 'bash', version: '5.1.8-9.el9' }, distribution: 'rhel:9' },
    ],
    [
      'pkg:rpm/redhat/nodejs@18-1?epoch=0&rpmmod=nodejs:18:1:a&distro=rhel-9.4',
      { version: '18-1', modularity: 'nodejs:18:1:a' },
    ],
    [
      'pkg:deb/debian/libc6@2.36?upstream=glibc%402.35&distro=debian-12',
      { source: { name: 'glibc', version: '2.35' } },
    ],
    ['pkg:deb/debian/zlib1g@1.2.13.dfsg-1?distro=debian-12&epoch=1', { version: '1:1.2.13.dfsg-1' }],
    ['pkg:deb/debian/vim@2:9.0-1?distro=debian-12&epoch=2', { version: '2:9.0-1' }],
    ['pkg:deb/ubuntu/bash@5.2?distro=ubuntu-22.04', { distribution: 'ubuntu:22.04' }],
    [
      'pkg:apk/alpine/musl@1.2.4-r2?upstream=musl&distro=alpine-3.19.1',
      { distribution: 'alpine:v3.19', source: undefined },
    ],
    ['pkg:rpm/almalinux/bash@5?distro=alma-9.3', { distribution: 'almalinux:9' }],
    ['pkg:rpm/oraclelinux/bash@5?distro=oracle-8.9', { distribution: 'ol:8' }],
    ['pkg:rpm/amazonlinux/bash@5?distro=amzn-2023', { distribution: 'amzn:2023' }],
    ['pkg:rpm/opensuse/bash@5?distro=opensuse.leap-15.5', { distribution: 'opensuse-leap:15.5' }],
    ['pkg:deb/mooring/bash@5?distro=mooring-2', { distribution: undefined }],
    ['pkg:golang/github.com/a/b@v1.0.0', { name: 'github.com/a/b', distribution: undefined }],
    ['pkg:golang/std@go1.20.4?type=module', { name: 'stdlib', version: 'go1.20.4' }],
    ['pkg:golang/example.org/std@v1', { name: 'example.org/std' }],
    ['pkg:maven/org.x/y@1', { name: 'org.x:y' }],
    ['pkg:composer/v/n@1', { name: 'v/n' }],
  ])('%s', (purl, expected) => {
    const [pkg] = read(cycloneDx([library(purl)])).packages;

    for (const [key, value] of Object.entries(expected)) expect(pkg?.[key as keyof Package]).toEqual(value);
  });

  it.each([
    ['rpm/redhat/bash@1.0-1', '1:1.0-1', '1:1.0-1'],
    ['deb/debian/zlib1g@1.0-1', '1:1.0-1', '1:1.0-1'],
    ['deb/debian/zlib1g@1.0-1', '0:1.0-1', '1.0-1'],
    ['deb/debian/zlib1g@1.0-1', '1:2.0-1', '1.0-1'],
    ['rpm/redhat/bash@1.0-1?epoch=2', '1:1.0-1', '2:1.0-1'],
    ['rpm/redhat/bash@1.0-1?epoch=0', '1:1.0-1', '1.0-1'],
    ['npm/a@1.0', '1:1.0', '1.0'],
  ])('%s of the version %s is %s', (path, version, expected) => {
    expect(read(cycloneDx([library(`pkg:${path}`, { version })])).packages[0]?.version).toBe(expected);
  });

  it('that are none are named, and their components listed by name', () => {
    const { packages, problems } = read(cycloneDx([library('npm/lodash@1', { name: 'lodash', version: '1' })]));

    expect(packages).toMatchObject([{ name: 'lodash', version: '1', type: 'generic', purl: 'pkg:generic/lodash@1' }]);
    expect(problems.map(({ code, message }) => `${code} ${message}`)).toContain(
      'sbom.component A package URL is none, so its package could not be judged: lodash: npm/lodash@1',
    );
  });
});

describe('a package URL in lower case', () => {
  it.each([
    ['golang/github.com/masterminds/goutils', 'github.com/Masterminds/goutils', 'github.com/Masterminds/goutils'],
    ['golang/github.com/Masterminds/goutils', 'github.com/masterminds/goutils', 'github.com/Masterminds/goutils'],
    ['golang/github.com/masterminds/goutils', 'Goutils', 'github.com/masterminds/goutils'],
    ['npm/%40sc/pkg', '@Sc/Pkg', '@Sc/Pkg'],
    ['npm/jsonstream', 'JSONStream', 'JSONStream'],
    ['npm/lodash', 'Lod_ash', 'lodash'],
    ['pypi/flask', 'Flask', 'flask'],
  ])('%s of %s is %s', (path, own, name) => {
    expect(read(cycloneDx([library(`pkg:${path}@1`, { name: own })])).packages[0]?.name).toBe(name);
  });

  it('has the name of the component by its group, and by Trivy', () => {
    const purl = 'pkg:golang/github.com/masterminds/goutils@v1';
    const grouped = library(purl, { group: 'github.com/Masterminds', name: 'goutils' });
    const trivy = {
      SchemaVersion: 2,
      ArtifactName: 'a',
      Results: [
        {
          Target: 'a',
          Class: 'lang-pkgs',
          Type: 'gobinary',
          Packages: [{ Name: 'github.com/Masterminds/goutils', Version: 'v1', Identifier: { PURL: purl } }],
        },
      ],
    };

    for (const document of [cycloneDx([grouped]), trivy]) {
      expect(read(document).packages[0]?.name).toBe('github.com/Masterminds/goutils');
    }
  });
});

describe('what components are', () => {
  it('decides whether they are packages', () => {
    const kinds = [
      'library',
      'application',
      'framework',
      'firmware',
      'file',
      'container',
      'operating-system',
      'data',
      'device',
    ];

    const { packages } = read(cycloneDx(kinds.map((type) => ({ type, name: type }))));

    expect(packages.map(({ name }) => name).sort()).toEqual(['application', 'firmware', 'framework', 'library']);
  });

  it('copies of one component are one package with all places', () => {
    const at = (location: string): object => ({ evidence: { occurrences: [{ location }] } });
    const purl = 'pkg:npm/a@1';

    const { packages } = read(cycloneDx([library(purl, at('/b')), library(purl, at('/a')), library(purl)]));

    expect(packages).toMatchObject([{ name: 'a', locations: ['a', 'b'] }]);
  });

  it('components within others say in which', () => {
    const { packages } = read(cycloneDx([library('pkg:maven/a/a@1', { components: [library('pkg:maven/b/b@1')] })]));

    expect(packages.map(({ name, within }) => [name, within])).toEqual([
      ['a:a', undefined],
      ['b:b', 'pkg:maven/a/a@1'],
    ]);
  });
});

describe('whether a document is complete', () => {
  const metadata = { component: { 'bom-ref': 'i', type: 'container', name: 'i' } };

  it.each([
    [[{ aggregate: 'complete', assemblies: ['i'] }], true],
    [[{ aggregate: 'complete' }], true],
    [[{ aggregate: 'incomplete', assemblies: ['i'] }], false],
    [[{ aggregate: 'incomplete_first_party_only', assemblies: ['i'] }], false],
    [[{ aggregate: 'complete', assemblies: ['i'] }, { aggregate: 'incomplete' }], false],
    [[{ aggregate: 'complete', assemblies: ['other'] }], undefined],
    [[{ aggregate: 'complete', dependencies: ['i'] }], undefined],
    [[{ aggregate: 'unknown', assemblies: ['i'] }], undefined],
    [[{ aggregate: 7, assemblies: 'i' }, null, 'x'], undefined],
    [[], undefined],
  ])('%j: %s', (compositions, complete) => {
    const sbom = read(cycloneDx([], { metadata, compositions }));

    expect(sbom.complete).toBe(complete);
    expect(sbom.problems.some(({ code }) => code === 'sbom.incomplete')).toBe(complete !== true);
  });
});

describe('documents of SPDX by others', () => {
  const spdx = (packages: readonly object[], relationships: readonly object[] = [], version = 'SPDX-2.3'): object => ({
    spdxVersion: version,
    packages,
    relationships,
  });
  const ref = (purl: string): object => ({ externalRefs: [{ referenceType: 'purl', referenceLocator: purl }] });
  const relation = (a: string, type: string, b: string): object => ({
    spdxElementId: a,
    relationshipType: type,
    relatedSpdxElement: b,
  });

  it('of Syft and Trivy give image, distribution, layers and packages', () => {
    const sbom = read(
      spdx(
        [
          {
            SPDXID: 'SPDXRef-I',
            name: 'app',
            versionInfo: base,
            primaryPackagePurpose: 'CONTAINER',
            annotations: [{ comment: `DiffID: ${base}` }],
          },
          { SPDXID: 'SPDXRef-O', name: 'alpine', versionInfo: '3.19.1', primaryPackagePurpose: 'OPERATING-SYSTEM' },
          {
            SPDXID: 'SPDXRef-P',
            name: 'musl',
            versionInfo: '1.2.4-r2',
            licenseDeclared: 'NOASSERTION',
            licenseConcluded: 'MIT',
            supplier: 'Organization: Alpine (x@example.org)',
            sourceInfo: 'acquired package info from APK DB: /lib/apk/db/installed',
            checksums: [
              { algorithm: 'SHA1', checksumValue: 'a'.repeat(40) },
              { algorithm: 'SHA256', checksumValue: 'no' },
            ],
            ...ref('pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64'),
          },
          { SPDXID: 'SPDXRef-Q', name: 'zlib', licenseDeclared: 'LicenseRef-z', ...ref('pkg:apk/alpine/zlib@1.3-r2') },
        ],
        [
          relation('SPDXRef-DOCUMENT', 'DESCRIBES', 'SPDXRef-I'),
          relation('SPDXRef-I', 'CONTAINS', 'SPDXRef-P'),
          relation('SPDXRef-O', 'CONTAINS', 'SPDXRef-Q'),
          relation('SPDXRef-P', 'DEPENDENCY_OF', 'SPDXRef-Q'),
          relation('SPDXRef-Q', 'CONTAINED_BY', 'SPDXRef-P'),
        ],
        'SPDX-2.2',
      ),
    );

    expect(sbom.image).toMatchObject({ reference: 'app', digest: base, layers: [{ diffId: base }] });
    expect(sbom.packages).toMatchObject([
      {
        name: 'musl',
        licences: ['MIT'],
        distribution: 'alpine:v3.19',
        locations: ['lib/apk/db/installed'],
        hashes: { sha1: 'a'.repeat(40) },
      },
      { name: 'zlib', version: '1.3-r2', licences: ['LicenseRef-z'], dependsOn: [sbom.packages[0]?.purl] },
    ]);
    expect(sbom.problems.map(({ code }) => code)).toEqual(['sbom.source', 'sbom.incomplete']);
  });
});

describe('licences', () => {
  const spdxOf = (more: object, ...infos: readonly object[]): readonly string[] | undefined => {
    const packages = [{ name: 'a', SPDXID: 'SPDXRef-a', ...more }];
    return read({ spdxVersion: 'SPDX-2.3', packages, hasExtractedLicensingInfos: infos }).packages[0]?.licences;
  };
  const gpl = { licenseId: 'LicenseRef-1', name: 'GPL-3.0-only', extractedText: 'GPL-3.0-only' };

  it.each([
    ['LicenseRef-1', gpl, ['GPL-3.0-only']],
    ['LicenseRef-1 AND MIT', gpl, ['(GPL-3.0-only) AND MIT']],
    ['(MIT OR LicenseRef-1) AND LicenseRef-12', gpl, ['(MIT OR (GPL-3.0-only)) AND LicenseRef-12']],
    ['DocumentRef-x:LicenseRef-1 AND MIT', gpl, ['DocumentRef-x:LicenseRef-1 AND MIT']],
    ['LicenseRef-1 AND MIT', { ...gpl, name: 'NOASSERTION' }, ['(GPL-3.0-only) AND MIT']],
    ['LicenseRef-1', { ...gpl, name: undefined }, ['GPL-3.0-only']],
    ['LicenseRef-1', { ...gpl, name: 'LicenseRef-1' }, ['GPL-3.0-only']],
    ['LicenseRef-1', { ...gpl, name: 'Acme' }, ['GPL-3.0-only']],
    ['LicenseRef-1', { ...gpl, name: 'Acme', extractedText: 'Be kind.' }, ['Acme']],
    [
      'LicenseRef-1 AND MIT',
      { ...gpl, name: 'GNU (the GPL), v. 3', extractedText: 'x' },
      ['(GNU the GPL v. 3) AND MIT'],
    ],
    [
      'LicenseRef-1',
      { ...gpl, name: undefined, extractedText: `GNU GENERAL PUBLIC LICENSE\n  Version 3${'x'.repeat(9000)}` },
      [expect.stringMatching(/^GNU GENERAL PUBLIC LICENSE Version 3x{100}/)],
    ],
    [
      `MIT${' AND LicenseRef-1'.repeat(100)}`,
      { ...gpl, name: 'a b c d '.repeat(100), extractedText: 'x' },
      [expect.stringContaining('LicenseRef-1'), 'a b c d '.repeat(100)],
    ],
  ])('of SPDX have the name that the document gives them: %s', (licenseDeclared, info, expected) => {
    expect(spdxOf({ licenseDeclared }, info)).toEqual(expected);
  });

  it.each([
    ['MIT', 'GPL-3.0-only', ['MIT', 'GPL-3.0-only']],
    ['MIT', 'MIT', ['MIT']],
    ['MIT', 'NOASSERTION', ['MIT']],
    ['NONE', 'GPL-3.0-only', ['GPL-3.0-only']],
    ['NOASSERTION', 'NONE', []],
  ])('of SPDX that are declared (%s) and concluded (%s) are both judged', (licenseDeclared, licenseConcluded, all) => {
    expect(spdxOf({ licenseDeclared, licenseConcluded })).toEqual(all);
  });

  it('of SPDX in lines of tags have a text in place of a name', () => {
    const text = [
      'SPDXVersion: SPDX-2.3',
      'PackageName: a',
      'PackageLicenseDeclared: LicenseRef-x AND MIT',
      'LicenseID: LicenseRef-x',
      'ExtractedText: <text>GPL-3.0-only</text>',
    ].join('\n');
    const document = readSbomDocument(Buffer.from(text), 'bom', { components: 10 });

    expect(document.components[0]?.licences).toEqual(['(GPL-3.0-only) AND MIT']);
  });

  it('of SPDX 3 have it by the identifiers of their expressions', () => {
    const { packages } = read({
      '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
      '@graph': [
        { type: 'software_Package', spdxId: 'urn:a', name: 'a' },
        { type: 'Relationship', relationshipType: 'hasDeclaredLicense', from: 'urn:a', to: ['urn:l'] },
        {
          type: 'simplelicensing_LicenseExpression',
          spdxId: 'urn:l',
          simplelicensing_licenseExpression: 'LicenseRef-1 AND MIT',
          simplelicensing_customIdToUri: [{ key: 'LicenseRef-1', value: 'urn:t' }],
        },
        {
          type: 'simplelicensing_SimpleLicensingText',
          spdxId: 'urn:t',
          simplelicensing_licenseText: 'GPL-3.0-only',
        },
      ],
    });

    expect(packages[0]?.licences).toEqual(['(GPL-3.0-only) AND MIT']);
  });

  it('of CycloneDX are those that were found in files, too', () => {
    const licenses = [{ license: { id: 'GPL-3.0-only' } }, { expression: 'MIT' }];

    const { packages } = read(
      cycloneDx([
        library('pkg:npm/a@1', { evidence: { licenses } }),
        library('pkg:npm/b@1', { licenses: licenses.slice(1), evidence: { licenses } }),
      ]),
    );

    expect(packages.map(({ licences }) => licences)).toEqual([
      ['GPL-3.0-only', 'MIT'],
      ['MIT', 'GPL-3.0-only'],
    ]);
  });
});

describe('words of ours in a document of somebody else', () => {
  const words = {
    'drydock:layer': '0',
    'drydock:evidence': 'lockfile',
    'drydock:application': 'true',
    'drydock:ownedBy': 'bash',
    'drydock:purl': 'pkg:npm/harmless@9.9.9',
    'drydock:name': 'harmless',
    'drydock:presence': 'recovered',
  };

  it.each(Object.entries(words))('%s takes no package out of judgement', (name, value) => {
    const said = properties({ 'drydock:layer': '0', [name]: value });
    const { packages } = read(cycloneDx([library('pkg:npm/lodash@4.17.20', said)]));
    expect(packages).toMatchObject([{ name: 'lodash', purl: 'pkg:npm/lodash@4.17.20', presence: 'present' }]);
    for (const key of ['evidence', 'application', 'ownedBy']) expect(packages[0]).not.toHaveProperty(key);
  });
});

describe('a package with very many components', () => {
  it('has all their places, in time that grows with their number only', () => {
    const count = 30_000;
    const components = Array.from({ length: count }, (_, index) =>
      library('pkg:npm/a@1', properties({ 'syft:location:0:path': `/x/${count - index}` })),
    );
    const bytes = Buffer.from(JSON.stringify(cycloneDx(components)));
    const document = readSbomDocument(bytes, 'bom.json', { components: count });
    const start = performance.now();
    const { packages } = sbomOf(document, 'bom.json', ecosystems);

    // Copies for each of them took 60 s.
    expect(performance.now() - start).toBeLessThan(5000);
    expect(packages).toHaveLength(1);
    expect(packages[0]?.locations).toHaveLength(count);
    expect(packages[0]?.locations.slice(0, 2)).toEqual(['x/1', 'x/10']);
  });
});
