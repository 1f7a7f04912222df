import type { Report } from '../model/report.ts';
import { escapeText } from './escape.ts';
import type { Format } from './format.ts';
import { spdxDocument } from './spdx.ts';
import type { SpdxDocument, SpdxPackage } from './spdx-document.ts';

/** SPDX 2.3 as lines `Tag: value`. */
export const spdxTags: Format = {
  id: 'spdx-tv',
  title: 'Bill of materials: SPDX 2.3 as lines of tags, of one image',
  findingKinds: [],
  steady: true,
  single: true,
  render: (reports) => reports.map(spdxTagsText).join('\n') || '\n',
};

/**
 * The same document as in JSON (SPDX 2.3, clauses 6 to 12). A value is one line: what would end one is written visibly.
 * Annotations are JSON, where that is said by escapes and so comes back.
 */
export function spdxTagsText(report: Report): string {
  const document = spdxDocument(report);
  const blocks = [headOf(document), ...document.packages.map((pkg) => packageOf(pkg)), licencesOf(document)];
  const relations = document.relationships.map(({ spdxElementId, relationshipType, relatedSpdxElement }) =>
    tag('Relationship', `${spdxElementId} ${relationshipType} ${relatedSpdxElement}`),
  );
  const annotations = [document, ...document.packages].flatMap(({ SPDXID, annotations: said = [] }) =>
    said.flatMap(({ annotator, annotationDate, annotationType, comment }) => [
      tag('Annotator', annotator),
      tag('AnnotationDate', annotationDate),
      tag('AnnotationType', annotationType),
      tag('SPDXREF', SPDXID),
      `AnnotationComment: <text>${inJson(comment)}</text>`,
    ]),
  );
  return `${[...blocks, relations, annotations]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headOf(document: SpdxDocument): string[] {
  return [
    tag('SPDXVersion', document.spdxVersion),
    tag('DataLicense', document.dataLicense),
    tag('SPDXID', document.SPDXID),
    tag('DocumentName', document.name),
    tag('DocumentNamespace', document.documentNamespace),
    ...document.creationInfo.creators.map((creator) => tag('Creator', creator)),
    tag('Created', document.creationInfo.created),
  ];
}

function packageOf(pkg: SpdxPackage): string[] {
  return [
    tag('PackageName', pkg.name),
    tag('SPDXID', pkg.SPDXID),
    ...some('PackageVersion', pkg.versionInfo),
    ...some('PackageSupplier', pkg.supplier),
    tag('PackageDownloadLocation', pkg.downloadLocation),
    tag('FilesAnalyzed', String(pkg.filesAnalyzed)),
    tag('PrimaryPackagePurpose', pkg.primaryPackagePurpose.replaceAll('_', '-')),
    ...(pkg.checksums ?? []).map(({ algorithm, checksumValue }) =>
      tag('PackageChecksum', `${algorithm}: ${checksumValue}`),
    ),
    ...some('PackageSourceInfo', pkg.sourceInfo, true),
    tag('PackageLicenseConcluded', pkg.licenseConcluded),
    tag('PackageLicenseDeclared', pkg.licenseDeclared),
    tag('PackageCopyrightText', pkg.copyrightText),
    ...some('PackageSummary', pkg.summary, true),
    ...some('PackageComment', pkg.comment, true),
    ...(pkg.externalRefs ?? []).map(({ referenceCategory, referenceType, referenceLocator }) =>
      tag('ExternalRef', `${referenceCategory} ${referenceType} ${referenceLocator}`),
    ),
  ];
}

function licencesOf({ hasExtractedLicensingInfos = [] }: SpdxDocument): string[] {
  return hasExtractedLicensingInfos.flatMap(({ licenseId, extractedText, name }) => [
    tag('LicenseID', licenseId),
    ...some('ExtractedText', extractedText, true),
    tag('LicenseName', name ?? 'NOASSERTION'),
  ]);
}

function some(name: string, value: string | undefined, isText = false): string[] {
  return value === undefined ? [] : [tag(name, isText ? `<text>${inText(value)}</text>` : value)];
}

function tag(name: string, value: string): string {
  return `${name}: ${escapeText(value)}`;
}

function inText(value: string): string {
  return value.replaceAll('</text>', '<\\/text>');
}

/** In a string of JSON a slash may be escaped, and so may any other character. */
function inJson(text: string): string {
  return text
    .replaceAll('</text>', '<\\/text>')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, (character) =>
      [...Array(character.length).keys()]
        .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
    );
}
