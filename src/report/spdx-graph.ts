import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { documentsText } from './documents-text.ts';
import type { Format } from './format.ts';
import { contentUuid, sbomParts } from './sbom-parts.ts';
import { spdxDocument, spdxIdOf } from './spdx.ts';
import type { SpdxDocument, SpdxPackage } from './spdx-document.ts';

/** SPDX 3.0.1 as JSON-LD. */
export const spdx3: Format = {
  id: 'spdx-3',
  title: 'Bill of materials: SPDX 3.0.1 in JSON-LD (docs/sbom.md)',
  findingKinds: ['vulnerability'],
  steady: true,
  render: (reports, options) => documentsText(reports.map(spdxGraph), options),
};

const creationInfo = '_:creation';

/**
 * The elements of SPDX 3.0.1 (profiles Core, Software, SimpleLicensing, Security) for what 2.3 says, and for the vulnerabilities
 * that were found and not ruled out. What it has no place for stands in annotations, as in 2.3.
 */
export function spdxGraph(report: Report): object {
  const document = spdxDocument(report);
  const found = vulnerabilitiesOf(report);
  const base = document.documentNamespace.replace(/drydock-.*$/, `drydock-${contentUuid({ document, found })}`);
  const id = (name: string): string => `${base}#${name}`;
  const { packages, relationships } = document;
  const [root] = relationships.filter(({ relationshipType }) => relationshipType === 'DESCRIBES');
  const rootId = id(root?.relatedSpdxElement ?? document.SPDXID);
  const elements = [
    ...agentsOf(document, id),
    ...packages.map((pkg) => packageOf(pkg, id)),
    ...licencesOf(document, id),
    ...relationsOf(document, id),
    ...found.flatMap((vulnerability) => vulnerabilityOf(vulnerability, id)),
    ...annotationsOf(document, id),
  ];
  const ids = elements.map(({ spdxId }) => spdxId);
  return {
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [
      {
        type: 'CreationInfo',
        '@id': creationInfo,
        specVersion: '3.0.1',
        created: document.creationInfo.created,
        createdBy: [id('Agent-drydock')],
        createdUsing: [id('Tool-drydock')],
      },
      {
        type: 'SpdxDocument',
        spdxId: id('SPDXRef-DOCUMENT'),
        creationInfo,
        name: document.name,
        dataLicense: 'https://spdx.org/licenses/CC0-1.0',
        profileConformance: ['core', 'software', 'simpleLicensing', ...(found.length > 0 ? ['security'] : [])],
        rootElement: [id('Sbom')],
        element: [id('Sbom'), ...ids],
      },
      {
        type: 'software_Sbom',
        spdxId: id('Sbom'),
        creationInfo,
        software_sbomType: ['analyzed'],
        rootElement: [rootId],
        element: ids,
      },
      ...elements,
    ],
  };
}

type MakeId = (name: string) => string;

interface Element {
  readonly type: string;
  readonly spdxId: string;
  readonly [member: string]: unknown;
}

function agentsOf({ packages, creationInfo: { creators } }: SpdxDocument, id: MakeId): readonly Element[] {
  const suppliers = new Set(packages.flatMap(({ supplier }) => supplier ?? []));
  const tool = creators[0]?.replace(/^Tool: /, '') ?? 'drydock';
  return [
    { type: 'SoftwareAgent', spdxId: id('Agent-drydock'), creationInfo, name: tool },
    { type: 'Tool', spdxId: id('Tool-drydock'), creationInfo, name: tool },
    ...[...suppliers].map((supplier) => ({
      type: 'Organization',
      spdxId: id(supplierId(supplier)),
      creationInfo,
      name: supplier.replace(/^Organization: /, ''),
    })),
  ];
}

function supplierId(supplier: string): string {
  return `Supplier-${contentUuid({ supplier })}`;
}

const purposes: Readonly<Record<SpdxPackage['primaryPackagePurpose'], string>> = {
  APPLICATION: 'application',
  CONTAINER: 'container',
  LIBRARY: 'library',
  OPERATING_SYSTEM: 'operatingSystem',
};

function packageOf(pkg: SpdxPackage, id: MakeId): Element {
  const purl = pkg.externalRefs?.find(({ referenceType }) => referenceType === 'purl')?.referenceLocator;
  return {
    type: 'software_Package',
    spdxId: id(pkg.SPDXID),
    creationInfo,
    name: pkg.name,
    ...(pkg.versionInfo !== undefined && { software_packageVersion: pkg.versionInfo }),
    ...(pkg.supplier !== undefined && { suppliedBy: id(supplierId(pkg.supplier)) }),
    ...(purl !== undefined && { software_packageUrl: purl }),
    ...(pkg.checksums !== undefined && {
      verifiedUsing: pkg.checksums.map(({ algorithm, checksumValue }) => ({
        type: 'Hash',
        algorithm: algorithm.toLowerCase(),
        hashValue: checksumValue,
      })),
    }),
    ...(pkg.sourceInfo !== undefined && { software_sourceInfo: pkg.sourceInfo }),
    ...(pkg.summary !== undefined && { summary: pkg.summary }),
    ...(pkg.comment !== undefined && { comment: pkg.comment }),
    software_primaryPurpose: purposes[pkg.primaryPackagePurpose],
  };
}

