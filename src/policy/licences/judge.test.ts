import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { licenceIds } from '../../formats/spdx/licence-list.ts';
import { type LicenceTree, licenceText, readLicence } from '../../formats/spdx/licence-tree.ts';
import { classOf, licenceClasses, patternsOf } from './classes.ts';
import { judgeLicence, type LicenceRules, type Standing } from './judge.ts';
import { type LicenceTerm, readTerm, versionsFrom } from './terms.ts';

function terms(words: readonly string[]): readonly LicenceTerm[] {
  return words.map((word, line) => {
    const term = readTerm(word, line);
    if (typeof term === 'string') throw new Error(term);
    return term;
  });
}

function rules(allow: string, deny: string, unknownPasses = false): LicenceRules {
  const words = (text: string): readonly string[] => (text === '' ? [] : text.split(', '));
  return { ...(allow !== '' && { allow: terms(words(allow)) }), deny: terms(words(deny)), unknownPasses };
}

function standing(licence: string, allow: string, deny: string): Standing {
  return judgeLicence(readLicence(licence), rules(allow, deny)).standing;
}

describe('judgeLicence', () => {
  it.each<[string, string, string, Standing]>([
    // licence, allow, deny
    ['MIT', 'MIT', '', 'allowed'],
    ['MIT License', 'MIT', '', 'allowed'],
    ['ISC', 'MIT', '', 'not-allowed'],
    ['ISC', '', 'MIT', 'allowed'],
    ['MIT', '', 'MIT', 'denied'],
    ['MIT OR GPL-3.0-only', 'MIT', 'GPL-3.0-only', 'allowed'],
    ['MIT AND GPL-3.0-only', 'MIT', 'GPL-3.0-only', 'denied'],
    ['ISC AND GPL-3.0-only', 'MIT', 'GPL-3.0-only', 'denied'],
    ['ISC OR GPL-3.0-only', 'MIT', 'GPL-3.0-only', 'not-allowed'],
    ['(MIT OR GPL-3.0-only) AND (ISC OR Zlib)', 'MIT, Zlib', '', 'allowed'],
    // deprecated identifiers
    ['GPL-2.0', 'GPL-2.0-only', '', 'allowed'],
    ['GPL-2.0-only', 'GPL-2.0', '', 'allowed'],
    ['GPL-2.0+', '', 'GPL-2.0-or-later', 'denied'],
    ['GPL-2.0-with-classpath-exception', 'GPL-2.0-only WITH Classpath-exception-2.0', '', 'allowed'],
    // or later: one may choose the version
    ['GPL-2.0-or-later', 'GPL-3.0-only', '', 'allowed'],
    ['GPL-3.0-or-later', 'GPL-2.0-only', '', 'not-allowed'],
    ['GPL-2.0-only', 'GPL-3.0-only', '', 'not-allowed'],
    ['GPL-3.0-only', 'GPL-2.0-or-later', '', 'allowed'],
    ['GPL-1.0-only', 'GPL-2.0-or-later', '', 'not-allowed'],
    ['GPL-2.0-or-later', '', 'GPL-3.0-only', 'allowed'],
    ['GPL-2.0-or-later', '', 'GPL-3.0-or-later', 'allowed'],
    ['GPL-2.0-or-later', '', 'GPL-2.0-or-later', 'denied'],
    ['GPL-3.0-or-later', '', 'GPL-2.0-or-later', 'denied'],
    ['Apache-1.1+', 'Apache-2.0', '', 'allowed'],
    ['MPL-2.0', 'MPL-1.1+', '', 'allowed'],
    // exceptions
    ['GPL-2.0-only WITH Classpath-exception-2.0', 'GPL-2.0-only', '', 'allowed'],
    ['GPL-2.0-only', 'GPL-2.0-only WITH Classpath-exception-2.0', '', 'not-allowed'],
    ['GPL-2.0-only WITH Font-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0', '', 'not-allowed'],
    [
      'GPL-2.0-only WITH Classpath-exception-2.0',
      'GPL-2.0-only WITH Classpath-exception-2.0',
      'GPL-2.0-only',
      'allowed',
    ],
    ['GPL-2.0-only WITH Classpath-exception-2.0', '', 'GPL-2.0-only', 'denied'],
    ['GPL-3.0-or-later WITH GCC-exception-3.1', '', 'copyleft-strong', 'allowed'],
    ['GPL-3.0-or-later WITH GCC-exception-3.1', '', 'copyleft-weak', 'denied'],
    // classes and patterns: the narrower word counts, of two alike the one that denies
    ['MPL-2.0', 'permissive, MPL-2.0', 'copyleft-weak', 'allowed'],
    ['MPL-1.1', 'permissive, MPL-2.0', 'copyleft-weak', 'denied'],
    ['LGPL-2.1-or-later', '', 'copyleft-weak', 'denied'],
    ['AGPL-3.0-only', '', 'copyleft-strong', 'allowed'],
    ['AGPL-3.0-only', '', 'copyleft-network', 'denied'],
    ['AGPL-3.0-only', '', '*GPL-*', 'denied'],
    ['GPL-3.0-or-later', '', 'gpl-3.0*', 'denied'],
    ['LGPL-3.0-only', 'LGPL-*', 'copyleft-weak', 'allowed'],
    ['MIT', 'MIT', 'MIT', 'denied'],
    // lists
    ['MIT, GPL-3.0-only', 'MIT', 'GPL-3.0-only', 'denied'],
    ['MIT; GPL-3.0-only', '', 'copyleft-strong', 'denied'],
    ['MIT, GPL-3.0-only, Zlib', '', 'copyleft-strong', 'denied'],
    ['MIT, GPL', 'MIT', 'copyleft-strong', 'denied'],
    ['MIT, see LICENSE', 'MIT', '', 'unknown'],
    ['MIT, ISC', 'MIT, ISC', '', 'allowed'],
    ['MIT, ISC or Zlib', 'MIT, Zlib', '', 'allowed'],
    ['MIT, ISC, or Zlib', 'MIT, Zlib', '', 'allowed'],
    ['Apache License, Version 2.0, MIT', 'Apache-2.0, MIT', '', 'allowed'],
    // words beside which there is the name of a licence
    ...[
      'GPL',
      'GPL+',
      'GPLv3+',
      'GPL-3.0-only (see COPYING)',
      'GNU General Public License v3',
      'GNU General Public License, version 2',
      'GNU General Public License (GPL)',
      'License :: OSI Approved :: GNU General Public License v3 (GPLv3)',
      'License :: OSI Approved :: GNU General Public License (GPL)',
      'LGPL/GPL',
      'BSD/GPL',
      'GPL (>= 2)',
      'GPL-3 + file LICENSE',
      'GPL-2 | file LICENCE',
      'Dual BSD/GPL',
      'MIT and GPL',
      'GPL-3+-with-autoconf-exception',
      'MIT License. Parts are GPL, see COPYING',
      'see https://www.gnu.org/licenses/gpl-3.0.html',
      `${'All rights are granted. '.repeat(100)} GPL`,
    ].map((text): [string, string, string, Standing] => [text, '', 'copyleft-strong', 'denied']),
    ['GPL (>= 2)', 'GPL-2.0-or-later', '', 'allowed'],
    ['MIT + file LICENSE', 'MIT', '', 'allowed'],
    ['License :: OSI Approved :: MIT License', 'MIT', '', 'allowed'],
    ['GNU Lesser General Public License v3', '', 'copyleft-strong', 'allowed'],
    ['GNU Affero General Public License', '', 'copyleft-network', 'denied'],
    ['GPL', '', 'GPL-3.0-only', 'denied'],
    ['GPL', '', 'GPL-*', 'denied'],
    ['see the GPL', '', '*see*', 'denied'],
    ['GPL', 'text:GPL', 'copyleft-strong', 'allowed'],
    // who allows a licence does not allow words that name it and others
    ['MIT-style, parts under the GPL', 'MIT*', '', 'unknown'],
    ['MIT (parts GPL)', 'MIT*', '', 'unknown'],
    ['MIT (parts GPL)', 'MIT', '', 'unknown'],
    // a slash is a choice between licences, and nothing in other words
    ['MIT/Apache-2.0', 'MIT', '', 'allowed'],
    ['BSD/MIT', 'MIT', '', 'allowed'],
    ['files/MIT', 'MIT', '', 'unknown'],
    ['see licences/ours/MIT', 'MIT', '', 'unknown'],
    ['https://example.org/MIT', 'MIT', '', 'unknown'],
    ['foo bar/MIT AND ISC', 'MIT, ISC', '', 'unknown'],
    ['foo bar baz', 'MIT', '', 'unknown'],
    ['see the file', 'MIT', '', 'unknown'],
    // a licence is no path
    ['LicenseRef-a/b', '', 'LicenseRef*', 'denied'],
    ['See a/b/c', '', '*', 'denied'],
    // what names no licence
    ['BSD', 'BSD-3-Clause', '', 'unknown'],
    ['BSD', 'text:bsd', '', 'allowed'],
    ['BSD', 'BSD*', '', 'allowed'],
    ['BSD', '', 'MIT', 'unknown'],
    ['LicenseRef-own', 'LicenseRef-own', '', 'allowed'],
    ['LicenseRef-own', '', 'LicenseRef-own', 'denied'],
    ['LicenseRef-own', 'LicenseRef-other', '', 'unknown'],
    ['MIT or something else', 'MIT', '', 'allowed'],
    ['GPL-3.0-only or something else', '', 'GPL-3.0-only', 'denied'],
    ['BSD or Public Domain', 'MIT', '', 'unknown'],
    ['MIT and something else', 'MIT', '', 'unknown'],
  ])('%s, allowed [%s], denied [%s]: %s', (licence, allow, deny, expected) => {
    expect(standing(licence, allow, deny)).toBe(expected);
  });

  it('lets words pass that name no licence where that is wanted, and no licence with them', () => {
    const passing = rules('MIT', 'GPL-3.0-only', true);
    const judged = (text: string): Standing => judgeLicence(readLicence(text), passing).standing;

    expect(judged('BSD')).toBe('allowed');
    expect(judged('MIT and BSD')).toBe('allowed');
    expect(judged('GPL-3.0-only or BSD')).toBe('denied');
  });

  it('says what is left of a licence, and which words deny it', () => {
    const { refused, terms: words } = judgeLicence(
      readLicence('MIT AND (GPL-3.0-only OR AGPL-3.0-only) AND ISC'),
      rules('MIT', 'copyleft-strong, copyleft-network'),
    );

    expect(licenceText(refused!)).toBe('(GPL-3.0-only OR AGPL-3.0-only) AND ISC');
    expect(words.map(({ word }) => word)).toEqual(['copyleft-strong', 'copyleft-network']);
  });

  it('agrees with choosing one of every alternative in all ways that there are', () => {
    const ids = ['MIT', 'ISC', 'Zlib', 'MPL-2.0', 'GPL-2.0-only', 'GPL-3.0-only'] as const;
    const order: readonly Standing[] = ['allowed', 'unknown', 'not-allowed', 'denied'];
    const expression = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'tree' },
        fc.constantFrom<string>(...ids),
        fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(' AND ')})`),
        fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(' OR ')})`),
      ),
    })).tree;
    fc.assert(
      fc.property(expression, fc.subarray([...ids]), fc.subarray([...ids]), (text, allow, deny) => {
        const of = (id: string): Standing =>
          deny.includes(id as never) ? 'denied' : allow.includes(id as never) ? 'allowed' : 'not-allowed';
        const ways = choices(readLicence(text)).slice(0, 2000);
        const best = Math.min(...ways.map((way) => Math.max(...way.map((id) => order.indexOf(of(id))))));

        expect(
          judgeLicence(readLicence(text), { allow: terms(allow), deny: terms(deny), unknownPasses: false }).standing,
        ).toBe(order[best]);
      }),
    );
  });
});

