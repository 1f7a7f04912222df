import { zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError, LimitError } from '../errors.ts';
import { parseChiselWall } from './chisel-wall.ts';

const header = '{"jsonwall":"1.0","schema":"1.0","count":3}';
const wall = (...rows: readonly unknown[]): Buffer =>
  zstdCompressSync(Buffer.from([header, ...rows.map((row) => JSON.stringify(row))].join('\n')));
const digest = 'a'.repeat(64);

describe('parseChiselWall', () => {
  it('gives each package the files of its slices', () => {
    const { packages, unreadable } = parseChiselWall(
      wall(
        { kind: 'package', name: 'hull', version: '1.2-1', arch: 'amd64', sha256: digest },
        { kind: 'path', path: '/usr/bin/hull', slices: ['hull_bins', 'rope_all'], sha256: digest },
        { kind: 'path', path: '/usr/bin/', slices: ['hull_bins'] },
        { kind: 'path', path: '/etc/hull', slices: ['hull_config'], sha256: digest, final_sha256: 'b'.repeat(64) },
        { kind: 'slice', name: 'hull_bins' },
        { kind: 'content', slice: 'hull_bins', path: '/usr/bin/hull' },
      ),
    );

    expect(unreadable).toBe(0);
    expect(packages).toEqual([
      {
        name: 'hull',
        version: '1.2-1',
        arch: 'amd64',
        sha256: digest,
        files: 'usr/bin/hull\netc/hull',
        digests: `${digest}  usr/bin/hull\n${'b'.repeat(64)}  etc/hull`,
      },
    ]);
  });

  it.each([
    ['a list', []],
    ['an unknown kind', { kind: 'anchor' }],
    ['no version', { kind: 'package', name: 'hull' }],
    ['a blank in a name', { kind: 'package', name: 'h ull', version: '1' }],
    ['a number for a name', { kind: 'package', name: 1, version: '1' }],
    ['a path that is none', { kind: 'path', path: 'usr', slices: 'hull_bins' }],
    ['a key that is none', { __proto__: { kind: 'package' } }],
  ])('counts a row with %s, and reads the others', (_, row) => {
    const { packages, unreadable } = parseChiselWall(wall(row, { kind: 'package', name: 'hull', version: '1' }));

    expect(packages.map(({ name }) => name)).toEqual(['hull']);
    expect(unreadable).toBe(1);
  });

  it('refuses what is none, at whatever place it is cut', () => {
    const whole = wall({ kind: 'package', name: 'hull', version: '1' });

    for (let end = 0; end < whole.length; end++) {
      expect(() => parseChiselWall(whole.subarray(0, end))).toThrow(FormatError);
    }
    expect(() => parseChiselWall(zstdCompressSync(Buffer.from('{"schema":"1.0"}')))).toThrow(FormatError);
  });

  it('refuses what unpacks to more than any list has', () => {
    expect(() => parseChiselWall(zstdCompressSync(Buffer.alloc(65 * 1024 * 1024)))).toThrow(LimitError);
  });
});
