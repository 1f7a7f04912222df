import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeFinding, makeReport, oneOfEachKind, someProblems } from '../../test/support/report.ts';
import { csv } from './csv.ts';

const options = { width: 80, colour: false };

/** Reads comma-separated values as RFC 4180 describes them. */
function parse(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const cellOf = (title: string): string => {
  const [head, row] = parse(csv.render([makeReport({ findings: [makeFinding('X', { title })] })], options));
  return row![head!.indexOf('title')]!;
};

describe('the CSV format', () => {
  it('has a line for each finding, and one for what was not read', () => {
    const report = makeReport({ findings: oneOfEachKind, problems: someProblems });

    const [head, ...rows] = parse(csv.render([report, report], options));

    expect(rows).toHaveLength(2 * (oneOfEachKind.length + 1));
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head!.length]));
    expect(rows[0]!.slice(2, 4)).toEqual(['problem', 'file.format']);
    const vulnerability = Object.fromEntries(head!.map((name, i) => [name, rows[1]![i]]));
    expect(vulnerability).toMatchObject({
      kind: 'vulnerability',
      id: 'CVE-2024-0001',
      package: 'openssl',
      version: '3.0.11',
      cvss: '7.5',
      exploited: 'true',
      line: '3',
      layer: '1',
      url: 'https://advisories.example/1',
    });
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    [' \t=1', "'=1"],
    ['"=1', `'"=1`],
    ['|cmd', "'|cmd"],
    ['＝1', "'＝1"],
    ['\r\n=1', "'=1"],
    ['a=1', 'a=1'],
    ['a,"b";c', 'a,"b";c'],
    ['\x1b[31m\u202e', '\\x1b[31m\\u202e'],
  ])('makes no formula of %j', (title, cell) => {
    expect(cellOf(title)).toBe(cell);
  });

  it('keeps lines and cells apart, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (title) => {
        const text = csv.render([makeReport({ findings: [makeFinding('X', { title, evidence: title })] })], options);

        const rows = parse(text);
        expect(rows).toHaveLength(2);
        expect(rows[1]).toHaveLength(rows[0]!.length);
        for (const cell of rows[1]!) expect(cell).not.toMatch(/^[\s"]*[=+@|-]/);
      }),
      { numRuns: 200 },
    );
  });

  it('cuts what no spreadsheet holds', () => {
    expect(cellOf('x'.repeat(100_000)).length).toBeLessThan(32_767);
  });
});