/** Every set of licences that would do. */
function choices(tree: LicenceTree): readonly (readonly string[])[] {
  if (tree.kind === 'licence' || tree.kind === 'unknown') return [[licenceText(tree)]];
  if (tree.kind === 'any') return tree.of.flatMap(choices);
  return tree.of.map(choices).reduce((ways, more) => ways.flatMap((way) => more.map((one) => [...way, ...one])));
}

describe('readTerm', () => {
  it.each([
    ['Apache2', 'is no licence of SPDX'],
    ['BSD', 'write "text:BSD"'],
    ['MIT OR ISC', 'write each by itself'],
    ['text:', 'words are expected'],
  ])('refuses %s', (word, expected) => {
    expect(readTerm(word, 1)).toContain(expected);
  });
});

describe('versionsFrom', () => {
  it.each([
    ['GPL-2.0', ['GPL-2.0', 'GPL-3.0']],
    ['MPL-1.1', ['MPL-1.1', 'MPL-2.0']],
    ['GFDL-1.2-no-invariants', ['GFDL-1.2-no-invariants', 'GFDL-1.3-no-invariants']],
    ['MIT', ['MIT']],
    ['BSD-3-Clause', ['BSD-3-Clause']],
  ])('%s: %j', (id, expected) => {
    expect(versionsFrom(id)).toEqual(expected);
  });
});

