import { describe, expect, it } from 'vitest';
import { file, foundIn } from '../../../test/support/persistence.ts';
import type { TarEntry } from '../../../test/support/tar.ts';

describe('what everybody may write', () => {
  it.each<[string, readonly TarEntry[], readonly (readonly [string, string])[]]>([
    ['a program', [file('srv/app/run', 'x', { mode: 0o777 })], [['writable-file', 'medium']]],
    ['a program of the system', [file('usr/bin/x', 'x', { mode: 0o757 })], [['writable-file', 'high']]],
    ['settings', [file('etc/x.conf', 'x', { mode: 0o666 })], [['writable-file', 'high']]],
    ['data', [file('srv/data', 'x', { mode: 0o666 })], []],
    [
      'a directory of programs',
      [{ path: 'usr/local/bin', type: 'directory', mode: 0o777 }],
      [['writable-directory', 'high']],
    ],
    [
      'a directory that runs by itself',
      [{ path: 'etc/cron.d', type: 'directory', mode: 0o777 }],
      [['writable-directory', 'high']],
    ],
    ['a directory for all', [{ path: 'tmp', type: 'directory', mode: 0o1777 }], []],
  ])('%s', async (_, entries, expected) => {
    expect((await foundIn(entries)).map(({ id, severity }) => [id, severity])).toEqual(expected);
  });

  it('is one finding where a directory has much of it', async () => {
    const entries = Array.from({ length: 200 }, (_, n) => file(`srv/app/${n}`, 'x', { mode: 0o777 }));
    const [finding, ...others] = await foundIn(entries);

    expect(others).toEqual([]);
    expect(finding?.evidence).toMatch(/^Everybody may write \/srv\/app\/0, .* and 192 more\.$/);
  });
});
