import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeReport, oneOfEachKind } from '../../test/support/report.ts';
import { json, jsonText } from './json.ts';

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

  it('is written once for a file and a terminal: neither width nor colour matters', () => {
    const reports = [makeReport({ findings: oneOfEachKind })];

    expect(json.steady).toBe(true);
    expect(json.render(reports, { width: 20, colour: true })).toBe(json.render(reports, options));
  });

  it('escapes what a terminal would obey or that turns lines around, and says the same', () => {
    const special = fc.constantFrom(
      '\x7f',
      '\x9b',
      '\u00ad',
      '\u202e',
      '\u2028',
      '\u{e0041}',
      '\ud834',
      'é',
      '😀',
      '"',
      'a',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(special, fc.string({ unit: 'binary' }))), (parts) => {
        const text = jsonText({ text: parts.join('') });
        expect(JSON.parse(text)).toEqual({ text: parts.join('') });
        expect(text).not.toMatch(/[\x7f-\x9f\p{Cf}\u2028\u2029]/u);
      }),
    );
  });
});
