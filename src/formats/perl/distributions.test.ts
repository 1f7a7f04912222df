import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import {
  parseCpanfileSnapshot,
  parseInstallJson,
  parseMetaJson,
  parseMetaYaml,
  parsePerllocal,
} from './distributions.ts';

describe('parseInstallJson', () => {
  it('goes by the distribution, and not by the module that was asked for', () => {
    expect(parseInstallJson(JSON.stringify({ name: 'X', version: '9', dist: 'Foo-Bar-1.02' }))).toEqual({
      name: 'Foo-Bar',
      version: '1.02',
      licences: [],
    });
  });

  it.each(['', '{', 'null', '[]', '{}', '{"dist": "Foo"}', '{"dist": 1}', '{"__proto__": {"dist": "A-1"}}'])(
    'refuses %j',
    (text) => {
      expect(() => parseInstallJson(text)).toThrow(FormatError);
    },
  );
});

describe('the author', () => {
  const of = (pathname: unknown) => parseInstallJson(JSON.stringify({ dist: 'Try-Tiny-0.31', pathname })).author;

  it.each([
    ['E/ET/ETHER/Try-Tiny-0.31.tar.gz', 'ETHER'],
    ['E/ET/ETHER/sub/folder/Try-Tiny-0.31.tgz', 'ETHER'],
    ['B/BA/BA-DA1/Try-Tiny-0.31.zip', 'BA-DA1'],
    ['E/ET/OTHER/Try-Tiny-0.31.tar.gz', undefined],
    ['X/XT/ETHER/Try-Tiny-0.31.tar.gz', undefined],
    ['E/ET/ETHER/Moo-2.0.tar.gz', undefined],
    ['E/ET/ET@x/Try-Tiny-0.31.tar.gz', undefined],
    ['/srv/Try-Tiny-0.31.tar.gz', undefined],
    [7, undefined],
    [undefined, undefined],
  ])('of %j is %s', (pathname, author) => {
    expect(of(pathname)).toBe(author);
  });

  it('is that of the entry whose path it is', () => {
    const text = `# carton snapshot format: version 1.0
DISTRIBUTIONS
  Moo-2.0
  Odd:Name-1
    pathname: E/ET/ETHER/Moo-2.0.tar.gz
  Try-Tiny-0.31
    provides:
      pathname: X
    pathname: E/ET/ETHER/Try-Tiny-0.31.tar.gz
    pathname: S/SR/SRI/Try-Tiny-0.31.tar.gz
`;
    const { distributions } = parseCpanfileSnapshot(text);
    expect(distributions.map(({ name, author }) => [name, author])).toEqual([
      ['Moo', undefined],
      ['Try-Tiny', 'ETHER'],
    ]);
  });
});

describe('parsePerllocal', () => {
  it('reads the last version of each module', () => {
    const entry = (
      module: string,
      version: string,
    ): string => `=head2 Mon Jan  1 00:00:00 2025: C<Module> L<${module}|${module}>

=over 4

=item *

C<installed into: /usr/local/share/perl/5.40.0>

=item *

C<VERSION: ${version}>

=back

`;
    const text = `${entry('Foo::Bar', '1.0')}${entry('JSON', '4.10')}${entry('Foo::Bar', '1.10')}C<VERSION: 9>\n`;
    expect(parsePerllocal(text)).toEqual([
      { name: 'Foo-Bar', version: '9', licences: [] },
      { name: 'JSON', version: '4.10', licences: [] },
    ]);
    expect(parsePerllocal('')).toEqual([]);
    expect(parsePerllocal('=head2 x\nC<VERSION: 1>\n')).toEqual([]);
  });
});

describe('parseMetaJson', () => {
  it('leaves out other networks, and what has no name or version', () => {
    const meta = { name: 'Foo', version: 1.5, license: ['perl_5', 'unknown', 1] };
    expect(parseMetaJson(JSON.stringify(meta))).toEqual({ name: 'Foo', version: '1.5', licences: ['perl_5'] });
    for (const other of [
      { name: 'Foo::Bar' },
      { version: null },
      { 'meta-spec': { url: 'https://pgxn.org/meta/spec.txt' } },
    ]) {
      expect(parseMetaJson(JSON.stringify({ ...meta, ...other }))).toBeUndefined();
    }
  });
});

describe('parseMetaYaml', () => {
  it('reads keys of the first level', () => {
    const text = "--- #YAML\nname: 'Foo-Bar'\nversion:   0.08\nrequires:\n  name: Other\nlicense: perl\n";
    expect(parseMetaYaml(text)).toEqual({ name: 'Foo-Bar', version: '0.08', licences: ['perl'] });
    expect(parseMetaYaml('name: ~\nversion: 1\n')).toBeUndefined();
    expect(() => parseMetaYaml('')).toThrow(FormatError);
  });
});

describe('parseCpanfileSnapshot', () => {
  it('reads distributions', () => {
    const text = `# carton snapshot format: version 1.0
DISTRIBUTIONS
  Mojolicious-9.19
    pathname: S/SR/SRI/Mojolicious-9.19.tar.gz
    provides:
      Mojo undef
    requirements:
      perl 5.016
  Try-Tiny-0.31
    pathname: E/ET/ETHER/Try-Tiny-0.31.tar.gz
  CGI.pm-3.05
    pathname: L/LD/LDS/CGI.pm-3.05.tar.gz
  Net-SSH2
  Odd:Name-1
`;
    const { distributions, unreadable } = parseCpanfileSnapshot(text);
    expect(distributions.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'Mojolicious 9.19',
      'Try-Tiny 0.31',
      'CGI.pm 3.05',
      'Net-SSH2 ',
    ]);
    expect(unreadable).toBe(1);
    expect(distributions.map(({ author }) => author)).toEqual(['SRI', 'ETHER', 'LDS', undefined]);
    expect(() => parseCpanfileSnapshot('DISTRIBUTIONS\n')).toThrow(FormatError);
  });
});
