import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { tar } from './tar.ts';
import { writeTemporary } from './temporary.ts';

const hasTar = (() => {
  try {
    return execFileSync('tar', ['--version'], { encoding: 'utf8' }).includes('GNU tar');
  } catch {
    return false;
  }
})();

/** What the real program reads: `type mode owner size path [link]` lines. */
function listing(bytes: Uint8Array): string[] {
  const file = writeTemporary('a.tar', bytes);
  const text = execFileSync('tar', ['--numeric-owner', '--utc', '-tvf', file], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
    stdio: 'pipe',
  });
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').replace('2024-01-01 00:00 ', ''));
}

describe.skipIf(!hasTar)('what GNU tar reads of the archives of the tests', () => {
  const long = `${'a'.repeat(90)}/${'b'.repeat(90)}`;

  it('reads every type of member', () => {
    const bytes = tar([
      { path: 'etc', type: 'directory' },
      { path: 'etc/passwd', content: 'root\n', mode: 0o4755, uid: 7, gid: 8 },
      { path: 'etc/link', type: 'symlink', linkTarget: 'passwd' },
      { path: 'etc/hard', type: 'hardlink', linkTarget: 'etc/passwd' },
      { path: 'dev/null', type: 'character', deviceMajor: 1, deviceMinor: 3 },
      { path: 'dev/sda', type: 'block', deviceMajor: 8, deviceMinor: 0 },
      { path: 'run/pipe', type: 'fifo' },
    ]);

    expect(listing(bytes)).toEqual([
      'drwxr-xr-x 0/0 0 etc/',
      '-rwsr-xr-x 7/8 5 etc/passwd',
      'lrwxrwxrwx 0/0 0 etc/link -> passwd',
      'hrw-r--r-- 0/0 0 etc/hard link to etc/passwd',
      'crw-r--r-- 0/0 1,3 dev/null',
      'brw-r--r-- 0/0 8,0 dev/sda',
      'prw-r--r-- 0/0 0 run/pipe',
    ]);
  });

  it.each(['pax', 'gnu', 'ustar-prefix', 'always-gnu', 'always-pax'] as const)(
    'reads long names written as %s',
    (longNames) => {
      const bytes = tar([
        { path: long, content: 'x', longNames },
        { path: 'short', longNames, content: 'yy' },
      ]);

      expect(listing(bytes)).toEqual([`-rw-r--r-- 0/0 1 ${long}`, '-rw-r--r-- 0/0 2 short']);
    },
  );

  it.each(['pax', 'gnu'] as const)('reads long link targets written as %s', (longNames) => {
    const bytes = tar([{ path: 'l', type: 'symlink', linkTarget: long, longNames }]);

    expect(listing(bytes)).toEqual([`lrwxrwxrwx 0/0 0 l -> ${long}`]);
  });

  it('reads base-256 numbers', () => {
    const bytes = tar([{ path: 'f', content: 'abc', uid: 3_000_000, gid: 5, base256: true, format: 'gnu' }]);

    expect(listing(bytes)).toEqual(['-rw-r--r-- 3000000/5 3 f']);
  });

  it('refuses a forced wrong checksum', () => {
    expect(() => listing(tar([{ path: 'f', checksum: 1 }]))).toThrow(/not look like a tar archive/);
  });

  it('reads PAX records, local and global', () => {
    const bytes = tar([
      { path: 'f', content: 'abc', pax: [['path', 'other']], capabilities: Buffer.from('0100000202', 'hex') },
      { path: 'g', globalPax: [['comment', 'x']] },
    ]);

    expect(listing(bytes)).toEqual(['-rw-r--r-- 0/0 3 other', '-rw-r--r-- 0/0 0 g']);
  });
});
