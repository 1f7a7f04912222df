import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { validateXML, type XMLFileInfo } from 'xmllint-wasm';
import { spdxSchema } from './spdx-schema.ts';

const folder = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
);
const schema = (name: string): object =>
  JSON.parse(readFileSync(path.join(folder, `${name}.SNAPSHOT.schema.json`), 'utf8'));

const validators = new Map<string, ValidateFunction>();

/** The official schema of a version of CycloneDX, as its library carries it. */
function cycloneDxValidator(version: string): ValidateFunction {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Of these alone there is no definition; texts pass.
  ajv.addFormat('iri-reference', true).addFormat('idn-email', true);
  for (const part of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    // The library names the files by their snapshots.
    ajv.addSchema(schema(part), `http://cyclonedx.org/schema/${part}.SNAPSHOT.schema.json`);
  }
  return ajv.compile(schema(`bom-${version}`));
}

/**
 * SPDX has no package with its schema: `DRYDOCK_SPDX_SCHEMA` names a copy of schemas/spdx-schema.json of the specification
 * (branch support/2.3). Without it, our own reading of the specification is asked.
 */
function spdxValidator(): ValidateFunction {
  const file = process.env['DRYDOCK_SPDX_SCHEMA'];
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  return ajv.compile(file === undefined ? spdxSchema : JSON.parse(readFileSync(file, 'utf8')));
}

/** What is wrong with a document of a format of reports, by its schema and by what no schema says. */
export function sbomErrors(format: string, text: string): readonly string[] {
  const document = JSON.parse(text);
  const isSpdx = format === 'spdx';
  let validate = validators.get(format);
  if (validate === undefined) {
    validate = isSpdx ? spdxValidator() : cycloneDxValidator(format.split('-')[1] ?? '1.6');
    validators.set(format, validate);
  }
  validate(document);
  const errors = (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  return [...errors, ...(isSpdx ? spdxReferences(document) : cycloneDxReferences(document))];
}

function xmlSchema(name: string): XMLFileInfo {
  const contents = readFileSync(path.join(folder, `${name}.SNAPSHOT.xsd`), 'utf8');
  return {
    fileName: `${name}.xsd`,
    contents: contents.replace(/schemaLocation="[^"]*"/g, 'schemaLocation="spdx.xsd"'),
  };
}

/** What libxml2 says of documents in XML by the official schema of CycloneDX, as its library carries it. */
export async function cycloneDxXmlErrors(documents: readonly string[]): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: documents.map((contents, index) => ({ fileName: `${index}.xml`, contents })),
    schema: [xmlSchema('bom-1.7')],
    preload: [xmlSchema('spdx')],
  });
  return errors.map(({ rawMessage }) => rawMessage);
}

interface Component {
  readonly 'bom-ref'?: string;
  readonly components?: readonly Component[];
}

/** References lead to components, and each component has one of its own. */
function cycloneDxReferences(document: {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly compositions: readonly { readonly assemblies: readonly string[] }[];
  readonly vulnerabilities?: readonly { readonly affects: readonly { readonly ref: string }[] }[];
}): readonly string[] {
  const all: Component[] = [document.metadata.component];
  const pending = [...document.components];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    all.push(one);
    pending.push(...(one.components ?? []));
  }
  const refs = all.map((one) => one['bom-ref']);
  const used = [
    ...document.dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]),
    ...document.compositions.flatMap(({ assemblies }) => assemblies),
    ...(document.vulnerabilities ?? []).flatMap(({ affects }) => affects.map(({ ref }) => ref)),
  ];
  return lostReferences(refs, used);
}

function spdxReferences(document: {
  readonly SPDXID: string;
  readonly packages: readonly { readonly SPDXID: string }[];
  readonly relationships: readonly { readonly spdxElementId: string; readonly relatedSpdxElement: string }[];
}): readonly string[] {
  const refs = [document.SPDXID, ...document.packages.map(({ SPDXID }) => SPDXID)];
  return lostReferences(
    refs,
    document.relationships.flatMap(({ spdxElementId, relatedSpdxElement }) => [spdxElementId, relatedSpdxElement]),
  );
}

function lostReferences(refs: readonly (string | undefined)[], used: readonly string[]): readonly string[] {
  const known = new Set(refs);
  return [
    ...(known.size === refs.length ? [] : ['references are not unique']),
    ...used.filter((ref) => !known.has(ref)).map((ref) => `nothing is called ${ref}`),
  ];
}
