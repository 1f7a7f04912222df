import { createHash } from 'node:crypto';
import type { SbomProperty } from '../formats/bom/document.ts';
import { algorithms, validHashes } from '../formats/bom/hashes.ts';
import { jsonProperties, ownDistributionProperty, ownImageProperties } from '../formats/bom/own-image.ts';
import { OWN, ownProperties } from '../formats/bom/own-package.ts';
import type { Report } from '../model/report.ts';
import { documentsText } from './documents-text.ts';
import type { Format } from './format.ts';
import { contentUuid, type SbomEntry, type SbomParts, sbomParts } from './sbom-parts.ts';
import type { SpdxDocument, SpdxPackage, SpdxReference, SpdxRelationship } from './spdx-document.ts';
import { SpdxLicences } from './spdx-licences.ts';

export const spdx: Format = {
  id: 'spdx',
  title: 'Bill of materials: SPDX 2.3 in JSON (docs/sbom.md)',
  findingKinds: [],
  render: (reports, options) => documentsText(reports.map(spdxDocument), options),
};

const DOCUMENT = 'SPDXRef-DOCUMENT';
const IMAGE = 'SPDXRef-Image';
const BASE = 'SPDXRef-BaseImage';
const SYSTEM = 'SPDXRef-OperatingSystem';

/** What SPDX wants to be said, and nothing is known of. */
const unknown = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
};

/**
 * The packages of an image, what they need and what is in them, as a document of SPDX 2.3. What it has no place for stands
 * in annotations, as JSON. Equal reports give equal documents.
 */
export function spdxDocument(report: Report): SpdxDocument {
  const parts = sbomParts(report);
  const writer = new SpdxWriter(parts);
  const { image, tool } = report;
  const head = { spdxVersion: 'SPDX-2.3', dataLicense: 'CC0-1.0', SPDXID: DOCUMENT, name: image.reference || 'image' };
  const packages = writer.packages();
  const licences = writer.licences.extracted();
  const body = {
    creationInfo: { created: writer.date, creators: [`Tool: ${tool.name}-${tool.version}`] },
    annotations: writer.annotations([{ name: `${OWN}complete`, value: String(parts.complete) }]),
    packages,
    ...(licences.length > 0 && { hasExtractedLicensingInfos: licences }),
    relationships: writer.relationships(),
  };
  const uuid = contentUuid({ ...head, ...body });
  return { ...head, documentNamespace: `https://spdx.org/spdxdocs/drydock-${uuid}`, ...body };
}

function baseImage({ name, digest, reason }: NonNullable<SbomParts['base']>): SpdxPackage {
  return {
    SPDXID: BASE,
    name,
    ...(digest !== undefined && { versionInfo: digest }),
    ...unknown,
    licenseDeclared: 'NOASSERTION',
    primaryPackagePurpose: 'CONTAINER',
    comment: reason,
  };
}

class SpdxWriter {
  readonly licences = new SpdxLicences();
  /** To the second, as SPDX wants it. */
  readonly date: string;
  readonly #parts: SbomParts;

  constructor(parts: SbomParts) {
    this.#parts = parts;
    this.date = parts.report.createdAt.replace(/\.\d+/, '');
  }

