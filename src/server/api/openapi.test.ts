import { beforeAll, describe, expect, it } from 'vitest';
import { apiDocument } from './api-document.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly description?: string; readonly content?: Readonly<Record<string, { schema: Schema }>> }>
  >;
}
interface Schema {
  readonly $ref?: string;
  readonly examples?: readonly unknown[];
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly tags: readonly { readonly name: string }[];
}

describe('the OpenAPI document', () => {
  let document: Document;
  let operations: readonly (readonly [string, Operation])[];
  const resolved = (schema: Schema): Schema =>
    schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)!]!;

  beforeAll(async () => {
    document = JSON.parse(await apiDocument('1.2.3')) as Document;
    operations = Object.entries(document.paths).flatMap(([route, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method} ${route}`, operation] as const),
    );
  });

  it('is one of OpenAPI 3.1, with every reference leading somewhere', () => {
    expect(document.openapi).toBe('3.1.0');
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name!);
    expect(names.filter((name) => document.components.schemas[name] === undefined)).toEqual([]);
    expect(Object.keys(document.components.schemas).filter((name) => !names.includes(name))).toEqual([]);
    expect(names.length).toBeGreaterThan(50);
  });

  it('says of each operation what a reader needs', () => {
    const faults = operations.flatMap(([name, { operationId, summary, description, tags = [], security }]) => [
      ...(operationId === undefined || !/^[a-z][A-Za-z]+$/.test(operationId) ? [`${name}: operationId`] : []),
      ...(summary === undefined || summary.length > 80 || summary.endsWith('.') ? [`${name}: summary`] : []),
      ...(/(?:Needs no token|Needs the scope `(?:report|read|scan|observe|admin)`)\.$/.test(description ?? '')
        ? []
        : [`${name}: description`]),
      ...(tags.length === 1 && document.tags.some((tag) => tag.name === tags[0]) ? [] : [`${name}: tags`]),
      ...(security === undefined ? [`${name}: security`] : []),
    ]);
    expect(faults).toEqual([]);
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('says of each parameter of a path where it comes from, and lists it', () => {
    const faults = operations.flatMap(([name, { parameters = [] }]) => {
      const inPath = [...name.matchAll(/\{([^}]+)\}/g)].map(([, parameter]) => parameter!);
      const listed = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      return inPath.toSorted().join() === listed.toSorted().join() ? [] : [name];
    });
    expect(faults).toEqual([]);
  });

  it('lists what can go wrong, each with words and in the form of a problem', () => {
    const faults = operations.flatMap(([name, { responses }]) => {
      const statuses = Object.keys(responses);
      const missing = ['400', '401', '403', '503'].filter((status) => !statuses.includes(status));
      const own = name.includes('{id}') && !name.startsWith('get /api/vulnerabilities/{id}/images') ? ['404'] : [];
      return [
        ...missing.map((status) => `${name}: ${status} is missing`),
        ...own.filter((status) => !statuses.includes(status)).map((status) => `${name}: ${status} is missing`),
        ...(statuses.some((status) => status.startsWith('2')) ? [] : [`${name}: no success`]),
        ...Object.entries(responses).flatMap(([status, { description, content = {} }]) => [
          ...(description === undefined || description === 'Default Response' ? [`${name} ${status}: words`] : []),
          ...(status >= '400' && Object.keys(content).join() !== 'application/problem+json'
            ? [`${name} ${status}: form`]
            : []),
        ]),
      ];
    });
    expect(faults).toEqual([]);
  });

  it('has an example of everything that is sent or answered as JSON', () => {
    const faults = operations.flatMap(([name, { requestBody, responses }]) => {
      const bodies = [requestBody, ...Object.values(responses)].flatMap((body) => Object.entries(body?.content ?? {}));
      return bodies
        .filter(([type, { schema }]) => /json/.test(type) && (resolved(schema).examples ?? []).length === 0)
        .map(([type]) => `${name} ${type}`);
    });
    // The example of a report is one of docs/report.md's size: it has its own document.
    expect(faults).toEqual(['get /api/images/{id}/report application/json']);
  });
});
