import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../../errors.ts';
import { readAttestedVex } from './attestation.ts';
import { mostVexBytes, readVex } from './read.ts';

const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const openvex = (...statements: readonly object[]): object => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.com/vex-1',
  author: 'Example',
  timestamp: '2024-01-01T00:00:00Z',
  version: 1,
  statements,
});
const cyclonedx = (...vulnerabilities: readonly object[]): object => ({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { timestamp: '2024-01-01T00:00:00Z' },
  components: [{ 'bom-ref': 'c1', purl: 'pkg:deb/debian/bash@5.2' }],
  vulnerabilities,
});
const openvexStatement = {
  vulnerability: { name: 'CVE-2024-1' },
  products: ['pkg:deb/debian/bash'],
  status: 'not_affected',
  justification: 'component_not_present',
};
const analysis = { state: 'not_affected', justification: 'code_not_present' };

describe('readVex', () => {
  it('reads OpenVEX', () => {
    const document = readVex(
      bytes(
        openvex({
          vulnerability: { '@id': 'https://nvd.example/CVE-2024-1', name: 'CVE-2024-1', aliases: ['GHSA-1'] },
          products: [
            {
              '@id': 'pkg:oci/x@sha256%3Aabc',
              identifiers: { purl: 'pkg:oci/x', cpe23: 'cpe:2.3:a:x:x:*' },
              hashes: { 'sha-256': 'ABC' },
              subcomponents: [{ '@id': 'pkg:deb/debian/bash@5.2' }],
            },
          ],
          status: 'not_affected',
          justification: 'vulnerable_code_not_present',
          impact_statement: 'not built in',
          timestamp: '2024-02-01T00:00:00Z',
        }),
      ),
    );

    expect(document).toEqual({
      format: 'openvex',
      id: 'https://example.com/vex-1',
      author: 'Example',
      skipped: [],
      statements: [
        {
          index: 0,
          vulnerability: 'CVE-2024-1',
          aliases: ['GHSA-1'],
          status: 'not_affected',
          products: [
            {
              ids: ['pkg:oci/x@sha256%3Aabc', 'pkg:oci/x'],
              cpes: ['cpe:2.3:a:x:x:*'],
              hashes: ['sha256:abc'],
              parts: ['pkg:deb/debian/bash@5.2'],
            },
          ],
          justification: 'vulnerable_code_not_present',
          statement: 'not built in',
          timestamp: '2024-02-01T00:00:00Z',
        },
      ],
    });
  });

  it.each<[string, object, string]>([
    ['another status', { ...openvexStatement, status: 'fine' }, 'its status "fine" is not one of'],
    ['a status of another type', { ...openvexStatement, status: { a: 1 } }, 'its status {"a":1} is not one of'],
    ['no status', { ...openvexStatement, status: undefined }, 'its status null is not one of'],
    ['no vulnerability', { ...openvexStatement, vulnerability: {} }, 'it names no vulnerability'],
    ['no product', { ...openvexStatement, products: [] }, 'it names no product'],
    ['products of another type', { ...openvexStatement, products: 'x' }, 'it names no product'],
    [
      'parts that nobody can read',
      { ...openvexStatement, products: [{ '@id': 'pkg:oci/x', subcomponents: [{}] }] },
      'it names no product',
    ],
    [
      'another justification',
      { ...openvexStatement, justification: 'because' },
      'its justification "because" is not one of',
    ],
    [
      'not_affected without any reason',
      { ...openvexStatement, justification: undefined },
      'neither justification nor impact_statement',
    ],
  ])('skips and names a statement with %s', (_, statement, reason) => {
    const { statements, skipped } = readVex(bytes(openvex(statement, openvexStatement)));

    expect(statements.map(({ index }) => index)).toEqual([1]);
    expect(skipped).toEqual([{ index: 0, reason: expect.stringContaining(reason) }]);
  });

  it('reads the older form with plain texts, and passes over members that it does not know', () => {
    const old = {
      vulnerability: 'CVE-2024-1',
      products: ['pkg:x/y'],
      status: 'fixed',
      timestamp: '0001-01-01T00:00:00Z',
      zzz: 1,
    };

    expect(readVex(bytes({ ...openvex(old), more: [] })).statements).toMatchObject([
      { vulnerability: 'CVE-2024-1', status: 'fixed', timestamp: '2024-01-01T00:00:00Z' },
    ]);
  });

  it('reads CycloneDX: components as parts of what the document describes', () => {
    const document = {
      ...cyclonedx(
        { id: 'CVE-2024-1', analysis, affects: [{ ref: 'c1' }] },
        { id: 'CVE-2024-2', analysis: { state: 'in_triage' }, affects: [{ ref: 'image' }] },
        { id: 'CVE-2024-3', analysis, affects: [{ ref: 'urn:cdx:1/1#pkg:deb/debian/dash@1' }] },
      ),
      metadata: { component: { 'bom-ref': 'image', type: 'container', name: 'x', purl: 'pkg:oci/x' } },
    };

    const { statements } = readVex(bytes(document));

    expect(statements.map(({ status, products }) => [status, products[0]?.ids, products[0]?.parts])).toEqual([
      ['not_affected', ['pkg:oci/x'], ['pkg:deb/debian/bash@5.2']],
      ['under_investigation', ['pkg:oci/x'], []],
      ['not_affected', ['pkg:oci/x'], ['pkg:deb/debian/dash@1']],
    ]);
  });

  it('does not take what CycloneDX says of a component of something nameless for true of everything', () => {
    const document = {
      ...cyclonedx({ id: 'CVE-2024-1', analysis, affects: [{ ref: 'c1' }] }),
      metadata: { component: { type: 'application', name: 'shop' } },
    };

    expect(readVex(bytes(document)).statements[0]?.products[0]).toMatchObject({
      ids: ['shop'],
      parts: ['pkg:deb/debian/bash@5.2'],
    });
  });

  it.each<[string, object, string]>([
    [
      'another state',
      { id: 'CVE-1', analysis: { state: 'ok' }, affects: [{ ref: 'c1' }] },
      'its state "ok" is not one of',
    ],
    ['no analysis', { id: 'CVE-1', affects: [{ ref: 'c1' }] }, 'no analysis'],
    ['no component', { id: 'CVE-1', analysis, affects: [{ ref: 'nobody' }] }, 'no component'],
    [
      'no reason',
      { id: 'CVE-1', analysis: { state: 'not_affected' }, affects: [{ ref: 'c1' }] },
      'neither justification nor detail',
    ],
    [
      'a range',
      { id: 'CVE-1', analysis, affects: [{ ref: 'c1', versions: [{ range: 'vers:deb/*' }] }] },
      'no component',
    ],
  ])('skips and names a vulnerability of CycloneDX with %s', (_, vulnerability, reason) => {
    const { statements, skipped } = readVex(bytes(cyclonedx(vulnerability)));

    expect([statements, skipped]).toEqual([[], [{ index: 0, reason: expect.stringContaining(reason) }]]);
  });

  const whole = JSON.stringify(openvex(openvexStatement));
  it.each<[string, unknown, string]>([
    ['nothing', '', 'no JSON'],
    ['a truncated document', whole.slice(0, whole.length / 2), 'no JSON'],
    ['bytes', '\x00\xff\x1f', 'no JSON'],
    ['a list', '[]', 'a JSON object is expected'],
    ['another JSON', { hello: 'world' }, 'neither OpenVEX'],
    ['a report of ours', { schemaVersion: 1, findings: [] }, 'neither OpenVEX'],
    ['HTML', '<!doctype html>', 'no JSON'],
    ['OpenVEX without statements', { '@context': 'https://openvex.dev/ns' }, 'no list of "statements"'],
    [
      'statements that are no list',
      { '@context': 'https://openvex.dev/ns', statements: {} },
      'no list of "statements"',
    ],
    ['CycloneDX without vulnerabilities', { bomFormat: 'CycloneDX' }, 'no list of "vulnerabilities"'],
    ['CSAF 1', { document: { csaf_version: '1.0', category: 'csaf_vex', tracking: { id: 'x' } } }, 'of version "1.0"'],
    ['CSAF without tracking', { document: { csaf_version: '2.0', category: 'csaf_vex' } }, 'no tracking id'],
    ['deep nesting', '['.repeat(200_000), 'no JSON'],
  ])('refuses %s with words', (_, given, words) => {
    expect(() => readVex(bytes(given))).toThrow(FormatError);
    expect(() => readVex(bytes(given))).toThrow(words);
  });

  it('reads ten megabytes, and refuses what is larger than any document', () => {
    const many = openvex(
      ...Array.from({ length: 40_000 }, () => ({ ...openvexStatement, impact_statement: 'x'.repeat(100) })),
    );
    const large = bytes(many);
    expect(large.length).toBeGreaterThan(10_000_000);

    expect(readVex(large).statements).toHaveLength(40_000);
    expect(() => readVex(Buffer.alloc(mostVexBytes + 1))).toThrow(LimitError);
    const more = { ...openvex(), statements: Array.from({ length: 200_001 }, () => ({})) };
    expect(() => readVex(bytes(more))).toThrow(LimitError);
  });
});

