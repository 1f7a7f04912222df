import { describe, expect, it } from 'vitest';
import { dpkgStatus as dpkgDatabase } from '../../../test/support/databases.ts';
import { elfFile } from '../../../test/support/executables.ts';
import { imageOf, layersContext, readLayerWith } from '../../../test/support/layers.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { assembleImage } from '../../assembly/assemble.ts';
import { parseMark } from '../../formats/program-marks/mark.ts';
import type { ImageView } from '../../model/view.ts';
import { dpkgInfo } from '../../packages/dpkg/info.ts';
import { dpkgStatus } from '../../packages/dpkg/status.ts';
import { readLayers } from '../../reading/read-layers.ts';
import { ecosystems } from '../index.ts';
import { programBinaries } from './analyzer.ts';
import { programOf, programs } from './known-programs.ts';

function program(path: string, text: string): TarEntry {
  const content = elfFile({
    sections: [
      { name: '.text', address: 0x40_0000, content: Buffer.alloc(9000), writable: false },
      { name: '.rodata', address: 0x50_0000, content: Buffer.from(text, 'latin1'), writable: false },
    ],
  });
  return { path, content, mode: 0o755 };
}

const bash = (version: string, path = 'usr/bin/bash'): TarEntry =>
  program(path, `\0@(#)Bash version ${version}(1) release GNU\0`);

async function told(entries: readonly TarEntry[]): Promise<readonly string[]> {
  const { facts, problems } = await readLayerWith(programBinaries, entries);
  expect(problems).toEqual([]);
  return facts.map((fact) =>
    fact.kind === 'package' && fact.classified === true
      ? `${fact.path} ${fact.package.name} ${fact.package.version}`
      : '?',
  );
}