describe('the classes', () => {
  const ids = licenceIds.trim().split(/\s+/);

  it('have patterns of licences that there are, none of which is in two', () => {
    const seen = new Map<string, string>();
    for (const name of licenceClasses) {
      for (const pattern of patternsOf(name)) {
        const prefix = pattern.replace(/\*$/, '');
        expect(
          ids.filter((id) =>
            prefix === pattern ? id.replace(/-(?:only|or-later)$/, '') === pattern : id.startsWith(prefix),
          ),
          pattern,
        ).not.toEqual([]);
        expect(seen.get(pattern), pattern).toBeUndefined();
        seen.set(pattern, name);
      }
    }
  });

  it.each([
    ['MIT', 'permissive'],
    ['BSD-3-Clause-No-Nuclear-License', 'restricted'],
    ['0BSD', 'public-domain'],
    ['GPL-2.0', 'copyleft-strong'],
    ['LGPL-2.1', 'copyleft-weak'],
    ['SSPL-1.0', 'restricted'],
    ['AGPL-3.0', 'copyleft-network'],
    ['CC-BY-4.0', 'permissive'],
    ['CC-BY-SA-4.0', 'copyleft-weak'],
    ['Glide', undefined],
  ])('%s is %s', (id, expected) => {
    expect(classOf(id)).toBe(expected);
  });
});
