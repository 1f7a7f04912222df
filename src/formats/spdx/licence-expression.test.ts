import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { isLicenceExpression, isLicenceId, licenceReferences } from './licence-expression.ts';
import { exceptionIds, licenceIds } from './licence-list.ts';

const load = createRequire(import.meta.url);

describe('isLicenceExpression', () => {
  it.each([
    'MIT',
    'GPL-2.0+',
    'GPL-2.0-or-later WITH Bison-exception-2.2',
    'MIT AND Apache-2.0 OR BSD-3-Clause',
    '(MIT OR (Apache-2.0 AND ISC))',
    'LicenseRef-a.b-1',
    'DocumentRef-x:LicenseRef-y OR MIT',
    '  MIT  ',
  ])('%j is one', (text) => {
    expect(isLicenceExpression(text)).toBe(true);
  });

  it.each([
    '',
    ' ',
    'mit',
    'GPLv2+',
    'Apache License 2.0',
    'MIT and ISC',
    'MIT AND',
    'AND MIT',
    'MIT ISC',
    '(MIT',
    'MIT)',
    '()',
    'MIT OR ()',
    'MIT WITH',
    'MIT WITH MIT',
    '(MIT) WITH Bison-exception-2.2',
    'LicenseRef-',
    'LicenseRef-a b',
    'MIT/ISC',
    '__proto__',
    `${'('.repeat(1000)}MIT${')'.repeat(1000)}`,
  ])('%j is none', (text) => {
    expect(isLicenceExpression(text)).toBe(false);
  });

  it('takes time in proportion to a long text', () => {
    expect(isLicenceExpression('MIT AND '.repeat(1_000_000))).toBe(false);
    expect(isLicenceExpression(`${'('.repeat(900)}MIT${')'.repeat(900)}`)).toBe(true);
  });
});

describe('isLicenceId', () => {
  it('knows deprecated ones and no member of an object', () => {
    expect(['MIT', 'GPL-2.0', 'constructor', ''].map(isLicenceId)).toEqual([true, true, false, false]);
  });
});

describe('licenceReferences', () => {
  it('names each once, those of other documents not', () => {
    expect(
      licenceReferences('LicenseRef-a OR (MIT AND LicenseRef-b) OR LicenseRef-a OR DocumentRef-d:LicenseRef-c'),
    ).toEqual(['LicenseRef-a', 'LicenseRef-b']);
  });
});

describe('the lists', () => {
  it.each([
    ['licences', licenceIds, ['spdx-license-ids', 'spdx-license-ids/deprecated.json']],
    ['exceptions', exceptionIds, ['spdx-exceptions', 'spdx-exceptions/deprecated.json']],
  ])('of %s are those of the packages they are made from', (_, text, sources) => {
    const all = sources.flatMap((name) => load(name) as string[]);

    expect(text.trim().split(/\s+/)).toEqual(all.toSorted());
  });
});
