import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { type LuaValue, readLuaLiterals } from './lua-literals.ts';
import { parseLuarocksLock, parseRockspec } from './rockspec.ts';

const plain = (value: LuaValue): unknown =>
  typeof value === 'object'
    ? { items: value.items.map(plain), ...Object.fromEntries([...value.fields].map(([key, one]) => [key, plain(one)])) }
    : value;
const read = (text: string) => Object.fromEntries([...readLuaLiterals(text)].map(([key, one]) => [key, plain(one)]));

describe('readLuaLiterals', () => {
  it.each([
    ['texts', `a = "x\\n\\65" b = 'y' c = [[\nz]] d = [==[ ]] ]==]`, { a: 'x\nA', b: 'y', c: 'z', d: ' ]] ' }],
    ['comments', `#!/usr/bin/lua\n--[[ a = "1"\n]] a = "2" -- a = "3"\n--[==[\n]]\n]==]`, { a: '2' }],
    [
      'names',
      `local v = "1" w = v .. "-" .. v x = unknown .. "1" y = t.v`,
      { v: '1', w: '1-1', x: undefined, y: undefined },
    ],
    [
      'tables',
      `t = { "a", b = "c"; ["d.e"] = { "f" }, 1, g(), h = f("x") or "y" }`,
      {
        t: { items: ['a'], b: 'c', 'd.e': { items: ['f'] }, h: undefined },
      },
    ],
    [
      'what is in functions, which is not run',
      `a = "1"\nfunction f() a = "2" end\nif x then a = "3" end b = "4"`,
      { a: '1', b: '4' },
    ],
    ['loops', `for i = 1, 2 do a = "2" end while x do a = "3" end b = "4"`, { b: '4' }],
    ['calls', `f("a")("b") { c = "d" } e = "f"`, { e: 'f' }],
    ['what it returns', `return { a = "b" }`, { return: { items: [], a: 'b' } }],
    ['a name that gets another value', `a = "1" a = f()`, { a: undefined }],
    ['keys of a prototype', `__proto__ = "1" t = { __proto__ = "2" }`, {}],
  ])('reads %s', (title, text, expected) => {
    if (title.startsWith('keys')) expect([...readLuaLiterals(text).keys()]).toEqual(['__proto__', 't']);
    else expect(read(text)).toEqual(expected);
  });

  it.each([
    ['a text', 'a = "b'],
    ['a text over lines', 'a = "b\nc"'],
    ['a long text', 'a = [[b'],
    ['a comment', '--[[ a'],
    ['a table', 'a = { "b"'],
    ['a thousand tables', `a = ${'{'.repeat(1000)}`],
    ['too many words', 'a '.repeat(500_001)],
  ])('refuses %s without an end', (_, text) => {
    expect(() => readLuaLiterals(text)).toThrow(FormatError);
  });

  it('does not grow what is added to itself, and takes brackets that close nothing', () => {
    const doubling = `a = "0123456789"\n${'a = a .. a\n'.repeat(60)}`;
    expect(read(doubling)).toEqual({ a: undefined });
    expect(read(`${')]}'.repeat(1000)} a = "1"`)).toEqual({ a: '1' });
    expect(read('a = = "1" b = } c = "2"')).toMatchObject({ c: '2' });
  });
});

describe('parseRockspec', () => {
  it.each([
    ['nothing', ''],
    ['no version', 'package = "a"'],
    ['a version that only a run would tell', 'package = "a" version = os.getenv("V")'],
    ['a name that is none', 'package = "../a" version = "1-1"'],
  ])('refuses %s', (_, text) => {
    expect(() => parseRockspec(text)).toThrow(FormatError);
  });

  it('reads what it needs', () => {
    const text = 'package = "a"\nversion = [[1-1]]\ndependencies = { "lua >= 5.1", "b/c == 1", "d" }\n';
    expect(parseRockspec(text)).toEqual({ name: 'a', version: '1-1', licences: [], requires: ['b/c', 'd'] });
  });
});

describe('parseLuarocksLock', () => {
  it('reads what is for use, for building and for tests', () => {
    const text = `return {
   build_dependencies = { ["luarocks-build-rust"] = "0.2-1" },
   dependencies = { lua = "5.4-1", lpeg = "1.0.2-1", broken = 1 },
   test_dependencies = { busted = "2.0-1" }
}`;
    expect(parseLuarocksLock(text)).toEqual([
      { name: 'lpeg', version: '1.0.2-1' },
      { name: 'luarocks-build-rust', version: '0.2-1', group: 'build' },
      { name: 'busted', version: '2.0-1', group: 'test' },
    ]);
    expect(() => parseLuarocksLock('dependencies = {}')).toThrow(FormatError);
  });
});
