import { describe, expect, it } from 'vitest';
import { FormatError } from '../errors.ts';
import { readSecdb, readSecfix } from './secdb.ts';

function read(packages: unknown) {
  return [...readSecdb(Buffer.from(JSON.stringify({ packages })))];
}

describe('readSecfix', () => {
  // Forms that stand in Alpine's own documents.
  it.each([
    ['CVE-2020-1234', [['CVE-2020-1234', [], []]]],
    ['CVE-2017-12345   XSA-123', [['CVE-2017-12345', [], ['XSA-123']]]],
    ['CVE-2017-1 XSA-1', [['XSA-1', [], []]]],
    ['CVE-2018-14883 # (ICMP)', [['CVE-2018-14883', [], []]]],
    ['CVE-2018-14883 (BGP)', [['CVE-2018-14883', [], []]]],
    ['CVE-2018-11797 # requires --with-systemd', [['CVE-2018-11797', [], []]]],
    ['CVE-????-????? XSA-466', [['XSA-466', [], []]]],
    [
      'CVE-2021-1111 CVE-2021-2222 XSA-9',
      [
        ['CVE-2021-1111', [], ['XSA-9']],
        ['CVE-2021-2222', [], ['XSA-9']],
      ],
    ],
    ['CVE-2022-1234 GHSA-2222-3333-4444', [['CVE-2022-1234', ['GHSA-2222-3333-4444'], []]]],
    ['GHSA-99vh-xpmg-99qh', [['GHSA-99vh-xpmg-99qh', [], []]]],
    ['GHSA-rpmj-rpgj-qmpm', [['GHSA-rpmj-rpgj-qmpm', [], []]]],
    ['CVE_2019-1234', [['CVE-2019-1234', [], []]]],
    ['cve-2019-1234', [['CVE-2019-1234', [], []]]],
    ['CVE-2017-17434-1', [['CVE-2017-17434', [], []]]],
    ['CVE-2017-8073.patch', [['CVE-2017-8073', [], []]]],
    ['CVE-2022-23959 VSV00008', [['CVE-2022-23959', [], ['VSV00008']]]],
    ['wnpa-sec-2017-18', [['wnpa-sec-2017-18', [], []]]],
    ['ALPINE-13661', [['ALPINE-13661', [], []]]],
    ['CVE-46838', []],
    ['CVE 2018-16859', []],
    ['# nothing', []],
    ['', []],
  ] as [string, [string, string[], string[]][]][])('%j', (entry, expected) => {
    expect(readSecfix(entry).map(({ id, aliases, related }) => [id, aliases, related])).toEqual(expected);
  });
});

describe('readSecdb', () => {
  it('gathers all that is said of one id in one package', () => {
    const secfixes = { '2.0-r1': ['CVE-2020-1111'], '1.0-r0': ['CVE-2020-1111 XSA-1'], '0': ['CVE-2020-2222'] };

    expect(read([{ pkg: { name: 'a', secfixes } }])).toEqual([
      { package: 'a', id: 'CVE-2020-2222', aliases: [], related: [], fixed: [], notAffected: true },
      {
        package: 'a',
        id: 'CVE-2020-1111',
        aliases: [],
        related: ['XSA-1'],
        fixed: ['2.0-r1', '1.0-r0'],
        notAffected: false,
      },
    ]);
  });

  it('takes an empty object for an empty list, as Alpine writes one', () => {
    expect([...readSecdb(Buffer.from('{"packages":{}}'))]).toEqual([]);
  });

  it('says what it left out', () => {
    const items = read([{}, { pkg: { name: 'b', secfixes: { '1-r0': ['nothing', 7] } } }, { pkg: { name: 'c' } }]);

    expect(items).toEqual([
      { skipped: 'a package without a name' },
      { skipped: 'b 1-r0: no id in "nothing"' },
      { skipped: 'b 1-r0: no id in 7' },
    ]);
  });

  it.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['no packages', '{"packages":{"a":1}}'],
    ['packages that are text', '{"packages":""}'],
  ])('refuses %s', (_, text) => {
    expect(() => [...readSecdb(Buffer.from(text))]).toThrow(FormatError);
  });
});
