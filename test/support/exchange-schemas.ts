import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { grypeSchema } from './grype-schema.ts';
import { ownSchemas } from './own-schemas.ts';

/** Published schemas, by the format that they are of. */
const published: Readonly<Record<string, string>> = {
  'grype-json': 'grype-document-1.0.0.json',
  gitlab: 'container-scanning-report-format.json',
  openvex: 'openvex_json_schema.json',
  'spdx-3': 'spdx-json-schema-3.0.1.json',
};

const validators = new Map<string, ValidateFunction>();

/**
 * What is wrong with a document by our own reading of the specification of its format, which is narrower than the published
 * schema, and by that one too where `DRYDOCK_SCHEMAS` names a folder that has it: their licences do not let us carry them.
 */
export function exchangeErrors(format: string, text: string): readonly string[] {
  const document = JSON.parse(text);
  return schemasOf(format).flatMap(([name, schema]) => {
    const key = `${format} ${name}`;
    let validate = validators.get(key);
    if (validate === undefined) {
      validate = compile(schema);
      validators.set(key, validate);
    }
    validate(document);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${name}: ${instancePath} ${message}`);
  });
}

function schemasOf(format: string): readonly (readonly [string, object])[] {
  const own = format === 'grype-json' ? grypeSchema : ownSchemas[format];
  if (own === undefined) throw new Error(`There is no schema for ${format}.`);
  const folder = process.env['DRYDOCK_SCHEMAS'];
  const file = published[format];
  if (folder === undefined || file === undefined || !existsSync(path.join(folder, file))) return [['own', own]];
  return [
    ['own', own],
    ['published', JSON.parse(readFileSync(path.join(folder, file), 'utf8'))],
  ];
}

function compile(schema: { readonly $schema?: string }): ValidateFunction {
  const kind = schema.$schema?.includes('2020-12') ? Ajv2020 : schema.$schema?.includes('2019-09') ? Ajv2019 : Ajv;
  const ajv = new kind({ strict: false, allErrors: true });
  addFormats.default(ajv as Ajv);
  ajv.addFormat('iri', true).addFormat('iri-reference', true);
  return ajv.compile(schema);
}
