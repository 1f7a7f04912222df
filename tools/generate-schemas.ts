import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { toolVersion } from '../src/cli/tool-version.ts';
import { documentJsonSchema } from '../src/report/json-schema.ts';
import { apiDocument } from '../src/server/api/api-document.ts';

/** A schema of JSON Schema as OpenAPI 3.1 has it: the words that ours use. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/**
 * The API as types, for the pages. `Operations` has, by method and path, what a request takes and what its answer
 * is; each schema is a type of its name.
 * @param text the document of OpenAPI
 */
function apiTypes(text: string): string {
  const { paths, components } = JSON.parse(text) as OpenApi;
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `${comment(schema.description, '')}export type ${name} = ${typeOf(schema, '')};\n`,
  );
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => operationType(`${method.toUpperCase()} ${path}`, operation)),
  );
  return `// Generated from openapi.json by tools/generate-schemas.ts.

${schemas.join('\n')}
/** What requests take and answers are, by method and path. */
export interface Operations {
${operations.join('')}}
`;
}

function operationType(key: string, { summary, parameters = [], requestBody, responses }: Operation): string {
  const of = (place: Parameter['in']): string => {
    const own = parameters.filter((parameter) => parameter.in === place);
    const properties = Object.fromEntries(
      own.map(({ name, schema, description }) => [
        name,
        { ...schema, ...(description !== undefined && { description }) },
      ]),
    );
    const required = own.filter((parameter) => parameter.required === true).map(({ name }) => name);
    return own.length === 0 ? 'undefined' : typeOf({ type: 'object', properties, required }, '    ');
  };
  const body = requestBody?.content['application/json']?.schema;
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content;
  const answer = good === undefined ? undefined : Object.values(good)[0]?.schema;
  return `${comment(summary, '  ')}  ${JSON.stringify(key)}: {
    path: ${of('path')};
    query: ${of('query')};
    body: ${body === undefined ? (requestBody === undefined ? 'undefined' : 'Blob') : typeOf(body, '    ')};
    answer: ${answer === undefined ? 'undefined' : typeOf(answer, '    ')};
  };
`;
}

function comment(text: string | undefined, indent: string): string {
  return text === undefined ? '' : `${indent}/** ${text.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n`;
}

function typeOf(schema: Schema, indent: string): string {
  const { $ref, type, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return $ref.slice($ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = anyOf ?? oneOf;
  if (either !== undefined) return [...new Set(either.map((each) => typeOf(each, indent)))].join(' | ');
  if (allOf !== undefined) return allOf.map((each) => typeOf(each, indent)).join(' & ');
  if (Array.isArray(type)) return type.map((each: string) => typeOf({ ...schema, type: each }, indent)).join(' | ');
  switch (type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return arrayType(schema, indent);
    case 'object':
      return objectType(schema, indent);
    default:
      return 'unknown';
  }
}

function arrayType({ items, prefixItems }: Schema, indent: string): string {
  if (prefixItems !== undefined) return `readonly [${prefixItems.map((each) => typeOf(each, indent)).join(', ')}]`;
  if (items === undefined || items === false) return 'readonly unknown[]';
  const item = typeOf(items, indent);
  return /[|&]/.test(item) ? `readonly (${item})[]` : `readonly ${item}[]`;
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const names = Object.keys(properties);
  if (names.length === 0) {
    if (typeof additionalProperties !== 'object') return 'Readonly<Record<string, unknown>>';
    return `Readonly<Record<string, ${typeOf(additionalProperties, indent)}>>`;
  }
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, schema]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
    const optional = required.includes(name) ? '' : '?';
    return `${comment(schema.description, inner)}${inner}readonly ${key}${optional}: ${typeOf(schema, inner)};\n`;
  });
  return `{\n${fields.join('')}${indent}}`;
}

// As tools/prepare.sh calls it: what describes the report and the API.
const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node tools/generate-schemas.ts FOLDER');
const api = await apiDocument(toolVersion);
writeFileSync(path.join(folder, 'report.schema.json'), documentJsonSchema());
writeFileSync(path.join(folder, 'openapi.json'), api);
writeFileSync(path.join(folder, 'api-types.ts'), apiTypes(api));
