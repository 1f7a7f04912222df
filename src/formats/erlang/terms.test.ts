import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parseApplication } from './application.ts';
import { parseHexMetadata } from './hex-metadata.ts';
import { parseRebarLock } from './rebar-lock.ts';
import { readElixirTerm, readErlangTerms, type Term } from './terms.ts';

const atom = (name: string): Term => ({ atom: name });
const tuple = (...items: readonly Term[]): Term => ({ tuple: items });

describe('readErlangTerms', () => {
  it.each<[string, string, readonly Term[]]>([
    ['nothing', '', []],
    ['atoms', "a. 'B c'. a@b. 'it\\'s'.", [atom('a'), atom('B c'), atom('a@b'), atom("it's")]],
    ['texts', '"a" "b". <<"c">>. <<"\\x{e9}"/utf8>>. "\\"\\n".', ['ab', 'c', 'é', '"\n']],
    ['numbers', '1. -2.5e3. 16#ff. $a. $\\n.', ['1', '-2.5e3', '16#ff', '', ''].map((number) => ({ number }))],
    ['lists and tuples', '{a, [b | []], {}}.', [tuple(atom('a'), [atom('b')], tuple())]],
    ['maps', '#{a => 1}.', [tuple(tuple(atom('a'), { number: '1' }))]],
    ['comments', '%% x.\na. % y', [atom('a')]],
    ['bytes', '<<1,2>>. <<>>.', ['', '']],
  ])('reads %s', (_, text, expected) => {
    expect(readErlangTerms(text)).toEqual(expected);
  });

  it.each([
    ['no full stop', 'a'],
    ['a tuple without an end', '{a, b.'],
    ['a text without an end', '"a.'],
    ['a program', 'f() -> ok.'],
    ['tuples without an end in each other', '{'.repeat(200_000)],
    ['tuples in each other', `${'{'.repeat(5000)}${'}'.repeat(5000)}.`],
    ['noise', '\0\x01\xff'],
  ])('refuses %s', (_, text) => {
    expect(() => readErlangTerms(text)).toThrow(FormatError);
  });
});

describe('readElixirTerm', () => {
  it.each<[string, Term]>([
    ['{:hex, :"a-b", "1.0"}', tuple(atom('hex'), atom('a-b'), '1.0')],
    ['[hex: :a, optional: false]', [tuple(atom('hex'), atom('a')), tuple(atom('optional'), atom('false'))]],
    ['%{"a" => 1, "b": nil}', tuple(tuple('a', { number: '1' }), tuple('b', atom('nil')))],
    ['["a": {:git, "x", []}]', [tuple('a', tuple(atom('git'), 'x', []))]],
  ])('reads %s', (text, expected) => {
    expect(readElixirTerm(text)).toEqual(expected);
  });
});

const app = '{application, rope, [{vsn, "1.0"}, {applications, [kernel, stdlib]}, {env, [{a, "}."}]}]}.\n';
const metadata = `{<<"name">>,<<"rope">>}.
{<<"version">>,<<"1.0.0">>}.
{<<"licenses">>,[<<"MIT">>]}.
{<<"requirements">>,[[{<<"name">>,<<"hemp">>},{<<"app">>,<<"hemp">>}],{<<"tar">>,[{<<"app">>,<<"tar">>}]}]}.
`;
const digest = 'AB'.repeat(32);
const lock = `{"1.2.0",
[{<<"rope">>,{pkg,<<"hull_rope">>,<<"1.0.0">>},0},
 {<<"hemp">>,{git,"https://x.example/hemp",{ref,"${'0a'.repeat(20)}"}},1}]}.
[{pkg_hash_ext,[{<<"hull_rope">>, <<"${digest}">>}]}].
`;

describe('files of Erlang', () => {
  it('tell what an application is', () => {
    expect(parseApplication(app)).toEqual({ name: 'rope', version: '1.0', requires: ['kernel', 'stdlib'] });
  });

  it('tell what a package of Hex is, and what it needs in either form', () => {
    const expected = { name: 'rope', version: '1.0.0', licences: ['MIT'], requires: ['hemp', 'tar'] };
    expect(parseHexMetadata(metadata)).toEqual(expected);
  });

  it('tell what is locked, under the name that Hex has it', () => {
    expect(parseRebarLock(lock)).toEqual({
      packages: [
        { name: 'hull_rope', version: '1.0.0', requires: [], sha256: digest.toLowerCase() },
        { name: 'hemp', version: '', requires: [] },
      ],
      unreadable: 0,
    });
    // Before 1.2.0 there was the list alone.
    expect(parseRebarLock('[{<<"a">>,{pkg,<<"a">>,<<"1">>},0}, {<<"b">>,{pkg,<<"b">>},0}, c].').packages).toHaveLength(
      1,
    );
  });

  it.each([
    ['application', parseApplication],
    ['hex_metadata.config', parseHexMetadata],
    ['rebar.lock', parseRebarLock],
  ] as const)('%s is refused in whatever it is not', (_, parse) => {
    for (const other of ['', 'x', '[].', '{}.', '{application, 1, []}.', '{application, a, b, c', '#{}.']) {
      if (parse === parseRebarLock && other === '[].') continue;
      if (parse === parseRebarLock && other === '{}.') continue;
      expect(() => parse(other), other).toThrow(FormatError);
    }
  });
});
