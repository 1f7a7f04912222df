import { describe, expect, it } from 'vitest';
import { makeReport, oneOfEachKind } from '../../test/support/report.ts';
import { json } from './json.ts';

const options = { width: 80, colour: false };

describe('the JSON format', () => {
  it('is the report, with two blanks of indentation and a line feed at the end', () => {
    const report = makeReport({ findings: oneOfEachKind });

    const text = json.render([report], options);

    expect(JSON.parse(text)).toEqual(report);
    expect(text).toMatch(/^\{\n {2}"schemaVersion": 1,\n {2}"tool": \{\n {4}"name": "drydock"/);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it.each([0, 2, 3])('puts %i reports into one document', (count) => {
    const reports = Array.from({ length: count }, () => makeReport());

    expect(JSON.parse(json.render(reports, options))).toEqual({ schemaVersion: 1, reports });
  });

  it('puts the one report of several images into such a document too', () => {
    const report = makeReport();

    expect(JSON.parse(json.render([report], { ...options, several: true }))).toEqual({
      schemaVersion: 1,
      reports: [report],
    });
  });
});
