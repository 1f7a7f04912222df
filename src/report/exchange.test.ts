import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangeErrors } from '../../test/support/exchange-schemas.ts';
import { makeFinding, makeReport, oneOfEachKind, someProblems } from '../../test/support/report.ts';
import { type Finding, findingKinds } from '../model/finding.ts';
import { severities } from '../model/severity.ts';
import { loadFormats } from './index.ts';

const options = { width: 80, colour: false };
const suppressed = { by: 'vex:statements.json', reason: 'not reached', justification: 'component_not_present' };

const words = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\u202e',
    '\ud800',
    '</text>',
    ']]>',
    '"',
    '../../etc/passwd',
    '/abs',
    './x',
    '%',
    'x'.repeat(9000),
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);

/** Findings that say whatever an image or a feed could. */
const findings = fc.array(
  fc
    .record(
      {
        kind: fc.constantFrom(...findingKinds),
        severity: fc.constantFrom(...severities),
        aliases: fc.array(words, { maxLength: 2 }),
        title: words,
        evidence: words,
        remediation: words,
        location: fc.record({ path: words, line: fc.nat(9) }, { requiredKeys: ['path'] }),
        package: fc.record({ name: words, version: words, purl: words }),
        fixedVersion: words,
        source: fc.record({ name: words, url: fc.oneof(words, fc.webUrl()) }, { requiredKeys: ['name'] }),
        suppressed: fc.record({ by: words, reason: words }),
        vex: fc.record({
          status: fc.constantFrom(
            'not_affected' as const,
            'affected' as const,
            'fixed' as const,
            'under_investigation' as const,
          ),
          by: words,
        }),
        score: fc.record({
          cvss: fc.array(
            fc.record({
              version: fc.constantFrom('2.0', '3.1', '4.0'),
              vector: fc.oneof(
                words,
                fc.constantFrom(
                  'AV:N/AC:L/Au:N/C:P/I:P/A:P',
                  'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
                  'CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
                ),
              ),
              score: fc.constantFrom(0, 5.5, 10),
              source: words,
            }),
            { maxLength: 2 },
          ),
          cwes: fc.array(fc.constantFrom('CWE-79', 'CWE-x'), { maxLength: 2 }),
        }),
      },
      { requiredKeys: ['kind', 'severity', 'title', 'evidence', 'source', 'aliases'] },
    )
    .chain((more) => words.map((id) => makeFinding(id || 'CVE-1', more))),
  { maxLength: 4 },
);

/** OpenVEX has no document that says nothing. */
const isSilent = (id: string, found: readonly Finding[]): boolean =>
  id === 'openvex' && !found.some(({ kind }) => kind === 'vulnerability');

/** Those whose several documents are a list are tried one by one. */
const lists: ReadonlySet<string> = new Set(['cosign-vuln', 'spdx-3', 'grype-json']);
const ids = ['gitlab', 'gitlab-codequality', 'github', 'openvex', 'cosign-vuln', 'spdx-3', 'grype-json'];

describe.each(await loadFormats(ids))('documents of $id', (format) => {
  it.each(lists.has(format.id) ? [1] : format.id === 'openvex' ? [1, 2] : [0, 1, 2])(
    'are valid for %i images',
    (count) => {
      const found = [...oneOfEachKind, ...oneOfEachKind.map((finding) => ({ ...finding, suppressed }))];
      const reports = Array.from({ length: count }, () => makeReport({ findings: found, problems: someProblems }));

      for (const showSuppressed of [false, true]) {
        expect(exchangeErrors(format.id, format.render(reports, { ...options, showSuppressed }))).toEqual([]);
      }
    },
  );

  it.each([
    ['a long name', 'x'.repeat(5000)],
    ['a space', ' '],
  ])('are valid of a finding of which nothing is known but %s', (_, name) => {
    const report = makeReport({ findings: [makeFinding(name, { kind: 'vulnerability', title: ' ', evidence: '' })] });

    expect(exchangeErrors(format.id, format.render([report], options))).toEqual([]);
  });

  it('are valid whatever the image says', () => {
    fc.assert(
      fc.property(findings, words, (found, reference) => {
        fc.pre(!isSilent(format.id, found));
        const report = makeReport({ findings: found, view: { image: { reference } } });

        expect(exchangeErrors(format.id, format.render([report], { ...options, showSuppressed: true }))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
