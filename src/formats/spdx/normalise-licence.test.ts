import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../../test/support/program.ts';
import { isLicenceExpression } from './licence-expression.ts';
import { licenceIds } from './licence-list.ts';
import { normaliseLicence } from './normalise-licence.ts';

describe('a licence', () => {
  it.each([
    ['Apache 2.0', 'Apache-2.0'],
    ['Apache License, Version 2.0', 'Apache-2.0'],
    ['The Apache Software License, Version 2.0', 'Apache-2.0'],
    ['ASL 2.0', 'Apache-2.0'],
    ['mit', 'MIT'],
    ['MIT License', 'MIT'],
    ['The MIT License', 'MIT'],
    ['Expat', 'MIT'],
    ['BSD-3-clause', 'BSD-3-Clause'],
    ['BSD 3-Clause License', 'BSD-3-Clause'],
    ['New BSD License', 'BSD-3-Clause'],
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['GPL-2', 'GPL-2.0-only'],
    ['GPLv2+', 'GPL-2.0-or-later'],
    ['GPLv3', 'GPL-3.0-only'],
    ['LGPL-2.1+', 'LGPL-2.1-or-later'],
    ['LGPLv2.1', 'LGPL-2.1-only'],
    ['GPL-2.0', 'GPL-2.0-only'],
    ['GFDL-NIV-1.3', 'GFDL-1.3-no-invariants-only'],
    ['GNU General Public License v3 (GPLv3)', 'GPL-3.0-only'],
    ['GNU General Public License v2 or later (GPLv2+)', 'GPL-2.0-or-later'],
    ['Mozilla Public License 2.0 (MPL 2.0)', 'MPL-2.0'],
    ['(MIT OR Apache-2.0)', 'MIT OR Apache-2.0'],
    ['MIT/Apache-2.0', 'MIT OR Apache-2.0'],
    ['GPL-2+ and Expat', 'GPL-2.0-or-later AND MIT'],
    ['GPLv2+ and (ASL 2.0 or MIT)', 'GPL-2.0-or-later AND (Apache-2.0 OR MIT)'],
    ['GPL-2.0-only with classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'],
    ['Python Software Foundation License', 'PSF-2.0'],
    ['CC0', 'CC0-1.0'],
    ['ISC License (ISCL)', 'ISC'],
    ['Boost Software License 1.0', 'BSL-1.0'],
    ['Eclipse Public License v2.0', 'EPL-2.0'],
    ['(MIT OR ISC) AND Zlib', '(MIT OR ISC) AND Zlib'],
    ['((mit or isc) or zlib)', '((MIT OR ISC) OR Zlib)'],
    ['LicenseRef-own', 'LicenseRef-own'],
  ])('%s is %s', (text, expected) => {
    expect(normaliseLicence(text)).toBe(expected);
  });

  it.each([
    'BSD',
    'GPL',
    'UNLICENSED',
    'SEE LICENSE IN LICENSE.txt',
    'public-domain',
    '',
    'MIT and',
    'MIT or something else',
    '((MIT)',
    'constructor',
    '__proto__',
    `${'('.repeat(200)}MIT`,
    'x'.repeat(100_000),
  ])('%.40s is left as it is', (text) => {
    expect(normaliseLicence(text)).toBeUndefined();
  });

  it('of the list is itself in any letters, or what replaced it', () => {
    for (const id of licenceIds.trim().split(/\s+/)) {
      const normal = normaliseLicence(id.toUpperCase());
      if (/^(?:A?GPL|LGPL|GFDL)-\d[\d.]*\+?$/.test(id)) expect(normal, id).toMatch(/-(?:only|or-later)$/);
      else expect(normal, id).toBe(id);
    }
  });

  it('of packages of npm that are installed here is an expression', () => {
    const folder = path.join(projectRoot, 'node_modules');
    const unknown: string[] = [];
    let seen = 0;
    for (const name of readdirSync(folder)) {
      const licence = licenceOf(path.join(folder, name, 'package.json'));
      if (licence === undefined) continue;
      seen++;
      const normal = normaliseLicence(licence);
      if (normal === undefined || !isLicenceExpression(normal)) unknown.push(`${name}: ${licence}`);
    }
    expect(seen).toBeGreaterThan(50);
    expect(unknown).toEqual([]);
  });
});

function licenceOf(file: string): string | undefined {
  try {
    const { license } = JSON.parse(readFileSync(file, 'utf8')) as { license?: unknown };
    return typeof license === 'string' ? license : undefined;
  } catch {
    return undefined;
  }
}
