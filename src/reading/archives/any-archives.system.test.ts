import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { probeAny } from '../../../test/support/any-archive-probe.ts';
import type { Coming, ProbeReading, Seen } from '../../../test/support/archive-probe.ts';
import { noise } from '../../../test/support/noise.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';

const ways: readonly Coming[] = ['at any place', 'compressed'];

/** A folder with files of several sizes, made once. */
const folder = temporaryFolder();
const tree = path.join(folder, 'tree');
mkdirSync(path.join(tree, 'etc/deep'), { recursive: true });
const large = noise(700_000);
/** Real instructions, which filters for machine code change. */
const code = readFileSync(process.execPath).subarray(30_000_000, 30_400_000);
writeFileSync(path.join(tree, 'a.txt'), 'the first');
writeFileSync(path.join(tree, 'etc/b.conf'), 'second\n'.repeat(5));
writeFileSync(path.join(tree, 'etc/deep/large.bin'), large);
writeFileSync(path.join(tree, 'etc/deep/code.bin'), code, { mode: 0o755 });
symlinkSync('/etc/passwd', path.join(tree, 'link'));

/** What a program that keeps a folder makes of it, or why that cannot be had. */
function made(command: string, file: string): Buffer | undefined {
  const { status } = spawnSync('sh', ['-ec', `cd "$1" && ${command}`, 'sh', tree, path.join(folder, file)], {
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', HOME: folder },
  });
  return status === 0 ? readFileSync(path.join(folder, file)) : undefined;
}

const hasProgram = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** Without modes, which not every format keeps, and without what is no file. */
const filesOf = (seen: readonly Seen[]): Record<string, string> =>
  Object.fromEntries(
    seen
      .filter(([, text]) => !/^(?:symlink|directory|hardlink)/.test(text))
      .map(([file, text]) => [file, text.replace(/ \d+$/, '')]),
  );

const digestOf = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

