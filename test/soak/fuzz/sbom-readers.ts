import { ecosystems } from '../../../src/ecosystems/index.ts';
import { SourceError } from '../../../src/errors.ts';
import { cycloneDxDocument } from '../../../src/report/cyclonedx.ts';
import { spdxDocument } from '../../../src/report/spdx.ts';
import { readSbomDocument } from '../../../src/sbom/read-document.ts';
import { sbomOf } from '../../../src/sbom/sbom-of.ts';
import { sbomView } from '../../../src/sbom/view.ts';
import { makeReport } from '../../support/report.ts';
import { makePackage } from '../../support/view.ts';
import { jsonValue } from './format-mutations.ts';
import type { FuzzReader } from './fuzz-reader.ts';

function reader(name: string, seed: () => string, isJson = true): FuzzReader {
  return {
    name,
    seeds: () => [Buffer.from(seed())],
    ...(isJson && { mutations: [jsonValue] }),
    run(bytes) {
      try {
        const document = readSbomDocument(bytes, 'sbom', { components: 1000 });
        for (const pkg of sbomView(sbomOf(document, 'sbom', ecosystems)).packages) {
          if (pkg.name === '') throw new Error('a package has no name');
        }
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
      }
    },
  };
}

const report = () =>
  makeReport({
    view: {
      packages: [
        makePackage('libssl3', '3.0.11', {
          source: { name: 'openssl', version: '3.0.11' },
          licences: ['MIT', 'strange'],
          hashes: { sha1: 'a'.repeat(40) },
          dependsOn: [makePackage('bash', '5.2').purl],
        }),
        makePackage('bash', '5.2', { introducedIn: { index: 0 }, presence: 'recovered' }),
        makePackage('app', '1', { type: 'npm', application: true, evidence: 'lockfile', locations: ['a', 'b'] }),
      ],
    },
  });

/** Readers of bills of materials, of ours and of others. */
export const sbomReaders: readonly FuzzReader[] = [
  reader('sbom-cyclonedx', () => JSON.stringify(cycloneDxDocument(report(), '1.6'))),
  reader('sbom-spdx', () => JSON.stringify(spdxDocument(report()))),
  reader(
    'sbom-spdx-tags',
    () =>
      'SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\n' +
      'PackageName: openssl\nSPDXID: SPDXRef-a\nPackageVersion: 1.1.1\nPackageComment: <text>several\nlines\n</text>\n' +
      'ExternalRef: PACKAGE-MANAGER purl pkg:generic/openssl@1.1.1\n',
    false,
  ),
  reader('sbom-syft', () =>
    JSON.stringify({
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
    }),
  ),
];
