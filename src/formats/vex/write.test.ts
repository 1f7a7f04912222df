import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readCsaf } from '../csaf/read.ts';
import { vexJustifications } from './document.ts';
import { readVex } from './read.ts';
import { vexForms, writeVex } from './write.ts';
import type { WrittenVex } from './written.ts';

const product = `pkg:oci/shop@sha256%3A${'a'.repeat(64)}?repository_url=ghcr.io/example/shop&tag=1`;
const vex: WrittenVex = {
  id: 'c0ffee'.padEnd(64, '1'),
  author: 'Example Ltd',
  authorUrl: 'https://example.com',
  timestamp: '2026-08-21T12:00:00Z',
  product,
  reference: 'ghcr.io/example/shop:1',
  statements: [
    {
      vulnerability: 'CVE-2024-1111',
      aliases: ['GHSA-aaaa-bbbb-cccc'],
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      text: 'The module is not loaded.',
      parts: ['pkg:deb/debian/libx@1.0?arch=amd64', 'pkg:deb/debian/x@1.0?arch=amd64'],
    },
    {
      vulnerability: 'CVE-2024-2222',
      aliases: [],
      status: 'affected',
      text: 'Accepted until 2026-12-31: low risk.',
      parts: ['pkg:deb/debian/x@1.0?arch=amd64'],
    },
  ],
};
const written = (form: (typeof vexForms)[number], given = vex): unknown =>
  JSON.parse(writeVex(given, form, { version: '1.2.3' }));

/** What OpenVEX 0.2.0 demands (github.com/openvex/spec, OPENVEX-SPEC.md, "Document Struct Fields" and following). */
const openVexSchema = {
  type: 'object',
  required: ['@context', '@id', 'author', 'timestamp', 'version', 'statements'],
  additionalProperties: false,
  properties: {
    '@context': { type: 'string', pattern: '^https://openvex.dev/ns/v0\\.2\\.0$' },
    '@id': { type: 'string', pattern: '^https://' },
    author: { type: 'string', minLength: 1 },
    role: { type: 'string' },
    timestamp: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT' },
    last_updated: { type: 'string' },
    version: { type: 'integer', minimum: 1 },
    tooling: { type: 'string' },
    statements: { type: 'array', minItems: 1, items: { $ref: '#/$defs/statement' } },
  },
  $defs: {
    component: {
      type: 'object',
      required: ['@id'],
      additionalProperties: false,
      properties: { '@id': { type: 'string' }, subcomponents: { type: 'array', items: { $ref: '#/$defs/component' } } },
    },
    statement: {
      type: 'object',
      required: ['vulnerability', 'products', 'status'],
      additionalProperties: false,
      properties: {
        vulnerability: {
          type: 'object',
          required: ['name'],
          additionalProperties: false,
          properties: {
            name: { type: 'string' },
            aliases: { type: 'array', items: { type: 'string' }, uniqueItems: true },
          },
        },
        products: { type: 'array', minItems: 1, items: { $ref: '#/$defs/component' } },
        status: { enum: ['not_affected', 'affected', 'fixed', 'under_investigation'] },
        justification: { enum: vexJustifications },
        impact_statement: { type: 'string' },
        action_statement: { type: 'string' },
      },
      allOf: [
        {
          if: { properties: { status: { const: 'not_affected' } } },
          // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
          then: { anyOf: [{ required: ['justification'] }, { required: ['impact_statement'] }] },
        },
        {
          if: { properties: { status: { const: 'affected' } } },
          // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
          then: { required: ['action_statement'] },
        },
      ],
    },
  },
};

describe('writeVex', () => {
  it('writes OpenVEX that its specification allows', () => {
    const validate = new Ajv2020({ strict: false }).compile(openVexSchema);

    expect([validate(written('openvex')), validate.errors]).toEqual([true, null]);
  });

  it.each(vexForms)('writes %s that says the same when it is read', (form) => {
    const { format, author, statements, skipped } = readVex(Buffer.from(writeVex(vex, form, { version: '1' })));

    expect([format, author, skipped]).toEqual([form, form === 'csaf' ? 'Example Ltd' : 'Example Ltd', []]);
    const told = statements.map(({ vulnerability, aliases, status, statement, timestamp, products }) => ({
      vulnerability,
      aliases,
      status,
      statement,
      timestamp,
      products: products.map(({ ids, parts }) => [ids, parts]),
    }));
    const expected = vex.statements.map(({ vulnerability, aliases, status, text, parts }) => ({
      vulnerability,
      aliases,
      status,
      statement: text,
      timestamp: vex.timestamp,
      products: form === 'openvex' ? [[[product], parts]] : parts.map((part) => [[product], [part]]),
    }));
    expect(told).toEqual(expected);
  });

  it('writes CSAF whose every product is in the tree, with an action for what is affected (profile VEX)', () => {
    const { products, vulnerabilities, category, publisher } = readCsaf(Buffer.from(JSON.stringify(written('csaf'))));

    expect([category, publisher]).toEqual(['csaf_vex', 'Example Ltd']);
    for (const { cve, status, flags, threats, remediations } of vulnerabilities) {
      const [affected, others] = [status.get('known_affected') ?? [], status.get('known_not_affected') ?? []];
      expect([...affected, ...others].filter((id) => products.get(id)?.part === undefined)).toEqual([]);
      expect(affected.filter((id) => !remediations.some((one) => one.products.includes(id)))).toEqual([]);
      expect(others.filter((id) => ![...flags, ...threats].some((one) => one.products.includes(id)))).toEqual([]);
      expect(cve).toMatch(/^CVE-/);
    }
  });

  it('writes CSAF of several statements on one vulnerability as one vulnerability', () => {
    const [first, second] = vex.statements;
    const both = { ...vex, statements: [first!, { ...second!, vulnerability: first!.vulnerability }] };

    const { vulnerabilities } = readCsaf(Buffer.from(JSON.stringify(written('csaf', both))));

    expect(vulnerabilities.map(({ cve, status }) => [cve, [...status.keys()]])).toEqual([
      ['CVE-2024-1111', ['known_affected', 'known_not_affected']],
    ]);
  });

  it('writes CycloneDX whose every reference leads somewhere', () => {
    const document = written('cyclonedx') as {
      serialNumber: string;
      metadata: { component: { 'bom-ref': string } };
      components: { 'bom-ref': string; name: string }[];
      vulnerabilities: { analysis: Record<string, unknown>; affects: { ref: string }[] }[];
    };
    const refs = [document.metadata.component, ...document.components].map((one) => one['bom-ref']);

    expect(document.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(document.components.map(({ name }) => name)).toEqual(['libx', 'x']);
    expect(document.vulnerabilities.flatMap(({ affects }) => affects).filter(({ ref }) => !refs.includes(ref))).toEqual(
      [],
    );
    expect(document.vulnerabilities.map(({ analysis }) => analysis['state'])).toEqual(['not_affected', 'exploitable']);
  });
});
