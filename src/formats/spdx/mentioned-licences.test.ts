import { describe, expect, it } from 'vitest';
import { mentionedLicences } from './mentioned-licences.ts';

const families = (text: string): readonly string[] =>
  [...new Set(mentionedLicences(text).map((id) => id.replace(/-\d.*$/, '')))].sort();

describe('mentionedLicences', () => {
  it.each([
    ['GPL', ['GPL']],
    ['GPL-3.0-only (see COPYING)', ['GPL']],
    ['GPLv3+', ['GPL']],
    ['GPL3', ['GPL']],
    ['GPL+', ['GPL']],
    ['gpl, version 2', ['GPL']],
    ['dual BSD/GPL', ['BSD', 'GPL']],
    ['LGPL+GPL', ['GPL', 'LGPL']],
    ['our-own-MPL-1.1', ['MPL']],
    ['MIT_GPL', ['GPL', 'MIT']],
    ['GPLed code', ['GPL']],
    ['GPL-3+-with-autoconf-exception', ['GPL']],
    ['GNU General Public License v3', ['GPL']],
    ['GNU General\nPublic Licence', ['GPL']],
    ['License :: OSI Approved :: GNU General Public License (GPL)', ['GPL']],
    ['GNU Public License', ['GPL']],
    ['GNU', ['GPL']],
    ['ＧＰＬ', ['GPL']],
    ['G\u200bPL', ['GPL']],
    ['LGPL', ['LGPL']],
    ['LGPL/GPL', ['GPL', 'LGPL']],
    ['GNU LGPL, see COPYING', ['LGPL']],
    ['GNU Lesser General Public License', ['LGPL']],
    ['GNU Library or Lesser General Public License (LGPL)', ['LGPL']],
    ['AGPL-3', ['AGPL']],
    ['GNU Affero General Public License', ['AGPL']],
    ['Mozilla Public License', ['MPL']],
    ['SSPL', ['SSPL']],
    ['Business Source License', ['BUSL']],
    ['CC BY-NC', ['CC-BY-NC']],
    ['CC-BY-NC-4.0', ['CC-BY', 'CC-BY-NC']],
    ['Creative Commons Attribution-NonCommercial', ['CC-BY-NC']],
    ['MIT, see LICENSE', ['MIT']],
    ['SEE LICENSE IN LICENSE', []],
    ['All rights reserved', []],
    ['fair use of a ruby', []],
    ['Public Domain', []],
    ['', []],
  ])('%j names %j', (text, expected) => {
    expect(families(text)).toEqual(expected);
  });

  it('takes a book in its stride', () => {
    expect(families(`${'a-'.repeat(100_000)} `.repeat(10))).toEqual([]);
    expect(families(`${'word '.repeat(30_000)} GPL`)).toEqual(['GPL']);
  });
});
