import { describe, expect, it } from 'vitest';
import { makeReport, oneOfEachKind } from '../../test/support/report.ts';
import { json } from './json.ts';
import { looksLikeReport, readReports } from './read-report.ts';

const full = makeReport({ findings: oneOfEachKind });
const options = { width: 80, colour: false };
type Loose = Record<string, never>;

describe('readReports', () => {
  it('reads what the JSON format writes, one report or several', () => {
    expect(readReports(json.render([full], options), 'a.json')).toEqual([full]);
    expect(readReports(json.render([full, full], options), 'a.json')).toEqual([full, full]);
  });

  it.each<[string, (report: Loose) => unknown, string]>([
    ['a list', () => [], 'it is no object'],
    ['another document', () => ({ SchemaVersion: 2 }), 'it has no schemaVersion'],
    ['another version', (report) => ({ ...report, schemaVersion: 2 }), 'its schemaVersion is 2'],
    ['no packages', ({ packages: _, ...report }) => report, 'packages is missing'],
    ['packages of another form', (report) => ({ ...report, packages: {} }), 'packages is wrong'],
    [
      'a package without a purl',
      (report) => ({ ...report, packages: [{ name: 'a' }] }),
      'packages[0].version is missing',
    ],
    ['a package that is none', (report) => ({ ...report, packages: [null] }), 'packages[0] is no object'],
    [
      'a severity that is none',
      (r) => ({ ...r, findings: [{ ...oneOfEachKind[0], severity: 'x' }] }),
      'severity is wrong',
    ],
    [
      'a finding of a package that is none',
      (r) => ({ ...r, findings: [{ ...oneOfEachKind[0], package: 1 }] }),
      'no object',
    ],
    [
      'an image without a reference',
      (report) => ({ ...report, image: { layers: [], history: [] } }),
      'image.reference',
    ],
  ])('refuses %s', (_, change, words) => {
    const text = JSON.stringify(change(JSON.parse(JSON.stringify(full))));

    expect(() => readReports(text, 'a.json')).toThrow(`a.json is no report of Drydock: `);
    expect(() => readReports(text, 'a.json')).toThrow(words);
  });

  it.each([
    ['emptied', (text: string) => JSON.stringify({ ...JSON.parse(text), findings: [] })],
    ['told twice', (text: string) => text.replace(/\}\s*$/, ',"findings":[]}')],
    [
      'fewer than they were',
      (text: string) => JSON.stringify({ ...JSON.parse(text), findings: full.findings.slice(1) }),
    ],
    ['more than they were', (text: string) => text.replace(/("byKind":\{"[a-z]+":)\d+/, '$10')],
    [
      'rated anew',
      (text: string) =>
        JSON.stringify({ ...JSON.parse(text), findings: full.findings.map((one) => ({ ...one, severity: 'low' })) }),
    ],
  ])('refuses findings that are %s, by the summary', (_, change) => {
    const text = JSON.stringify(full);
    const changed = change(text);

    expect(changed).not.toBe(text);
    expect(() => readReports(changed, 'a.json')).toThrow(
      /^a\.json is no report of Drydock: summary\.by\w+\.\w+ is \d+, and its findings are \d+\.$/,
    );
  });

  it('says where JSON is broken', () => {
    expect(() => readReports('{"a": ]', 'a.json')).toThrow(/^a\.json is no report of Drydock: it is no JSON \(/);
  });
});

describe('looksLikeReport', () => {
  it.each([
    ['{"schemaVersion"', true],
    ['\uFEFF\n {', true],
    ['manifest.json\0\0', false],
    ['[]', false],
  ])('%j: %s', (start, expected) => {
    expect(looksLikeReport(start)).toBe(expected);
  });
});
