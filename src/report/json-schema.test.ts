import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { makeFinding, makeReport, oneOfEachKind, someProblems } from '../../test/support/report.ts';
import { makePackage } from '../../test/support/view.ts';
import type { Report } from '../model/report.ts';
import { json } from './json.ts';
import { reportJsonSchema } from './json-schema.ts';
import { ReportSchema } from './schema.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(reportJsonSchema());

const full = makeReport({
  findings: [
    ...oneOfEachKind,
    makeFinding('L', {
      locations: [
        { path: 'a', layer: 0 },
        { path: 'b', layer: 1 },
      ],
    }),
    makeFinding('S', { suppressed: { by: 'policy.yaml:3', reason: 'unreachable', expires: '2027-01-01' } }),
  ],
  problems: someProblems,
  rules: [{ name: 'webshells', digest: 'sha256:1', updatedAt: '2026-08-01T00:00:00Z' }],
  depth: 'deep',
  packageTypes: ['library'],
  view: {
    packages: [
      makePackage('libssl3', '3.0.11', {
        arch: 'amd64',
        source: { name: 'openssl', version: '3.0.11' },
        licences: ['Apache-2.0'],
        layer: { index: 1, diffId: 'sha256:2' },
        introducedIn: { index: 0 },
        ownedBy: 'libssl3',
        evidence: 'lockfile',
        groups: ['dev'],
        hashes: { md5: '1', sha1: '2', sha256: '3', sha512: '4' },
        dependsOn: ['pkg:npm/a@1'],
        within: 'pkg:maven/g/a@1',
        presence: 'recovered',
      }),
    ],
    image: {
      id: 'sha256:3',
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      history: [
        { index: 0, instruction: 'ADD file:0f1e2d in /', created: '2026-08-01T10:00:00Z', comment: 'c', layerIndex: 0 },
      ],
    },
  },
});

const bare = makeReport({
  advisories: { feeds: [], starter: true },
  view: { image: { layers: [], history: [] }, packages: [] },
});

describe('the JSON Schema of the report', () => {
  it.each([
    ['a report with everything', [full]],
    ['a report with hardly anything', [bare]],
    ['several reports', [full, bare]],
    ['no report', []],
  ])('allows %s', (_, reports) => {
    const valid = validate(JSON.parse(json.render(reports, { width: 80, colour: false })));

    expect(validate.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it.each<[string, (report: Record<string, never>) => unknown]>([
    ['another version', (report) => ({ ...report, schemaVersion: 2 })],
    ['a field it does not know', (report) => ({ ...report, extra: true })],
    ['a field that is missing', ({ coverage: _, ...report }) => report],
    [
      'a severity it does not know',
      (report) => ({ ...report, findings: [makeFinding('A', { severity: 'grave' as never })] }),
    ],
    ['a problem it does not know', (report) => ({ ...report, problems: [{ code: 'other', message: 'x' }] })],
  ])('refuses %s', (_, change) => {
    expect(validate(change(JSON.parse(JSON.stringify(full))))).toBe(false);
  });
});

type Described = z.infer<typeof ReportSchema>;

/** All key paths of a type: assignability alone would let the schema forget an optional key. */
type Keys<T> = T extends readonly (infer Item)[]
  ? Keys<Item>
  : T extends object
    ? { [K in keyof T & string]-?: K | `${K}.${Keys<NonNullable<T[K]>> & string}` }[keyof T & string]
    : never;

describe('the zod schema', () => {
  it('describes exactly the type (checked by the compiler) and changes nothing', () => {
    const described: (report: Report) => Described = (report) => report;
    const typed: (report: Described) => Report = (report) => report;
    const keys: (key: Keys<Report>) => Keys<Described> = (key) => key;
    const keysBack: (key: Keys<Described>) => Keys<Report> = (key) => key;

    expect(typed(ReportSchema.parse(described(full)))).toEqual(full);
    expect(keysBack(keys('findings.layer.diffId'))).toBe('findings.layer.diffId');
  });
});
