import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dpkgStatus } from '../../../test/support/databases.ts';
import { elfFile } from '../../../test/support/executables.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { scanOne } from '../../../test/support/scan.ts';
import type { TarEntry } from '../../../test/support/tar.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { packageNotes } from './package-notes.ts';

/** Programs of Debian 13 that were built with a note; the database of dpkg tells what it has to say. */
const ofDebian = ['/usr/bin/rpmdb', '/usr/bin/newuidmap', '/usr/bin/mariadb-show'].filter(
  (file) => existsSync(file) && existsSync('/usr/bin/dpkg-query') && readFileSync(file).includes('FDO\0{'),
);

async function told(content: Uint8Array, mode = 0o755, name = 'opt/tool'): Promise<readonly unknown[]> {
  const { facts, problems } = await readLayerWith(packageNotes, [{ path: name, mode, content }]);
  return [
    ...facts.map((fact) => (fact.kind === 'package' && fact.classified === true ? fact.package : fact)),
    ...problems.map(({ code }) => code),
  ];
}

describe.skipIf(ofDebian.length === 0)('programs of Debian that have a note', () => {
  it.each(ofDebian)('%s is of the source package that dpkg says, in that version', async (file) => {
    const owner = execFileSync('dpkg-query', ['-S', file], { encoding: 'utf8' }).split(':', 1)[0] ?? '';
    const format = '${source:Package} ${source:Version} ${Architecture}';
    const [name, version, arch] = execFileSync('dpkg-query', ['-W', '-f', format, owner], { encoding: 'utf8' }).split(
      ' ',
    );

    expect(await told(readFileSync(file))).toEqual([
      { type: 'deb', name, version, arch, qualifiers: { distro: 'debian' } },
    ]);
  });
});

const note = { type: 'rpm', name: 'hull', version: '1.2-3.fc40', architecture: 'x86_64' };

describe.skipIf(!existsSync('/usr/bin/ld') || !existsSync('/usr/bin/objcopy'))(
  'programs that ld linked with a note',
  () => {
    const folder = temporaryFolder();
    const object = path.join(folder, 'a.o');

    function link(name: string, metadata: object | undefined, ...more: readonly string[]): string {
      if (!existsSync(object)) {
        // An object with room, made of bytes alone: no compiler is needed.
        writeFileSync(path.join(folder, 'bytes'), Buffer.alloc(200_000, 1));
        execFileSync('ld', ['-r', '-b', 'binary', '-o', object, 'bytes'], { cwd: folder });
      }
      const out = path.join(folder, name);
      const wanted = metadata === undefined ? [] : [`--package-metadata=${JSON.stringify(metadata)}`];
      execFileSync('ld', ['-e', '0', ...wanted, ...more, '-o', out, object], { stdio: 'pipe' });
      return out;
    }

    it.each([
      ['a version of a distribution', { os: 'fedora', osVersion: '40' }, 'fedora-40'],
      ['a CPE alone', { osCpe: 'cpe:/o:fedoraproject:fedora:40' }, 'fedora-40'],
      ['a CPE of form 2.3', { osCpe: 'cpe:2.3:o:fedoraproject:fedora:40:*:*:*:*:*:*:*' }, 'fedora-40'],
      ['a distribution alone', { os: 'Debian' }, 'debian'],
      ['no distribution', {}, undefined],
    ])('with %s', async (title, os, distro) => {
      const program = link(`program-${title.replaceAll(' ', '-')}`, { ...note, ...os });

      expect(await told(readFileSync(program))).toEqual([
        {
          type: 'rpm',
          name: 'hull',
          version: '1.2-3.fc40',
          arch: 'x86_64',
          ...(distro !== undefined && { qualifiers: { distro } }),
        },
      ]);
    });

    it('a library that nobody may execute, a stripped program, a section of objcopy', async () => {
      const library = link('libhull.so', note, '-shared');
      const stripped = link('stripped', note, '-s');
      const bare = link('bare', undefined);
      expect(await told(readFileSync(bare))).toEqual([]);
      // The note as ld writes it, put into a program that has none.
      execFileSync('objcopy', ['-O', 'binary', '--only-section=.note.package', stripped, path.join(folder, 'note')]);
      execFileSync('objcopy', ['--add-section', `.note.package=${path.join(folder, 'note')}`, bare]);

      for (const [file, mode, name] of [
        [library, 0o644, 'opt/libhull.so'],
        [stripped, 0o755, 'opt/tool'],
        [bare, 0o755, 'opt/tool'],
      ] as const) {
        expect(await told(readFileSync(file), mode, name), file).toMatchObject([
          { name: 'hull', version: '1.2-3.fc40' },
        ]);
      }
    });
  },
);

