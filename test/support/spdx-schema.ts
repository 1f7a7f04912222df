import { list as listOf, object } from './own-schemas.ts';

/*
 * What SPDX 2.3 says of the parts of a document that Drydock writes (spdx.github.io/spdx-spec/v2.3, clauses 6 to 8, 10 to
 * 12), as a JSON Schema: no other members, and the forms that the text of the specification asks for.
 */

const id = { type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$' };
const moment = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' };
const agent = { type: 'string', pattern: '^(?:Tool|Person|Organization): \\S' };
const text = { type: 'string', minLength: 1 };
const list = (items: object): object => listOf(items, 1);

const annotations = list(
  object({ annotationDate: moment, annotationType: { enum: ['OTHER', 'REVIEW'] }, annotator: agent, comment: text }),
);

const packages = list(
  object(
    {
      SPDXID: id,
      name: text,
      downloadLocation: { const: 'NOASSERTION' },
      filesAnalyzed: { const: false },
      licenseConcluded: text,
      licenseDeclared: text,
      copyrightText: text,
      primaryPackagePurpose: { enum: ['APPLICATION', 'CONTAINER', 'LIBRARY', 'OPERATING_SYSTEM'] },
    },
    {
      versionInfo: text,
      supplier: agent,
      comment: text,
      summary: text,
      sourceInfo: text,
      annotations,
      checksums: list(
        object({
          algorithm: { enum: ['MD5', 'SHA1', 'SHA256', 'SHA512'] },
          checksumValue: { type: 'string', pattern: '^[0-9a-f]+$' },
        }),
      ),
      externalRefs: list(
        object({
          referenceCategory: { const: 'PACKAGE-MANAGER' },
          referenceType: { const: 'purl' },
          referenceLocator: { type: 'string', pattern: '^pkg:[a-z][a-z0-9.+-]*/\\S+$' },
        }),
      ),
    },
  ),
);

export const spdxSchema: object = object(
  {
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: text,
    documentNamespace: { type: 'string', pattern: '^https://[^#\\s]+$' },
    creationInfo: object({ created: moment, creators: list(agent) }),
    packages,
    relationships: list(
      object({
        spdxElementId: id,
        relationshipType: { enum: ['DESCRIBES', 'CONTAINS', 'DEPENDS_ON', 'DESCENDANT_OF'] },
        relatedSpdxElement: id,
      }),
    ),
  },
  {
    annotations,
    hasExtractedLicensingInfos: list(
      object(
        { licenseId: { type: 'string', pattern: '^LicenseRef-[A-Za-z0-9.-]+$' }, extractedText: text },
        { name: text },
      ),
    ),
  },
);