  packages(): readonly SpdxPackage[] {
    const { report, entries, base } = this.#parts;
    const { distribution } = report.image;
    return [
      this.#image(),
      ...(base === undefined ? [] : [baseImage(base)]),
      ...(distribution === undefined
        ? []
        : [
            {
              SPDXID: SYSTEM,
              name: distribution.id,
              versionInfo: distribution.version,
              ...unknown,
              licenseDeclared: 'NOASSERTION',
              summary: distribution.name,
              primaryPackagePurpose: 'OPERATING_SYSTEM' as const,
              annotations: this.annotations([ownDistributionProperty(distribution)]),
            },
          ]),
      ...entries.map((entry) => this.#package(entry)),
    ];
  }

  relationships(): readonly SpdxRelationship[] {
    const { report, entries, base } = this.#parts;
    const pairs: [string, string, string][] = [
      [DOCUMENT, 'DESCRIBES', IMAGE],
      ...(report.image.distribution === undefined ? [] : [[IMAGE, 'CONTAINS', SYSTEM] as [string, string, string]]),
      ...(base === undefined ? [] : [[IMAGE, 'DESCENDANT_OF', BASE] as [string, string, string]]),
    ];
    for (const { ref, parent, needs } of entries) {
      const id = spdxIdOf(ref);
      pairs.push([parent === undefined ? IMAGE : spdxIdOf(parent.ref), 'CONTAINS', id]);
      for (const needed of needs) pairs.push([id, 'DEPENDS_ON', spdxIdOf(needed.ref)]);
    }
    return pairs.map(([spdxElementId, relationshipType, relatedSpdxElement]) => ({
      spdxElementId,
      relationshipType,
      relatedSpdxElement,
    }));
  }

  /** Properties of CycloneDX as one object: a name has its value, or the list of its values. */
  annotations(properties: readonly SbomProperty[]): SpdxDocument['annotations'] {
    const values = [...Map.groupBy(properties, ({ name }) => name)].map(([name, group]) => [
      name,
      jsonProperties.has(name)
        ? JSON.parse(group[0]!.value)
        : group.length === 1
          ? group[0]!.value
          : group.map(({ value }) => value),
    ]);
    const { name, version } = this.#parts.report.tool;
    return [
      {
        annotationDate: this.date,
        annotationType: 'OTHER',
        annotator: `Tool: ${name}-${version}`,
        comment: JSON.stringify(Object.fromEntries(values)),
      },
    ];
  }

  #image(): SpdxPackage {
    const { report, purl, problems } = this.#parts;
    const { distribution: _, traces, ...described } = report.image;
    const properties = ownImageProperties({ image: described, ...(traces !== undefined && { traces }), problems });
    return {
      SPDXID: IMAGE,
      name: described.reference || 'image',
      ...(described.digest !== undefined && { versionInfo: described.digest }),
      ...unknown,
      licenseDeclared: 'NOASSERTION',
      ...(purl !== undefined && { externalRefs: [reference(purl)] }),
      primaryPackagePurpose: 'CONTAINER',
      annotations: this.annotations(properties),
    };
  }

  #package({ ref, purl, pkg, parent }: SbomEntry): SpdxPackage {
    const hashes = validHashes(pkg.hashes);
    const { locations } = pkg;
    const vendor = pkg.vendor?.trim() ?? '';
    return {
      SPDXID: spdxIdOf(ref),
      name: pkg.name,
      ...(pkg.version !== '' && { versionInfo: pkg.version }),
      ...(vendor !== '' && { supplier: `Organization: ${vendor}` }),
      ...unknown,
      licenseDeclared: this.licences.declared(pkg.licences),
      ...(hashes.length > 0 && {
        checksums: hashes.map(({ name, value }) => ({
          algorithm: algorithms.find((one) => one.name === name)!.spdx,
          checksumValue: value.toLowerCase(),
        })),
      }),
      ...(locations.length > 0 && { sourceInfo: `found in ${locations.join(', ')}` }),
      externalRefs: [reference(purl)],
      primaryPackagePurpose: pkg.application === true ? 'APPLICATION' : 'LIBRARY',
      annotations: this.annotations(ownProperties(pkg, { purl, lists: false, nested: parent !== undefined })),
    };
  }
}

function reference(purl: string): SpdxReference {
  return { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
}

/** `SPDXRef-deb-openssl-0f1e2d3c4b5a`: letters, digits, points and hyphens alone. */
export function spdxIdOf(ref: string): string {
  const words = ref
    .replace(/^pkg:/, '')
    .replace(/[@?#].*$/s, '')
    .replace(/[^A-Za-z0-9.]+/g, '-')
    .slice(0, 80);
  return `SPDXRef-${words}-${createHash('sha256').update(ref).digest('hex').slice(0, 12)}`;
}