describe('readAttestedVex', () => {
  const statement = (predicateType: string): object => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'x', digest: { sha256: 'a'.repeat(64) } }],
    predicateType,
    predicate: openvex(openvexStatement),
  });
  const envelope = (inner: object): object => ({
    payloadType: 'application/vnd.in-toto+json',
    payload: bytes(inner).toString('base64'),
    signatures: [],
  });

  it.each<[string, object, number]>([
    ['a document by itself', openvex(openvexStatement), 0],
    ['an in-toto statement', statement('https://openvex.dev/ns/v0.2.0'), 1],
    ['a DSSE envelope', envelope(statement('https://openvex.dev/ns')), 1],
    ['a Sigstore bundle', { mediaType: 'x', dsseEnvelope: envelope(statement('https://openvex.dev/ns')) }, 1],
  ])('reads %s', (_, given, subjects) => {
    const read = readAttestedVex(bytes(given));

    expect(read?.document.statements).toHaveLength(1);
    expect(read?.subjects).toHaveLength(subjects);
  });

  it('passes over another predicate', () => {
    expect(readAttestedVex(bytes(envelope(statement('https://slsa.dev/provenance/v1'))))).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['no JSON', 'x'],
    ['nothing of the kind', { a: 1 }],
    ['a payload that is no JSON', { payload: 'AAAA' }],
    ['envelopes without end', envelope(envelope(envelope(envelope(envelope(envelope({}))))))],
    ['no predicate', { predicateType: 'https://openvex.dev/ns' }],
  ])('refuses %s', (_, given) => {
    expect(() => readAttestedVex(bytes(given))).toThrow(FormatError);
  });
});