function licenceId(expression: string): string {
  return `Licence-${contentUuid({ expression })}`;
}

/** Expressions as elements, and the texts of licences that are on no list. */
function licencesOf({ packages, hasExtractedLicensingInfos = [] }: SpdxDocument, id: MakeId): readonly Element[] {
  const expressions = new Set(packages.map(({ licenseDeclared }) => licenseDeclared));
  expressions.delete('NOASSERTION');
  const own = new Set(hasExtractedLicensingInfos.map(({ licenseId }) => licenseId));
  return [
    ...hasExtractedLicensingInfos.map(({ licenseId, extractedText, name }) => ({
      type: 'simplelicensing_SimpleLicensingText',
      spdxId: id(licenseId),
      creationInfo,
      name: name ?? licenseId,
      simplelicensing_licenseText: extractedText,
    })),
    ...[...expressions].map((expression) => {
      const used = [...new Set(expression.match(/LicenseRef-[A-Za-z0-9.-]+/g))].filter((one) => own.has(one));
      return {
        type: 'simplelicensing_LicenseExpression',
        spdxId: id(licenceId(expression)),
        creationInfo,
        simplelicensing_licenseExpression: expression,
        ...(used.length > 0 && {
          simplelicensing_customIdToUri: used.map((key) => ({ type: 'DictionaryEntry', key, value: id(key) })),
        }),
      };
    }),
  ];
}

const relationTypes: Readonly<Record<string, string>> = {
  CONTAINS: 'contains',
  DEPENDS_ON: 'dependsOn',
  DESCENDANT_OF: 'descendantOf',
};

/** One element for all that one has the same relation to. What the document describes is the root of the bill. */
function relationsOf({ relationships, packages }: SpdxDocument, id: MakeId): readonly Element[] {
  const groups = Map.groupBy(
    relationships.filter(({ relationshipType }) => relationTypes[relationshipType] !== undefined),
    ({ spdxElementId, relationshipType }) => `${spdxElementId}-${relationTypes[relationshipType]}`,
  );
  return [
    ...[...groups].map(([name, group]) => ({
      type: 'Relationship',
      spdxId: id(`Relationship-${name}`),
      creationInfo,
      from: id(group[0]!.spdxElementId),
      relationshipType: relationTypes[group[0]!.relationshipType]!,
      to: group.map(({ relatedSpdxElement }) => id(relatedSpdxElement)),
    })),
    ...packages
      .filter(({ licenseDeclared }) => licenseDeclared !== 'NOASSERTION')
      .map(({ SPDXID, licenseDeclared }) => ({
        type: 'Relationship',
        spdxId: id(`Relationship-${SPDXID}-hasDeclaredLicense`),
        creationInfo,
        from: id(SPDXID),
        relationshipType: 'hasDeclaredLicense',
        to: [id(licenceId(licenseDeclared))],
      })),
  ];
}

function annotationsOf(document: SpdxDocument, id: MakeId): readonly Element[] {
  return [document, ...document.packages].flatMap(({ SPDXID, annotations = [] }) =>
    annotations.map(({ comment }, index) => ({
      type: 'Annotation',
      spdxId: id(`Annotation-${SPDXID}-${index + 1}`),
      creationInfo,
      annotationType: 'other',
      contentType: 'application/json',
      subject: id(SPDXID),
      statement: comment,
    })),
  );
}

/** A vulnerability, and the packages that have it. */
interface Found {
  readonly finding: Finding;
  readonly packages: readonly string[];
}

function vulnerabilitiesOf(report: Report): readonly Found[] {
  const refs = new Map<string, string>();
  for (const { pkg, ref } of sbomParts(report).entries) if (!refs.has(pkg.purl)) refs.set(pkg.purl, spdxIdOf(ref));
  const open = report.findings.filter(
    ({ kind, suppressed }) => kind === 'vulnerability' && suppressed?.by.startsWith('vex:') !== true,
  );
  return [...Map.groupBy(open, ({ id }) => id).values()].map((group) => ({
    finding: group[0]!,
    packages: [...new Set(group.flatMap(({ package: pkg }) => refs.get(pkg?.purl ?? '') ?? []))],
  }));
}

function vulnerabilityOf({ finding, packages }: Found, id: MakeId): readonly Element[] {
  const { id: name, aliases, title } = finding;
  const own = `Vulnerability-${contentUuid({ name })}`;
  return [
    {
      type: 'security_Vulnerability',
      spdxId: id(own),
      creationInfo,
      name,
      summary: title,
      externalIdentifier: [...new Set([name, ...aliases])].map((identifier) => ({
        type: 'ExternalIdentifier',
        externalIdentifierType: /^CVE-\d{4}-\d{4,}$/.test(identifier) ? 'cve' : 'securityOther',
        identifier,
      })),
    },
    ...packages.map((ref) => ({
      type: 'Relationship',
      spdxId: id(`Relationship-${ref}-${own}`),
      creationInfo,
      from: id(ref),
      relationshipType: 'hasAssociatedVulnerability',
      to: [id(own)],
    })),
  ];
}
