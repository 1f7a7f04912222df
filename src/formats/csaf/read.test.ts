import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../../errors.ts';
import { readCsaf } from './read.ts';

const document = {
  category: 'csaf_vex',
  csaf_version: '2.0',
  title: 'a title',
  aggregate_severity: { text: 'Low' },
  publisher: { name: 'Somebody' },
  references: [
    { category: 'external', url: 'https://other.example' },
    { category: 'self', url: 'https://own.example' },
  ],
  tracking: {
    id: 'CVE-2024-1',
    status: 'final',
    initial_release_date: '2024-01-01T00:00:00+00:00',
    current_release_date: '0001-01-01T00:00:00Z',
  },
};
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const read = (rest: object): ReturnType<typeof readCsaf> => readCsaf(bytes({ document, ...rest }));

describe('readCsaf', () => {
  it('reads what the document says of itself', () => {
    expect(read({})).toEqual({
      category: 'csaf_vex',
      id: 'CVE-2024-1',
      title: 'a title',
      severity: 'Low',
      trackingStatus: 'final',
      publisher: 'Somebody',
      published: '2024-01-01T00:00:00+00:00',
      urls: ['https://own.example', 'https://other.example'],
      products: new Map(),
      vulnerabilities: [],
    });
  });

  it('finds products at any place of the tree', () => {
    const product = (id: string, helper?: object) => ({
      product: { product_id: id, name: `the ${id}`, product_identification_helper: helper },
    });
    const { products } = read({
      product_tree: {
        branches: [
          { ...product('a'), branches: [{ branches: [product('b', { cpe: 'cpe:/o:x', purl: 'pkg:rpm/x' })] }] },
          { branches: 'no list' },
          null,
        ],
        full_product_names: [{ product_id: 'c' }, { name: 'without an id' }],
        relationships: [
          {
            full_product_name: { product_id: 'a:b', name: 'b of a' },
            product_reference: 'b',
            relates_to_product_reference: 'a',
          },
          { full_product_name: { product_id: 'broken' }, product_reference: 'b' },
        ],
      },
    });

    expect([...products.values()]).toEqual([
      { id: 'a', name: 'the a' },
      { id: 'b', name: 'the b', cpe: 'cpe:/o:x', purl: 'pkg:rpm/x' },
      { id: 'c', name: 'c' },
      { id: 'a:b', name: 'b of a', part: { component: 'b', of: 'a' } },
    ]);
  });

  it('reads vulnerabilities, with groups of products in place of their ids', () => {
    const { vulnerabilities } = read({
      product_tree: { product_groups: [{ group_id: 'g', product_ids: ['p', 'q'] }] },
      vulnerabilities: [
        {
          cve: 'cve-2024-1',
          ids: [{ system_name: 'x', text: 'X-1' }, {}],
          title: 'one',
          cwe: { id: 'CWE-79', name: 'XSS' },
          notes: [
            { category: 'other', text: 'a statement' },
            { category: 'description', text: 'what it is' },
          ],
          discovery_date: '2023-01-01T00:00:00Z',
          product_status: { fixed: ['p'], known_affected: ['q', 7], unheard_of: ['r'] },
          scores: [
            { cvss_v3: { vectorString: 'CVSS:3.1/x' }, cvss_v2: { vectorString: 'AV:N' }, products: ['p'] },
            { cvss_v3: {} },
          ],
          flags: [{ label: 'component_not_present', group_ids: ['g'] }],
          remediations: [
            {
              category: 'vendor_fix',
              details: 'do it',
              url: 'https://fix.example',
              product_ids: ['p'],
              group_ids: ['g'],
            },
            { details: 'without a category' },
          ],
          threats: [{ category: 'impact', details: 'Low', product_ids: ['q'] }],
          references: [{ category: 'self', url: 'https://own.example/1' }],
        },
        'no object',
      ],
    });

    expect(vulnerabilities).toEqual([
      {
        cve: 'CVE-2024-1',
        ids: ['X-1'],
        title: 'one',
        cwe: 'CWE-79',
        description: 'what it is',
        published: '2023-01-01T00:00:00Z',
        urls: ['https://own.example/1'],
        status: new Map([
          ['fixed', ['p']],
          ['known_affected', ['q']],
        ]),
        scores: [
          { vector: 'CVSS:3.1/x', products: ['p'] },
          { vector: 'AV:N', products: ['p'] },
        ],
        flags: [{ category: 'component_not_present', details: '', products: ['p', 'q'] }],
        remediations: [
          { category: 'vendor_fix', details: 'do it', url: 'https://fix.example', products: ['p', 'p', 'q'] },
        ],
        threats: [{ category: 'impact', details: 'Low', products: ['q'] }],
      },
    ]);
  });

  it('reads over a byte order mark', () => {
    expect(readCsaf(bytes(`\ufeff${JSON.stringify({ document })}`)).id).toBe('CVE-2024-1');
  });

  it.each([
    ['nothing', '', 'the CSAF document is no JSON'],
    ['half of it', JSON.stringify({ document }).slice(0, -5), 'the CSAF document is no JSON'],
    ['a list', '[]', 'the CSAF document has no "document"'],
    ['an empty object', '{}', 'the CSAF document has no "document"'],
    ['no id', { document: { category: 'csaf_vex' } }, 'the CSAF document has no tracking id'],
    ['no category', { document: { tracking: { id: 'x' } } }, 'the CSAF document has no category'],
    ['another version', { document: { ...document, csaf_version: '3.0' } }, 'CSAF of version "3.0" is not known'],
  ])('refuses %s', (_, value, message) => {
    expect(() => readCsaf(bytes(value))).toThrow(FormatError);
    expect(() => readCsaf(bytes(value))).toThrow(message);
  });

  it('ends at a tree that is deeper than any honest one', () => {
    const deep = `${'{"branches":['.repeat(5000)}{}${']}'.repeat(5000)}`;

    expect(() => readCsaf(bytes(`{"document":${JSON.stringify(document)},"product_tree":${deep}}`))).toThrow(
      LimitError,
    );
  });

  it('takes any JSON, or refuses it with words', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (tree, vulnerability, status) => {
        const value = { product_tree: tree, vulnerabilities: [vulnerability, { product_status: status }] };
        expect(read(value).vulnerabilities.length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
