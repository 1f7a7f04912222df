import { describe, expect, it } from 'vitest';
import { debianLayer, file, foundIn, type Layers } from '../../../test/support/persistence.ts';
import type { TarEntry } from '../../../test/support/tar.ts';

const capabilities = (hex: string): Partial<TarEntry> => ({ capabilities: Buffer.from(hex, 'hex') });
/** Revision 2: cap_setuid (7), cap_net_bind_service (10), cap_net_raw (13), effective. */
const setuidCapability = '0100000280000000000000000000000000000000';
const bindCapability = '0100000200040000000000000000000000000000';
const rawCapability = '0100000200200000000000000000000000000000';

describe('programs with more rights than whoever starts them', () => {
  it.each<[string, Layers, readonly (readonly [string, string])[]]>([
    ['an own one', [[file('usr/local/bin/own', 'x', { mode: 0o4755 })]], [['setuid-file', 'high']]],
    ['an own one of a group', [[file('usr/local/bin/own', 'x', { mode: 0o2755 })]], [['setuid-file', 'medium']]],
    [
      'an own one of a user',
      [[file('usr/local/bin/own', 'x', { mode: 0o4755, uid: 1000 })]],
      [['setuid-file', 'medium']],
    ],
    ['a shell', [[file('usr/bin/bash', 'x', { mode: 0o4755 })]], [['setuid-file', 'critical']]],
    [
      'an interpreter with its version',
      [[file('usr/bin/python3.11', 'x', { mode: 0o4755 })]],
      [['setuid-file', 'critical']],
    ],
    ['one that nobody may start', [[file('usr/bin/x', 'x', { mode: 0o4644 })]], []],
    ['none', [[file('usr/bin/bash', 'x', { mode: 0o755 })]], []],
    [
      'a usual one of a package',
      [debianLayer({ 'usr/bin/su': 'x' }, { mode: 0o4755 })],
      [['setuid-packaged', 'negligible']],
    ],
    [
      'the helper of MariaDB, of its package',
      [debianLayer({ 'usr/lib/mysql/plugin/auth_pam_tool_dir/auth_pam_tool': 'x' }, { mode: 0o4755 })],
      [['setuid-packaged', 'negligible']],
    ],
    ['an unusual one of a package', [debianLayer({ 'usr/bin/tool': 'x' }, { mode: 0o4755 })], [['setuid-file', 'low']]],
    [
      'an editor of a package',
      [debianLayer({ 'usr/bin/vim.basic': 'x' }, { mode: 0o4755 })],
      [['setuid-file', 'critical']],
    ],
    [
      'one that a layer made of a program of a package',
      [debianLayer({ 'usr/bin/tool': 'x' }), [file('usr/bin/tool', 'x', { mode: 0o4755 })]],
      [['setuid-file', 'high']],
    ],
    [
      'an interpreter with cap_setuid',
      [[file('usr/bin/python3', 'x', capabilities(setuidCapability))]],
      [['capability-file', 'critical']],
    ],
    [
      'an own one with cap_setuid',
      [[file('usr/bin/own', 'x', capabilities(setuidCapability))]],
      [['capability-file', 'high']],
    ],
    [
      'a server that listens at low ports',
      [[file('usr/bin/own', 'x', capabilities(bindCapability))]],
      [['capability-file', 'low']],
    ],
    ['ping of a package', [debianLayer({ 'usr/bin/ping': 'x' }, capabilities(rawCapability))], []],
    ['capabilities that are none', [[file('usr/bin/own', 'x', capabilities('ffff'))]], [['capability-file', 'low']]],
  ])('%s', async (_, layers, expected) => {
    expect((await foundIn(...layers)).map(({ id, severity }) => [id, severity])).toEqual(expected);
  });

  it('are told with the layer and the package that it changed', async () => {
    const brought = debianLayer({ 'usr/bin/tool': 'x' });

    expect(await foundIn(brought, [file('usr/bin/tool', 'x', { mode: 0o4755 })])).toMatchObject([
      {
        layer: { index: 1 },
        evidence:
          'Who starts /usr/bin/tool has the rights of root (mode 4755): layer 1 put it in place of the one of the package tool.',
      },
    ]);
  });
});
