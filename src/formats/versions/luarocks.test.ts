import path from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { differences, isThere, type NativeOrder } from '../../../test/support/native-order.ts';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { luarocksVersions } from './luarocks.ts';

const part = fc.constantFrom('0', '0', '1', '2', '10', '01', 'a', 'b', 'A', 'rc', 'rc1', 'alpha', 'beta', 'pre', 'scm');
const numbered = fc
  .tuple(
    fc.constantFrom('0', '1', '2', '10', 'scm', 'dev', 'cvs'),
    fc.array(fc.tuple(fc.constantFrom('.', '.', '.', '-', '_', ''), part), { maxLength: 4 }),
    fc.constantFrom('0', '1', '2', '10'),
  )
  .map(([first, rest, revision]) => `${first}${rest.map((pair) => pair.join('')).join('')}-${revision}`);

describeVersionScheme({
  scheme: luarocksVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/luarocks.txt'),
  versions: fc
    .tuple(numbered, fc.boolean())
    .map(([version, whole]) => (whole ? version : version.replace(/-\d+$/, ''))),
  invalid: ['', ' ', '-1', '.1', '>= 1.0', '1.0+1', '1 0', '1.0\u0000', '1.\u00e9'],
});

const lua = (command: string): NativeOrder => ({
  command,
  args: [
    '-e',
    `local vers = require("luarocks.core.vers")
     for line in io.lines() do
       local a, b = line:match("^(%S+) (%S+)$")
       local x, y = vers.parse_version(a), vers.parse_version(b)
       print(x < y and -1 or y < x and 1 or 0)
     end`,
  ],
});

describe('luarocks versions against LuaRocks', () => {
  const native = ['lua5.4', 'lua5.1', 'lua'].map(lua).find(isThere);
  beforeEach((context) => context.skip(native === undefined, 'LuaRocks is not installed'));

  it('agree on 20,000 pairs', () => {
    const pairs = fc.sample(fc.tuple(numbered, numbered), { numRuns: 20_000, seed: 20_261_130 });

    expect(differences(native!, pairs, luarocksVersions.compare)).toEqual([]);
  });
});
