import { describe, expect, it } from 'vitest';
import type { PackageRecord } from '../model/fact.ts';
import { tellable } from './tellable.ts';

/** Put together here, so that nobody takes this file for a leak. */
const token = ['AK', 'IA', 'QX7ZP2VN4KTR6WJM'].join('');
const password = ['Tr0ub4', 'dor-3-', 'zq'].join('');
const plain: PackageRecord = { name: 'libx', version: '1:2.3-4', type: 'deb' };

describe('a package that may be told', () => {
  it.each<[string, Partial<PackageRecord>]>([
    [
      'its fields',
      { licences: ['MIT', 'SEE LICENSE IN LICENSE.txt'], maintainer: 'Debian Perl Group <pkg-perl@x.org>' },
    ],
    ['a name and a version that say "token"', { name: 'org.x.token:auth-9f8e7d6c5b4a', version: 'v0.0.0-20230101' }],
    [
      'an address without a password',
      { version: 'git+https://github.com/a/b.git#0123456789abcdef0123456789abcdef01234567' },
    ],
  ])('keeps %s', (_, more) => {
    expect(tellable({ ...plain, ...more })).toEqual({ ...plain, ...more });
  });

  it.each<[string, Partial<PackageRecord>, Partial<PackageRecord>]>([
    ['licence', { licences: ['MIT', `by ${token}`] }, { licences: ['MIT', 'by AKI…JM'] }],
    ['licence page', { licences: [`https://a:${password}@x/`] }, { licences: ['https://a:…@x/'] }],
    ['builder', { vendor: `Someone ${token}` }, { vendor: 'Someone AKI…JM' }],
    ['maintainer', { maintainer: `A <${token}@x.org>` }, { maintainer: 'A <AKI…JM@x.org>' }],
    ['version', { version: `git+https://a:${password}@x/y#0` }, { version: 'git+https://a:…@x/y#0' }],
    ['name', { name: `https://a:${password}@x/y.zip` }, { name: 'https://a:…@x/y.zip' }],
  ])('has none in its %s', (_, written, told) => {
    expect(tellable({ ...plain, ...written })).toEqual({ ...plain, ...told });
    expect(tellable({ ...plain, ...written })).toEqual({ ...plain, ...told });
  });
});
