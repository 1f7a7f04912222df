import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  advisoriesOf,
  debian12,
  debianLike,
  dotted,
  makeAdvisory,
  makePackage,
  makeView,
} from '../../test/support/view.ts';
import { explainVulnerability } from '../match/explain.ts';
import { VersionError } from '../model/version-scheme.ts';
import { displayWidth } from './display-width.ts';
import { renderComparison, renderExplanation } from './explanation.ts';

const packages = [makePackage('libssl3', '3.0.11', { source: { name: 'openssl', version: '3.0.11' } })];
const records = [
  makeAdvisory(
    'CVE-2024-0001',
    [
      { package: 'openssl', ranges: [{ introduced: '3', fixed: '3.0.12' }], note: 'minor \x1b[2J' },
      { package: 'openssl', namespace: 'debian:11', state: 'not-affected' },
      { package: 'nodejs', state: 'affected' },
    ],
    { aliases: ['GHSA-1'], title: 'A hole' },
  ),
];

function explanation(id: string) {
  const view = makeView({ distribution: debian12, packages });
  return explainVulnerability(id, view, [debianLike], advisoriesOf({ tracker: records }));
}

describe('renderExplanation', () => {
  it('reads like this', () => {
    expect(renderExplanation(explanation('CVE-2024-0001'), { width: 100, colour: false })).toBe(`\
CVE-2024-0001: AFFECTED
  also GHSA-1
  A hole
  openssl 3.0.11 >= 3 and < 3.0.12 (dotted order, source package openssl, debian:12).

libssl3 3.0.11 (layer 0, source openssl 3.0.11): AFFECTED
  openssl 3.0.11 >= 3 and < 3.0.12 (dotted order, source package openssl, debian:12).
  - tracker CVE-2024-0001 for debian:12: AFFECTED
    https://advisories.example/CVE-2024-0001
    state: fix available (minor \\x1b[2J)
    affected versions: >= 3 and < 3.0.12
    compared: openssl 3.0.11, because the record names the source package
    outcome: openssl 3.0.11 >= 3 and < 3.0.12 (dotted order, source package openssl, debian:12)
      number 3  11  <  12  numbers

The records also name
  - debian:11: source package openssl, not affected (another release than that of the image)
  - debian:12: source package nodejs, no fix yet (the image has no such package)
`);
  });

  it('tells that no record has the id', () => {
    expect(renderExplanation(explanation('CVE-1999-0001'), { width: 80, colour: false })).toBe(
      'CVE-1999-0001: NO RECORD\n  No record of the advisory data has the id CVE-1999-0001. Asked: tracker.\n',
    );
  });

  it.each([40, 80])('keeps to %i columns, and colour adds nothing', (width) => {
    const plain = renderExplanation(explanation('CVE-2024-0001'), { width, colour: false });

    for (const line of plain.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    expect(stripVTControlCharacters(renderExplanation(explanation('CVE-2024-0001'), { width, colour: true }))).toBe(
      plain,
    );
  });
});

describe('renderComparison', () => {
  it.each([
    ['1.2', '1.3', '<\n'],
    ['1.3', '1.2', '>\n'],
    ['1.2', '1.2.0', '=\n'],
  ])('%s and %s', (left, right, expected) => {
    expect(renderComparison(dotted, left, right)).toBe(expected);
  });

  it('tells the steps on the lines after the sign', () => {
    expect(renderComparison(dotted, '1.2', '1', { steps: true })).toBe('>\n  number 2  2  >  (none)  numbers\n');
  });

  it('keeps to a width', () => {
    const long = '1.2.3.4.5.6.7.8.9.10.11.12.13.14.15';
    for (const width of [20, 40, 80]) {
      const text = renderComparison(dotted, long, `${long}.1`, { steps: true, width });
      for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  it('lets an invalid version through as an error', () => {
    expect(() => renderComparison(dotted, 'x', '1')).toThrow(VersionError);
  });
});