/** A note as it stands in a file: names are padded to four bytes. */
function noteBytes(text: string, owner = 'FDO', type = 0xcafe1a7e, size = text.length): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32LE(owner.length + 1, 0);
  head.writeUInt32LE(size, 4);
  head.writeUInt32LE(type, 8);
  head.write(owner, 12, 'latin1');
  return Buffer.concat([head, Buffer.from(text, 'latin1')]);
}

function program(content: Uint8Array): Buffer {
  const text = { name: '.text', address: 0x40_0000, content: Buffer.alloc(130 * 1024), writable: false };
  return elfFile({ sections: [text, { name: '.note.package', address: 0x80_0000, content, writable: false }] });
}

const json = JSON.stringify({ ...note, type: 'deb', os: 'debian', osVersion: '12' });

it.each<readonly [string, Uint8Array, readonly string[]]>([
  ['no note', Buffer.alloc(100), []],
  ['one of another owner', noteBytes(json, 'GNU'), []],
  ['one of another type', noteBytes(json, 'FDO', 1), []],
  ['a length beyond the end', noteBytes(json, 'FDO', 0xcafe1a7e, 0x7fffffff), ['file.format']],
  ['text that is no JSON', noteBytes(json.slice(0, -5)), ['file.format']],
  ['JSON of another form', noteBytes(`[${json}]`), []],
  ['types that are wrong', noteBytes('{"type":1,"name":["hull"],"version":{"a":"bbbbbbbbbb"}}'), []],
  ['a depth of thousands', noteBytes('['.repeat(60_000)), ['file.format']],
])('finds no package in %s', async (_, content, expected) => {
  expect(await told(program(content))).toEqual(expected);
});

it('says of a program with more notes than are looked at that its package is not known', async () => {
  const others = { name: '.note.package', address: 0x80_0000, content: noteBytes('x'.repeat(60_000), 'GNU') };
  const last = { ...others, content: noteBytes(json) };

  expect(await told(elfFile({ sections: [...Array.from({ length: 10 }, () => others), last] }))).toHaveLength(1);
  expect(await told(elfFile({ sections: [...Array.from({ length: 20 }, () => others), last] }))).toEqual([
    'file.format',
  ]);
});

describe('an image', () => {
  const release = (version: string): TarEntry => ({
    path: 'etc/os-release',
    content: `ID=debian\nVERSION_ID="${version}"\nPRETTY_NAME="Debian"\n`,
  });
  const tool: TarEntry = { path: 'opt/tool', mode: 0o755, content: program(noteBytes(json)) };

  async function packagesOf(...entries: readonly TarEntry[]): Promise<readonly string[]> {
    const image = writeTemporary('notes.tar', dockerArchive({ layers: [layer(entries)] }));
    const { packages } = await scanOne(image);
    return packages.map(({ purl, distribution }) => `${purl} ${distribution ?? '-'}`);
  }

  it.each([
    ['12', 'pkg:deb/debian/hull@1.2-3.fc40?arch=x86_64&distro=debian-12 debian:12'],
    ['11', 'pkg:deb/debian/hull@1.2-3.fc40?arch=x86_64&distro=debian-12 -'],
  ])('of Debian %s has a package of Debian 12', async (version, expected) => {
    expect(await packagesOf(release(version), tool)).toEqual([expected]);
  });

  it('does not list what its database lists already, under the name of the source', async () => {
    const status = dpkgStatus([{ name: 'libhull1', version: '1.2-3.fc40', source: 'hull' }]);
    const listed = await packagesOf(release('12'), { path: 'var/lib/dpkg/status', content: status }, tool);

    expect(listed.map((line) => line.split('@')[0])).toEqual(['pkg:deb/debian/libhull1']);
  });
});
