import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLicenceExpression } from './licence-expression.ts';
import { licenceIds } from './licence-list.ts';
import { allOf, exactText, type LicenceTree, licenceText, readLicence } from './licence-tree.ts';

describe('readLicence', () => {
  it.each([
    ['MIT', 'MIT'],
    ['Apache License, Version 2.0', 'Apache-2.0'],
    ['GPL-2.0', 'GPL-2.0-only'],
    ['GPL-2.0+', 'GPL-2.0-or-later'],
    ['GPLv2+', 'GPL-2.0-or-later'],
    ['GPL-2 or later', 'GPL-2.0-or-later'],
    ['GPL-2 or (at your option) any later version', 'GPL-2.0-or-later'],
    ['GNU General Public License v2 or later (GPLv2+)', 'GPL-2.0-or-later'],
    ['Apache-1.1+', 'Apache-1.1+'],
    ['MIT OR Apache-2.0 AND ISC', 'MIT OR (Apache-2.0 AND ISC)'],
    ['(MIT OR Apache-2.0) AND ISC', '(MIT OR Apache-2.0) AND ISC'],
    ['GPL-2+ or Artistic-2.0, and BSD-3-clause', '(GPL-2.0-or-later OR Artistic-2.0) AND BSD-3-Clause'],
    ['MIT/Apache-2.0', 'MIT OR Apache-2.0'],
    ['MIT AND MIT', 'MIT'],
    ['GPL-2.0-only WITH Classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'],
    ['GPL-2.0-with-classpath-exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
    ['GPLv3+ with exceptions', 'GPL-3.0-or-later'],
    ['GPLv2+ and BSD and Public Domain', 'GPL-2.0-or-later AND BSD AND Public Domain'],
    ['LicenseRef-own OR MIT', 'LicenseRef-own OR MIT'],
    ['SEE LICENSE IN a/b or c', 'SEE LICENSE IN a/b or c'],
    ['http://example.org/licences/ours', 'http://example.org/licences/ours'],
    ['MIT and', 'MIT and'],
    ['((MIT)', '((MIT)'],
    ['constructor OR MIT', 'constructor OR MIT'],
    ['', ''],
  ])('%j is %j', (text, expected) => {
    expect(licenceText(readLicence(text))).toBe(expected);
  });

  it('reads every licence of the list as one, and what it writes as the same again', () => {
    for (const id of licenceIds.trim().split(/\s+/)) {
      const tree = readLicence(id);
      expect(tree.kind, id).toBe('licence');
      expect(isLicenceExpression(licenceText(tree)), id).toBe(true);
      expect(readLicence(licenceText(tree)), id).toEqual(tree);
    }
  });

  it('takes any text, and none for long', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('MIT', ' or ', ' and ', ' with ', '(', ')', '/', '+', ', and ', 'x', '\n')),
        (parts) => {
          const tree = readLicence(parts.join(''));

          expect(readLicence(licenceText(tree))).toBeDefined();
        },
      ),
    );
    expect(readLicence('('.repeat(1_000_000)).kind).toBe('unknown');
    expect(readLicence(`${'('.repeat(900)}MIT${')'.repeat(900)}`)).toMatchObject({ id: 'MIT' });
    expect(readLicence(' or (at your option) any'.repeat(80)).kind).toBe('unknown');
  });
});

describe('exactText', () => {
  it('is the same tree again, whatever packages write', () => {
    const word = fc.constantFrom(
      'MIT',
      'GPL-2.0+',
      ' or ',
      ' and ',
      ' with ',
      '(',
      ')',
      '/',
      ', ',
      'x',
      'BSD',
      ' see ',
    );
    const statement = fc.array(word, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
        const tree = allOf(statements);
        if (tree === undefined) return;
        const again = readLicence(exactText(tree));

        expect(named(again)).toEqual(named(tree));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [['MIT', 'ISC OR Zlib'], 'MIT AND (ISC OR Zlib)'],
    [['MIT', 'see the file'], 'MIT AND see the file'],
    [['(GPL-3.0-only', 'x) OR MIT'], 'unreadable__GPL-3.0-only AND unreadable_x_OR_MIT'],
    [['NOASSERTION OR x'], 'NOASSERTION OR x'],
  ])('%j is %s', (statements, expected) => {
    expect(exactText(allOf(statements)!)).toBe(expected);
  });
});

/** A tree without the words of what names no licence. */
function named(tree: LicenceTree): string {
  if (tree.kind === 'licence') return licenceText(tree);
  const parts = new Set(tree.kind === 'unknown' ? ['?'] : tree.of.map(named));
  return parts.size === 1 ? [...parts][0]! : `${tree.kind}(${[...parts].join()})`;
}

describe('allOf', () => {
  it('joins what all holds, and knows nothing of nothing', () => {
    expect(licenceText(allOf(['MIT OR ISC', 'GPLv2', 'mit or isc'])!)).toBe('(MIT OR ISC) AND GPL-2.0-only');
    expect([allOf([]), allOf(['', 'NOASSERTION'])]).toEqual([undefined, undefined]);
  });
});