describe.each([
  ['tar', 'tar', 'tar cf "$2" *', 't.tar'],
  ['tar of version 7', 'tar', 'tar -H v7 -cf "$2" *', 't7.tar'],
  ['tar with PAX records', 'tar', 'tar -H posix -cf "$2" *', 'pax.tar'],
  ['gzip', 'gzip', 'tar c * | gzip > "$2"', 't.tar.gz'],
  ['bzip2', 'bzip2', 'tar c * | bzip2 > "$2"', 't.tar.bz2'],
  ['xz', 'xz', 'tar c * | xz > "$2"', 't.txz'],
  ['lzma', 'xz', 'tar c * | xz --format=lzma > "$2"', 't.tar.lzma'],
  ['zstd', 'zstd', 'tar c * | zstd -q > "$2"', 't.tar.zst'],
  ['cpio newc', 'cpio', 'find . | cpio -o --quiet -H newc > "$2"', 'newc.cpio'],
  ['cpio newc with checksums', 'cpio', 'find . | cpio -o --quiet -H crc > "$2"', 'crc.cpio'],
  ['cpio odc', 'cpio', 'find . | cpio -o --quiet -H odc > "$2"', 'odc.cpio'],
  ['cpio bin', 'cpio', 'find . | cpio -o --quiet -H bin > "$2"', 'bin.cpio'],
  ['cpio, compressed', 'cpio', 'find . | cpio -o --quiet -H newc | xz > "$2"', 'initrd.img'],
  ['zip', 'zip', 'zip -qr "$2" . -x link', 't.zip'],
  ['zip by bzip2', '7z', '7z a -tzip -mm=bzip2 -bd "$2" a.txt etc >&2', 'bzip2.zip'],
  ['zip by LZMA', '7z', '7z a -tzip -mm=lzma -bd "$2" a.txt etc >&2', 'lzma.zip'],
  ['zip by xz', '7z', '7z a -tzip -mm=xz -bd "$2" a.txt etc >&2', 'xz.zip'],
  ['7z', '7z', '7z a -snl -bd "$2" . >&2', 'lzma2.7z'],
  ['7z by LZMA', '7z', '7z a -snl -bd -m0=lzma "$2" . >&2', 'lzma.7z'],
  ['7z by LZMA with other properties', '7z', '7z a -snl -bd -m0=lzma:lc=8:lp=0:pb=0:d=64k "$2" . >&2', 'lc8.7z'],
  ['7z by bzip2', '7z', '7z a -snl -bd -m0=bzip2 "$2" . >&2', 'bzip2.7z'],
  ['7z by deflate', '7z', '7z a -snl -bd -m0=deflate "$2" . >&2', 'deflate.7z'],
  ['7z, stored', '7z', '7z a -snl -bd -mx=0 "$2" . >&2', 'copy.7z'],
  ['7z, not solid', '7z', '7z a -snl -bd -ms=off "$2" . >&2', 'single.7z'],
  ['7z with a plain header', '7z', '7z a -snl -bd -mhc=off "$2" . >&2', 'plain.7z'],
  ['7z with a filter of machine code', '7z', '7z a -snl -bd -m0=bcj -m1=lzma2 "$2" . >&2', 'bcj.7z'],
  ['7z with a delta filter', '7z', '7z a -snl -bd -m0=delta:4 -m1=lzma "$2" . >&2', 'delta.7z'],
  ['cab, stored', 'gcab', 'gcab -cn "$2" a.txt etc/b.conf etc/deep/large.bin etc/deep/code.bin', 'stored.cab'],
  ['cab by MSZIP', 'gcab', 'gcab -cnz "$2" a.txt etc/b.conf etc/deep/large.bin etc/deep/code.bin', 'mszip.cab'],
])('what makes %s', (_, program, command, file) => {
  const archive = hasProgram(program) ? made(command, file) : undefined;

  it.skipIf(archive === undefined).each(ways)(
    archive === undefined ? `is not there, or cannot do that: ${program}` : 'is undone, in a layer %s',
    async (coming) => {
      const temporary = temporaryFolder();
      const { seen, problems } = await probeAny(archive as Buffer, file, { coming, temporary });

      expect(problems).toEqual([]);
      const expected = {
        [`${file}!/a.txt`]: 'the first',
        [`${file}!/etc/b.conf`]: 'second\n'.repeat(5),
        [`${file}!/etc/deep/large.bin`]: digestOf(large),
        [`${file}!/etc/deep/code.bin`]: digestOf(code),
      };
      const flat = Object.fromEntries(
        Object.entries(expected).map(([at, text]) => [at.replace(/!\/.*\//, '!/'), text]),
      );
      // gcab keeps no folders unless it is asked to.
      expect(filesOf(seen)).toEqual(program === 'gcab' ? flat : expected);
    },
  );
});

/** A test that needs what a program makes. */
function withMade(
  what: string,
  program: string,
  command: string,
  file: string,
  test: (reading: ProbeReading) => void,
): void {
  const archive = hasProgram(program) ? made(command, file) : undefined;
  it.skipIf(archive === undefined)(archive === undefined ? `${what}: ${program} is not there` : what, async () => {
    test(await probeAny(archive as Buffer, file, { temporary: temporaryFolder() }));
  });
}

const codes = ({ problems }: ProbeReading): (string | undefined)[][] =>
  problems.map(({ code, path: at }) => [code, at]);

describe('packages', () => {
  withMade(
    'of Debian have the files that they install, and their scripts',
    'dpkg-deb',
    `mkdir -p ../deb/DEBIAN ../deb/usr/bin && printf 'Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: a\n' > ../deb/DEBIAN/control &&
     printf '#!/bin/sh\n' > ../deb/DEBIAN/postinst && chmod 755 ../deb/DEBIAN/postinst && echo run > ../deb/usr/bin/b && chmod 755 ../deb/usr/bin/b &&
     dpkg-deb --root-owner-group -b ../deb "$2" >&2`,
    'a.deb',
    (reading) => {
      expect(codes(reading)).toEqual([]);
      expect(Object.fromEntries(reading.seen)).toMatchObject({
        'a.deb!/debian-binary': '2.0\n',
        'a.deb!/DEBIAN/postinst': '#!/bin/sh\n 755',
        'a.deb!/usr/bin/b': 'run\n 755',
      });
    },
  );

  for (const payload of ['w6.xzdio', 'w9.gzdio', 'w9.bzdio', 'w3.zstdio', 'w5.lzdio']) {
    withMade(
      `of RPM have the files that they install (${payload})`,
      'rpmbuild',
      `printf 'Name: a\nVersion: 1\nRelease: 1\nSummary: a\nLicense: a\nBuildArch: noarch\n%%description\na\n%%install\nmkdir -p %%{buildroot}/usr/bin\necho run > %%{buildroot}/usr/bin/b\n%%files\n/usr/bin/b\n' > ../a.spec &&
       rm -rf ../rpms && rpmbuild -bb --define "_topdir $PWD/../rpmtop" --define "_rpmdir $PWD/../rpms" --define '_binary_payload ${payload}' ../a.spec >&2 && cp ../rpms/noarch/*.rpm "$2"`,
      `${payload}.rpm`,
      (reading) => {
        expect(codes(reading)).toEqual([]);
        expect(filesOf(reading.seen)).toEqual({ [`${payload}.rpm!/usr/bin/b`]: 'run\n' });
      },
    );
  }

  withMade(
    'of ar, static libraries, have their members by long names',
    'ar',
    'cp a.txt ../a-name-that-is-longer-than-fifteen.o && ar rc "$2" ../a-name-that-is-longer-than-fifteen.o a.txt',
    'a.a',
    (reading) => {
      expect(codes(reading)).toEqual([]);
      expect(filesOf(reading.seen)).toEqual({
        'a.a!/a-name-that-is-longer-than-fifteen.o': 'the first',
        'a.a!/a.txt': 'the first',
      });
    },
  );
});

describe('a single compressed file', () => {
  it.each([
    ['b/a.txt.gz', 'a.txt'],
    ['a.GZ', 'a'],
    ['a', 'a'],
    ['.gz', '.gz'],
    ['a.svgz', 'a.svgz'],
    ['a.tgz', 'a.tar'],
  ])('%s unpacks to %s', async (file, name) => {
    const { seen, problems } = await probeAny(gzipSync('text'), file);

    expect(problems).toEqual([]);
    expect(seen).toEqual([[`${file}!/${name}`, 'text']]);
  });

  it('may be empty', async () => {
    expect(await probeAny(gzipSync(''), 'a.gz')).toMatchObject({ seen: [], problems: [] });
  });

  it('of many streams is one', async () => {
    const { seen } = await probeAny(Buffer.concat([gzipSync('te'), gzipSync('xt')]), 'a.gz');

    expect(seen).toEqual([['a.gz!/a', 'text']]);
  });
});

describe('what is named only', () => {
  const table: readonly [string, string, string, string, string][] = [
    ['SquashFS', 'mksquashfs', 'mksquashfs . "$2" -quiet -no-progress >&2', 'a.squashfs', 'a SquashFS file system'],
    ['ISO images', 'genisoimage', 'genisoimage -quiet -o "$2" etc', 'a.iso', 'an ISO image'],
    ['LZ4', 'lz4', 'lz4 -q a.txt "$2"', 'a.lz4', 'an LZ4 stream'],
    ['lzip', 'lzip', 'lzip -c a.txt > "$2"', 'a.lz', 'an lzip stream'],
    ['compress', 'compress', 'compress -cf etc/b.conf > "$2"', 'a.Z', 'a file compressed by compress'],
    ['ARJ', 'arj', 'arj a -y "$2" a.txt >&2', 'a.arj', 'an ARJ archive'],
    ['zip by Deflate64', '7z', '7z a -tzip -mm=deflate64 -bd "$2" etc/deep/code.bin >&2', 'd64.zip', 'Deflate64'],
    ['zip with a password, by ZipCrypto', 'zip', 'zip -q -P abc "$2" a.txt', 'old.zip', 'is encrypted'],
    ['zip with a password, by AES', '7z', '7z a -bd -tzip -mem=AES256 -pabc "$2" a.txt >&2', 'aes.zip', 'is encrypted'],
    ['7z by Deflate64', '7z', '7z a -bd -m0=deflate64 "$2" a.txt >&2', 'd64.7z', 'Deflate64'],
    ['7z by PPMd', '7z', '7z a -bd -m0=ppmd "$2" a.txt >&2', 'ppmd.7z', 'PPMd'],
    ['7z with a password', '7z', '7z a -bd -pabc "$2" a.txt >&2', 'locked.7z', 'is encrypted'],
    ['7z with a password for names, too', '7z', '7z a -bd -pabc -mhe=on "$2" a.txt >&2', 'hidden.7z', 'is encrypted'],
  ];
  for (const [what, program, command, file, words] of table) {
    withMade(what, program, command, file, (reading) => {
      expect(codes(reading)).toEqual([['archive.unreadable', file]]);
      expect(reading.problems[0]?.message).toContain(words);
    });
  }

  withMade(
    '7z with a program by BCJ2, as 7-Zip packs those of x86 at -mx=9, while all other members are read',
    '7z',
    'cp /bin/sh ../program.exe && 7z a -bd -m0=bcj2 -m1=lzma -m2=lzma -m3=lzma -mb0:1 -mb0s1:2 -mb0s2:3 "$2" ../program.exe >&2 && 7z a -bd "$2" a.txt etc/b.conf >&2',
    'program.7z',
    (reading) => {
      expect(codes(reading)).toEqual([['archive.unreadable', 'program.7z']]);
      expect(reading.problems[0]?.message).toBe(
        'program.7z!/program.exe is packed by BCJ2, which is not supported, and could not be read',
      );
      expect(filesOf(reading.seen)).toMatchObject({
        'program.7z!/a.txt': 'the first',
        'program.7z!/etc/b.conf': 'second\n'.repeat(5),
      });
    },
  );

  withMade(
    'zip with a password, once for all its members',
    'zip',
    'zip -qr -P abc "$2" a.txt etc',
    'locked.zip',
    (reading) => {
      expect(codes(reading)).toEqual([['archive.unreadable', 'locked.zip']]);
      expect(reading.problems[0]?.message).toBe(
        'of locked.zip, each of 4 members (the first is locked.zip!/a.txt) is encrypted and could not be read',
      );
    },
  );
});

describe('an initramfs', () => {
  const early = hasProgram('cpio') ? made('echo a.txt | cpio -o --quiet -H newc > "$2"', 'early.cpio') : undefined;
  const main = early && made('cd etc && find . | cpio -o --quiet -H newc > "$2"', 'main.cpio');
  it.skipIf(main === undefined)(
    main === undefined ? 'cpio is not there' : 'has several archives, one behind the other',
    async () => {
      const first = early as Buffer;
      const content = Buffer.concat([first, Buffer.alloc(1024), first, gzipSync(main as Buffer)]);

      const { seen, problems } = await probeAny(content, 'initrd');

      expect(problems).toEqual([]);
      expect(filesOf(seen)).toMatchObject({ 'initrd!/a.txt': 'the first', 'initrd!/b.conf': 'second\n'.repeat(5) });
      expect(seen.filter(([at]) => at === 'initrd!/a.txt')).toHaveLength(2);
    },
  );

  it.skipIf(main === undefined)(
    main === undefined ? 'cpio is not there' : 'goes on behind a compressed one',
    async () => {
      const content = Buffer.concat([early as Buffer, gzipSync(main as Buffer), Buffer.alloc(512), early as Buffer]);

      const { seen } = await probeAny(content, 'initrd');

      expect(seen.map(([at]) => at)).toContain('initrd!/b.conf');
      expect(seen.filter(([at]) => at === 'initrd!/a.txt')).toHaveLength(2);
    },
  );
});
