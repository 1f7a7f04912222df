import { describe, expect, it } from 'vitest';
import { damaged } from '../../test/support/damaged.ts';
import { makeFinding, makeReport, makeVulnerability, oneOfEachKind, someProblems } from '../../test/support/report.ts';
import { UsageError } from '../errors.ts';
import type { Report } from '../model/report.ts';
import { readWholeReports } from './checked-report.ts';
import { loadFormats } from './index.ts';
import { json } from './json.ts';

const variables = {
  GITHUB_SHA: 'a'.repeat(40),
  GITHUB_REF: 'refs/heads/x',
};
const options = { width: 80, colour: false, variables, template: { name: 'x', text: '{{ report }}' } };

const accepted = { by: 'policy:x:1', reason: 'x', expires: '2026-01-01' };
const score = { cvss: [{ version: '3.1', vector: 'V', score: 7.5, source: 'nvd' }], cwes: ['CWE-79'] };

describe('readWholeReports', () => {
  it('reads what the JSON format writes, and changes nothing of it', () => {
    const full = makeReport({ findings: oneOfEachKind, problems: someProblems });
    const text = JSON.stringify({ ...full, later: { members: ['stay'] } });

    expect(JSON.stringify(readWholeReports(text, 'a.json').reports[0])).toBe(text);
    expect(readWholeReports(json.render([full], { ...options, several: true }), 'a').several).toBe(true);
  });

  it.each<[string, (report: Report) => object, string]>([
    ['a word that is none', (r) => ({ ...r, problems: [{ code: 'x', message: '' }] }), 'problems[0].code: no value'],
    ['a day that is none', (r) => ({ ...r, createdAt: 'yesterday' }), 'createdAt is no moment'],
    ['a part that is missing', ({ summary: _, ...r }) => r, 'summary: '],
  ])('names %s', (_, change, words) => {
    const text = JSON.stringify({ schemaVersion: 1, reports: [makeReport(), change(makeReport())] });

    expect(() => readWholeReports(text, 'a.json')).toThrow(UsageError);
    expect(() => readWholeReports(text, 'a.json')).toThrow(`a.json, report 2 is no report of Drydock: ${words}`);
  });

  it('what it lets through, whatever is wrong with it, every format can write', async () => {
    // Versions of CycloneDX differ in words alone, and the page puts the report where a script reads it.
    const formats = (await loadFormats()).filter(({ id }) => !/^cyclonedx-1\.[567]|^html$/.test(id));
    const [bash] = makeReport().packages;
    const good = makeReport({
      findings: [
        makeVulnerability('CVE-2024-1', 'openssl', '3.0.11', { fixedVersion: '3.1', score, suppressed: accepted }),
        makeFinding('key', { kind: 'secret', location: { path: 'a/b', line: 2 }, layer: { index: 1 } }),
      ],
      problems: someProblems.slice(1),
      view: { packages: [{ ...bash!, dependsOn: [bash!.purl] }], image: { layers: [{ index: 0, size: 1 }] } },
    });
    let read = 0;
    for (const text of damaged(JSON.stringify(good))) {
      let reports: readonly Report[];
      try {
        ({ reports } = readWholeReports(text, 'a.json'));
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        continue;
      }
      read++;
      for (const { id, render } of formats) {
        try {
          render(reports, options);
        } catch (error) {
          throw new Error(`${id}: ${text}`, { cause: error });
        }
      }
    }
    expect(read).toBeGreaterThan(100);
  });
});