describe('the rows', () => {
  it('have names, marks that can be read, and no name twice', () => {
    const names = programs.flatMap(({ files }) => files);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(programs.map(({ name }) => name)).size).toBe(programs.length);
    for (const { name, files, marks, needs, stamped } of programs) {
      expect(files.length, name).toBeGreaterThan(0);
      expect(marks.length > 0 || stamped === true, name).toBe(true);
      // Versions that nothing else is around could be anybody's: that the name of the file says it is not enough.
      const isBare = marks.map(parseMark).some((mark) => mark.isBare);
      const ownLibrary = ['xz', 'zstd', 'firefox'].includes(name);
      if (isBare && !ownLibrary) expect(needs, name).toBeDefined();
    }
  });

  it.each([
    ['nginx', 'nginx'],
    ['python3.13', 'python'],
    ['libpython3.13.so.1.0', 'python'],
    ['php8.4', 'php'],
    ['php-fpm8.4', 'php'],
    ['perl5.40.1', 'perl'],
    ['libruby-3.3.so.3.3.14', 'ruby'],
    ['x86_64-linux-gnu-gcc-14', 'gcc'],
    ['libstd-0123456789abcdef.so', 'rust'],
    ['libQt5Core.so.5.15.15', 'qt'],
    ['libpypy3.11-c.so', 'pypy'],
    ['libcrypto.so.3', 'openssl'],
    ['libcryptoo.so.3', undefined],
    ['nginx.conf', undefined],
    ['python-config', undefined],
    ['3.13', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('know %j as %s', (name, expected) => {
    expect(programOf(name)?.name).toBe(expected);
  });
});

describe('program-binaries', () => {
  it('tells programs and libraries by their names and marks', async () => {
    expect(
      await told([
        bash('5.2.37'),
        program('opt/nginx/sbin/nginx', '\0nginx version: nginx/1.26.3\n\0'),
        { ...program('opt/lib/libcrypto.so.3', '\0OpenSSL 3.5.9 29 Sep 2026\0'), mode: 0o644 },
        program('opt/python', '\x003.13.5\0\x003.2.0\0PYTHONHOME\0'),
      ]),
    ).toEqual([
      'usr/bin/bash bash 5.2.37',
      'opt/nginx/sbin/nginx nginx 1.26.3',
      'opt/lib/libcrypto.so.3 openssl 3.5.9',
      'opt/python python 3.13.5',
    ]);
  });

  it('tells nothing of what has the name alone, of links, scripts and what is damaged', async () => {
    const whole = bash('5.2.37').content as Buffer;
    expect(
      await told([
        program('bin/nginx', '\0@(#)Bash version 5.2.37(1) release GNU\0'),
        program('bin/python', '\x003.13.5\0'),
        program('bin/python3', '\x003.13.5\0\x003.14.0\0PYTHONHOME\0'),
        { path: 'bin/bash', content: `#!/bin/sh\n@(#)Bash version 5.2.37(1)${' '.repeat(9000)}`, mode: 0o755 },
        { path: 'a/bash', content: whole.subarray(0, 9000), mode: 0o755 },
        { path: 'b/bash', content: Buffer.concat([whole.subarray(0, 40), Buffer.alloc(9000, 0xff)]), mode: 0o755 },
        { path: 'c/bash', type: 'symlink', linkTarget: '/usr/bin/bash' },
      ]),
    ).toEqual([]);
  });

  it('lists one that tells two versions without any, and says so with both', async () => {
    const two = program('srv/bash', '\0@(#)Bash version 5.1.4(1) release GNU\0@(#)Bash version 9.9.9(1) release GNU\0');
    const { facts } = await readLayerWith(programBinaries, [two]);
    expect(facts).toMatchObject([
      { kind: 'package', package: { name: 'bash', version: '' }, classified: true },
      { kind: 'unidentified', path: 'srv/bash', reason: expect.stringContaining('(5.1.4 and 9.9.9)') },
    ]);
  });

  it('is not held up by bytes that look like marks all over', async () => {
    const many = (text: string): string => text.repeat((512 * 1024) / text.length);
    expect(
      await told([
        program('a/redis-server', many('\x001.2.3')),
        program('a/nginx', many('nginx version: nginx/')),
        program('a/python', many('\x003.1')),
        program('a/mariadbd', many('1-MariaDB')),
        program('a/valkey-server', many('1')),
      ]),
    ).toEqual([]);
  });
});

describe('programs of an image', () => {
  const analyzers = [dpkgStatus, dpkgInfo, programBinaries];
  const debian = (files: string): readonly TarEntry[] => [
    { path: 'var/lib/dpkg/status', content: dpkgDatabase([{ name: 'bash', version: '5.2.37-2' }]) },
    { path: 'var/lib/dpkg/info/bash.list', content: files },
  ];

  async function assemble(...layers: (readonly TarEntry[])[]): Promise<ImageView> {
    const image = imageOf(...layers);
    const context = layersContext();
    const read = await readLayers(image, analyzers, context);
    return (await assembleImage(image, read, analyzers, ecosystems, context)).view;
  }

  it.each<{ title: string; layers: (readonly TarEntry[])[]; expected: string[] }>([
    { title: 'without a database', layers: [[bash('5.2.37')]], expected: ['bash 5.2.37 @0'] },
    { title: 'that the distribution owns', layers: [[...debian('/usr/bin/bash\n'), bash('5.2.37')]], expected: [] },
    {
      title: 'beside those of the distribution',
      layers: [[...debian('/usr/bin/bash\n'), bash('5.2.37')], [bash('5.3.0', 'opt/bash')]],
      expected: ['bash 5.3.0 @1'],
    },
    {
      title: 'over those of the distribution',
      layers: [[...debian('/usr/bin/bash\n'), bash('5.2.37')], [bash('5.3.0')]],
      expected: ['bash 5.3.0 @1'],
    },
    { title: 'out of sight', layers: [[bash('5.2.37')], [{ path: 'usr/bin/.wh.bash' }]], expected: [] },
    { title: 'in another version', layers: [[bash('5.2.37')], [bash('5.3.0')]], expected: ['bash 5.3.0 @1'] },
  ])('$title', async ({ layers, expected }) => {
    const { packages, inventory } = await assemble(...layers);
    const classified = packages.filter(({ type }) => type === 'generic');
    expect(classified.map(({ name, version, layer }) => `${name} ${version} @${layer.index}`)).toEqual(expected);
    const changed = inventory.flatMap(({ added, changed: renewed, removed }) => [
      ...added,
      ...removed,
      ...renewed.map(({ after }) => after),
    ]);
    expect(changed.filter(({ type }) => type === 'generic').length > 0).toBe(expected.length > 0);
  });
});
