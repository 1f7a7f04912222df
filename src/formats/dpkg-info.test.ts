import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { dpkgText, md5sumPaths, parseDiversions } from './dpkg-info.ts';

describe('parseDiversions', () => {
  it('reads three lines for each diversion', () => {
    const text = '/usr/bin/sh\n/usr/bin/sh.distrib\ndash\n/etc/a\n/etc/a.old\n:\n';

    expect(parseDiversions(Buffer.from(text))).toEqual({
      diversions: [
        { from: 'usr/bin/sh', to: 'usr/bin/sh.distrib', by: 'dash' },
        { from: 'etc/a', to: 'etc/a.old', by: ':' },
      ],
      incomplete: false,
    });
  });

  it.each([
    ['a rest of one line', '/a\n/b\nc\n/d\n', 1],
    ['a rest of two lines', '/a\n/b\nc\n/d\n/e', 1],
    ['a single line', '/a', 0],
  ])('tells of %s', (_, text, count) => {
    const parsed = parseDiversions(Buffer.from(text));

    expect(parsed.incomplete).toBe(true);
    expect(parsed.diversions).toHaveLength(count);
  });

  it('reads an empty file and bounds a huge one', () => {
    expect(parseDiversions(Buffer.alloc(0))).toEqual({ diversions: [], incomplete: false });

    const huge = parseDiversions(Buffer.from('/a\n/b\nc\n'.repeat(100_001)));
    expect(huge.diversions).toHaveLength(100_000);
    expect(huge.incomplete).toBe(true);
  });

  it('reads what dpkg-divert wrote', (context) => {
    context.skip(spawnSync('dpkg-divert', ['--version']).status !== 0, 'dpkg-divert is not installed');
    const admin = temporaryFolder();
    mkdirSync(path.join(admin, 'info'));
    for (const name of ['status', 'diversions']) writeFileSync(path.join(admin, name), '');
    const divert = (...more: string[]) =>
      execFileSync('dpkg-divert', [`--admindir=${admin}`, '--no-rename', '--add', ...more]);
    divert('--package', 'dash', '--divert', '/bin/sh.distrib', '/bin/sh');
    divert('--local', '/etc/motd');

    const { diversions, incomplete } = parseDiversions(readFileSync(path.join(admin, 'diversions')));

    expect(incomplete).toBe(false);
    expect(diversions.toSorted((a, b) => (a.from < b.from ? -1 : 1))).toEqual([
      { from: 'bin/sh', to: 'bin/sh.distrib', by: 'dash' },
      { from: 'etc/motd', to: 'etc/motd.distrib', by: ':' },
    ]);
  });
});

describe('md5sumPaths', () => {
  it('takes the paths of text and binary lines, and skips what is no line', () => {
    const digest = 'd41d8cd98f00b204e9800998ecf8427e';

    expect(md5sumPaths(`${digest}  usr/bin/a b\n${digest} */usr/bin/c\nnothing\n\n${digest} `)).toBe(
      'usr/bin/a b\nusr/bin/c',
    );
  });
});

describe('dpkgText', () => {
  it('writes bytes that are no UTF-8 as paths stand elsewhere', () => {
    expect(dpkgText(Buffer.from([0x2f, 0xe9]))).toBe('/\\xe9');
    expect(dpkgText(Buffer.from('/é'))).toBe('/é');
  });
});
