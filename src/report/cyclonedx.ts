import { ownDistributionProperty, ownImageProperties } from '../formats/bom/own-image.ts';
import type { Report } from '../model/report.ts';
import { type CycloneDxVersion, cycloneDxComponent } from './cyclonedx-component.ts';
import { cycloneDxVulnerabilities, vulnerabilityKinds } from './cyclonedx-vulnerabilities.ts';
import { documentsText } from './documents-text.ts';
import type { Format } from './format.ts';
import { contentUuid, type SbomParts, sbomParts } from './sbom-parts.ts';

/** CycloneDX in the version that most programs read. */
export const cycloneDx: Format = formatOf('cyclonedx', '1.6');
export const cycloneDx15: Format = formatOf('cyclonedx-1.5', '1.5');
export const cycloneDx16: Format = formatOf('cyclonedx-1.6', '1.6');
export const cycloneDx17: Format = formatOf('cyclonedx-1.7', '1.7');

function formatOf(id: string, version: CycloneDxVersion): Format {
  return {
    id,
    title: `Bill of materials: CycloneDX ${version} in JSON (docs/sbom.md)`,
    findingKinds: vulnerabilityKinds,
    render: (reports, options) =>
      documentsText(
        reports.map((report) => cycloneDxDocument(report, version)),
        options,
      ),
  };
}

/**
 * The packages of an image, what they need and what is in them, and the vulnerabilities that were found, if they were
 * looked for, as a document of CycloneDX (ECMA-424). Equal reports give equal documents.
 */
export function cycloneDxDocument(report: Report, version: CycloneDxVersion): object {
  const parts = sbomParts(report);
  const { findings, tool } = report;
  const image = parts.purl ?? 'image';
  const system = systemOf(parts);
  const vulnerabilities = cycloneDxVulnerabilities(findings, parts.entries);
  const head = {
    $schema: `http://cyclonedx.org/schema/bom-${version}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion: version,
  };
  const body = {
    version: 1,
    metadata: {
      timestamp: report.createdAt,
      tools: { components: [{ type: 'application', name: tool.name, version: tool.version }] },
      component: imageOf(parts, image),
    },
    components: [
      ...(system === undefined ? [] : [system.component]),
      ...parts.entries.filter(({ parent }) => parent === undefined).map((entry) => cycloneDxComponent(entry, version)),
    ],
    dependencies: [
      { ref: image, ...(system !== undefined && { dependsOn: [system.ref] }) },
      ...parts.entries
        .filter(({ needs }) => needs.length > 0)
        .map(({ ref, needs }) => ({ ref, dependsOn: needs.map((one) => one.ref) })),
    ],
    compositions: [{ aggregate: parts.complete ? 'complete' : 'incomplete', assemblies: [image] }],
    ...(vulnerabilities.length > 0 && { vulnerabilities }),
  };
  return { ...head, serialNumber: `urn:uuid:${contentUuid({ ...head, ...body })}`, ...body };
}

function imageOf({ report: { image }, purl, base, problems }: SbomParts, ref: string): object {
  const { distribution: _, traces, ...described } = image;
  return {
    type: 'container',
    'bom-ref': ref,
    name: image.reference,
    ...(image.digest !== undefined && { version: image.digest }),
    ...(purl !== undefined && { purl }),
    ...(base !== undefined && { pedigree: pedigreeOf(base) }),
    properties: ownImageProperties({ image: described, ...(traces !== undefined && { traces }), problems }),
  };
}

function pedigreeOf({ name, digest, reason }: NonNullable<SbomParts['base']>): object {
  const version = digest === undefined ? {} : { version: digest };
  return { ancestors: [{ type: 'container', 'bom-ref': 'base-image', name, ...version }], notes: reason };
}

function systemOf({ report }: SbomParts): { readonly ref: string; readonly component: object } | undefined {
  const { distribution, traces } = report.image;
  if (distribution === undefined) return undefined;
  const ref = `operating-system:${distribution.id}:${distribution.version}`;
  const place = traces?.releaseFile?.path;
  return {
    ref,
    component: {
      type: 'operating-system',
      'bom-ref': ref,
      name: distribution.id,
      version: distribution.version,
      description: distribution.name,
      ...(place !== undefined && { evidence: { occurrences: [{ location: place }] } }),
      properties: [ownDistributionProperty(distribution)],
    },
  };
}
