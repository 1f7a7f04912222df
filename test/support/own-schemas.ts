/*
 * Formats that others read, as JSON Schemas of what Drydock writes of them: no other members, and the forms and lengths that
 * their specifications ask for.
 */

const text = { type: 'string', minLength: 1 };
const address = { type: 'string', pattern: '^https?://\\S+$' };

export function object(
  required: Readonly<Record<string, unknown>>,
  optional: Readonly<Record<string, unknown>> = {},
): object {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

export const list = (items: object, minItems = 0): object => ({ type: 'array', items, minItems });
const upTo = (maxLength: number): object => ({ type: 'string', maxLength });

/** GitLab, security-report-schemas 15.2.1, container-scanning-report-format. */
function gitlab(): object {
  const scanner = object({ id: text, name: text, version: text, vendor: object({ name: text }) });
  const moment = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$' };
  return object({
    version: { const: '15.2.1' },
    scan: object(
      {
        analyzer: scanner,
        scanner,
        type: { const: 'container_scanning' },
        start_time: moment,
        end_time: moment,
        status: { enum: ['success', 'failure'] },
      },
      { messages: list(object({ level: { enum: ['info', 'warn', 'fatal'] }, value: text })) },
    ),
    vulnerabilities: list(
      object(
        {
          id: text,
          name: upTo(255),
          description: upTo(1_048_576),
          severity: { enum: ['Info', 'Unknown', 'Low', 'Medium', 'High', 'Critical'] },
          identifiers: list(object({ type: text, name: text, value: text }, { url: address }), 1),
          details: {
            type: 'object',
            additionalProperties: object({ name: text, type: { const: 'text' }, value: { type: 'string' } }),
          },
          location: object({
            dependency: object({ package: object({ name: text }), version: { type: 'string' } }),
            operating_system: text,
            image: text,
          }),
        },
        {
          solution: upTo(7000),
          links: list(object({ url: address }), 1),
          flags: list(object({ type: { const: 'flagged-as-likely-false-positive' }, origin: text, description: text })),
          cvss_vectors: {
            ...list(
              object({
                vendor: text,
                vector: { type: 'string', minLength: 16, maxLength: 128, pattern: '^(CVSS:3\\.[01]/)?[A-Z]' },
              }),
              1,
            ),
            maxItems: 10,
          },
        },
      ),
    ),
    remediations: list({}),
  });
}

/** GitLab, "Code Quality report format": a part of the Code Climate specification. */
const codeQuality = list(
  object({
    type: { const: 'issue' },
    check_name: text,
    description: text,
    categories: { const: ['Security'] },
    fingerprint: text,
    severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
    location: object({
      path: { type: 'string', pattern: '^(?!\\./)(?!/)[\\s\\S]+$' },
      lines: object({ begin: { type: 'integer', minimum: 1 }, end: { type: 'integer', minimum: 1 } }),
    }),
  }),
);

/** GitHub REST API, "Create a snapshot of dependencies for a repository". */
const github = object({
  version: { const: 0 },
  job: object({ id: text, correlator: text }, { html_url: address }),
  sha: { type: 'string', pattern: '^[0-9a-fA-F]{40}$' },
  ref: { type: 'string', pattern: '^refs/' },
  detector: object({ name: text, version: text, url: text }),
  scanned: { type: 'string', format: 'date-time' },
  manifests: {
    type: 'object',
    additionalProperties: object(
      {
        name: text,
        resolved: {
          type: 'object',
          additionalProperties: object(
            {
              package_url: { type: 'string', pattern: '^pkg:' },
              metadata: {
                type: 'object',
                maxProperties: 8,
                additionalProperties: { type: ['string', 'number', 'boolean'] },
              },
              relationship: { enum: ['direct', 'indirect'] },
              scope: { enum: ['runtime', 'development'] },
            },
            { dependencies: list(text, 1) },
          ),
        },
      },
      {
        metadata: { type: 'object', maxProperties: 8, additionalProperties: { type: ['string', 'number', 'boolean'] } },
      },
    ),
  },
});

const moment = { type: 'string', format: 'date-time' };

/** OpenVEX 0.2.0. */
const openVex = object({
  '@context': { const: 'https://openvex.dev/ns/v0.2.0' },
  '@id': address,
  author: text,
  role: text,
  timestamp: moment,
  version: { const: 1 },
  tooling: text,
  statements: list({
    ...object(
      {
        vulnerability: object({ name: text }, { aliases: { ...list(text, 1), uniqueItems: true } }),
        products: list(
          object(
            { '@id': { type: 'string', pattern: '^(?:pkg:oci/|urn:uuid:)' } },
            { subcomponents: list(object({ '@id': { type: 'string' } }), 1) },
          ),
          1,
        ),
        status: { enum: ['not_affected', 'affected', 'fixed', 'under_investigation'] },
      },
      { justification: text, impact_statement: text, action_statement: text },
    ),
    allOf: [
      {
        if: { properties: { status: { const: 'not_affected' } } },
        // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
        then: { required: ['impact_statement'] },
      },
      {
        if: { properties: { status: { const: 'affected' } } },
        // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
        then: { required: ['action_statement'] },
      },
    ],
  }),
});

/** sigstore/cosign, COSIGN_VULN_ATTESTATION_SPEC. */
const predicate = object({
  invocation: object({
    parameters: {},
    uri: { type: 'string' },
    event_id: { type: 'string' },
    'builder.id': { type: 'string' },
  }),
  scanner: object({
    uri: text,
    version: text,
    db: object({ uri: { type: 'string' }, version: { type: 'string' } }, { lastUpdate: moment }),
    result: { type: 'object' },
  }),
  metadata: object({ scanStartedOn: moment, scanFinishedOn: moment }),
});

const spdxId = { type: 'string', pattern: '^https://spdx\\.org/spdxdocs/drydock-[0-9a-f-]{36}#\\S+$' };
const spdxIds = list(spdxId, 1);
const creationInfo = { const: '_:creation' };
const word = { type: 'string' };

/** A class with the members that all elements have. */
const element = (type: object, required: Readonly<Record<string, unknown>>, optional = {}): object =>
  object({ type, spdxId, creationInfo, ...required }, optional);

/** Classes of SPDX 3.0.1 that Drydock writes. */
const spdx3 = object({
  '@context': { const: 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld' },
  '@graph': list(
    {
      oneOf: [
        object({
          type: { const: 'CreationInfo' },
          '@id': creationInfo,
          specVersion: { const: '3.0.1' },
          created: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
          createdBy: spdxIds,
          createdUsing: spdxIds,
        }),
        element(
          { const: 'SpdxDocument' },
          {
            ...{ name: text, dataLicense: address, rootElement: spdxIds, element: spdxIds },
            profileConformance: list({ enum: ['core', 'software', 'simpleLicensing', 'security'] }, 3),
          },
        ),
        element(
          { const: 'software_Sbom' },
          { software_sbomType: { const: ['analyzed'] }, rootElement: spdxIds, element: spdxIds },
        ),
        element({ enum: ['SoftwareAgent', 'Tool', 'Organization'] }, { name: word }),
        element(
          { const: 'software_Package' },
          {
            name: text,
            software_primaryPurpose: { enum: ['application', 'container', 'library', 'operatingSystem'] },
          },
          {
            ...{ software_packageVersion: text, software_sourceInfo: text, summary: text, comment: text },
            ...{ software_packageUrl: { type: 'string', pattern: '^pkg:' }, suppliedBy: spdxId },
            verifiedUsing: list(
              object({
                type: { const: 'Hash' },
                algorithm: { enum: ['md5', 'sha1', 'sha256', 'sha512'] },
                hashValue: { type: 'string', pattern: '^[0-9a-f]+$' },
              }),
              1,
            ),
          },
        ),
        element({ const: 'simplelicensing_SimpleLicensingText' }, { name: text, simplelicensing_licenseText: text }),
        element(
          { const: 'simplelicensing_LicenseExpression' },
          { simplelicensing_licenseExpression: text },
          {
            simplelicensing_customIdToUri: list(
              object({
                type: { const: 'DictionaryEntry' },
                key: { type: 'string', pattern: '^LicenseRef-' },
                value: spdxId,
              }),
              1,
            ),
          },
        ),
        element(
          { const: 'Relationship' },
          {
            from: spdxId,
            relationshipType: {
              enum: ['contains', 'dependsOn', 'descendantOf', 'hasDeclaredLicense', 'hasAssociatedVulnerability'],
            },
            to: spdxIds,
          },
        ),
        element(
          { const: 'security_Vulnerability' },
          {
            ...{ name: word, summary: word },
            externalIdentifier: list(
              object({
                type: { const: 'ExternalIdentifier' },
                externalIdentifierType: { enum: ['cve', 'securityOther'] },
                identifier: word,
              }),
              1,
            ),
          },
        ),
        element(
          { const: 'Annotation' },
          {
            ...{ annotationType: { const: 'other' }, contentType: { const: 'application/json' }, subject: spdxId },
            statement: { type: 'string', pattern: '^\\{' },
          },
        ),
      ],
    },
    3,
  ),
});

/** By the word of the format in `--format`. */
export const ownSchemas: Readonly<Record<string, object>> = {
  gitlab: gitlab(),
  'gitlab-codequality': codeQuality,
  github,
  openvex: openVex,
  'cosign-vuln': predicate,
  'spdx-3': spdx3,
};
