import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { list, object } from './own-schemas.ts';

/*
 * What the published OpenAPI of Clair v4 (1.2.0) says of its documents, as far as answers are concerned, as one JSON
 * Schema; and what Quay, which checks the answers that it gets, asks for besides (`required` of its own copy of an older
 * one): members that it does not find make an answer incompatible.
 */

const string = { type: 'string' };
const digest = { type: 'string', pattern: '^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$' };
const severity = { enum: ['Unknown', 'Negligible', 'Low', 'Medium', 'High', 'Critical'] };
const cpe = { type: 'string', pattern: '^cpe:2\\.3:[aho*-](?::[^:]+){10}$' };

const byId = (name: string): object => ({ type: 'object', additionalProperties: ref(name) });
const ref = (name: string): { readonly $ref: string } => ({ $ref: `#/$defs/${name}` });

const core = {
  name: string,
  normalized_severity: severity,
};
const coreOptional = {
  fixed_in_version: string,
  severity: string,
  arch_op: { enum: ['equals', 'not equals', 'pattern match'] },
  package: ref('package'),
  distribution: ref('distribution'),
  repository: ref('repository'),
};
const coreRules = {
  anyOf: [{ required: ['package'] }, { required: ['repository'] }, { required: ['distribution'] }],
  dependentRequired: { package: ['arch_op'] },
};

const contents = {
  packages: byId('package'),
  distributions: byId('distribution'),
  environments: { type: 'object', additionalProperties: list(ref('environment')) },
};

const definitions = {
  package: object(
    { id: string, name: string, version: string },
    {
      kind: { enum: ['BINARY', 'SOURCE'] },
      source: ref('package'),
      normalized_version: string,
      module: string,
      arch: string,
      cpe,
    },
  ),
  distribution: object({
    id: string,
    did: { type: 'string', pattern: '^[0-9a-z._-]+$' },
    name: string,
    version: string,
    version_code_name: string,
    version_id: string,
    arch: string,
    cpe,
    pretty_name: string,
  }),
  repository: object({ id: string }, { name: string, key: string, uri: string, cpe }),
  environment: object(
    { package_db: string, introduced_in: digest, distribution_id: string },
    { repository_ids: list(string) },
  ),
  vulnerability: {
    ...object(
      {
        ...core,
        id: string,
        updater: string,
        description: string,
        links: string,
        severity: string,
        fixed_in_version: string,
      },
      { ...coreOptional, issued: string },
    ),
    ...coreRules,
  },
  // Of the summary the document says less than its own example of it has: description and links.
  summary: { ...object({ ...core }, { ...coreOptional, description: string, links: string }), ...coreRules },
  notification: object({
    id: string,
    manifest: digest,
    reason: { enum: ['added', 'removed'] },
    vulnerability: ref('summary'),
  }),
};

const documents = {
  index_report: object(
    { ...contents, manifest_hash: digest, state: string, success: { type: 'boolean' }, err: string },
    { repository: byId('repository') },
  ),
  vulnerability_report: object(
    {
      ...contents,
      manifest_hash: digest,
      vulnerabilities: byId('vulnerability'),
      package_vulnerabilities: { type: 'object', additionalProperties: list(string) },
    },
    { repository: byId('repository'), enrichments: { type: 'object', additionalProperties: { type: 'array' } } },
  ),
  index_state: { type: 'object', properties: { state: string }, required: ['state'] },
  bulk_delete: list(digest),
  update_operations: {
    type: 'object',
    additionalProperties: list(
      object({
        ref: { type: 'string', pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
        updater: string,
        fingerprint: string,
        date: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT' },
        kind: { enum: ['vulnerability', 'enrichment'] },
      }),
    ),
  },
  notification_page: object({
    page: object({ size: { type: 'integer' } }, { next: string }),
    notifications: list(ref('notification')),
  }),
  notification_webhook: object({ notification_id: string, callback: string }),
  error: object({ code: string, message: string }),
} as const;

export type ClairDocument = keyof typeof documents;

const ajv = new Ajv2020({ strict: false, allErrors: true });
const validators = new Map<ClairDocument, ValidateFunction>();

/** What is wrong with a document of Clair v4; empty: nothing. */
export function clairFaults(kind: ClairDocument, value: unknown): string {
  const validate = validators.get(kind) ?? ajv.compile({ ...documents[kind], $defs: definitions });
  validators.set(kind, validate);
  return validate(value) ? '' : ajv.errorsText(validate.errors);
}
