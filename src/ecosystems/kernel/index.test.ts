import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { elfFile } from '../../../test/support/executables.ts';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { kernelImages } from './images.ts';

/** An image with the header of the boot protocol, whose version stands at a place beyond the first 4 KiB. */
function bzImage(version: string, pointer = 0x3a00): Buffer {
  const image = Buffer.alloc(0x5000);
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(pointer, 0x20e);
  if (pointer + 0x200 < image.length) image.write(`${version}\0`, pointer + 0x200, 'latin1');
  return image;
}

function module(...texts: readonly string[]): Buffer {
  const content = Buffer.from(texts.map((text) => `${text}\0`).join(''));
  return elfFile({ sections: [{ name: '.modinfo', address: 0, content, writable: false }] });
}

it('lists a kernel and the modules that did not come with one', async () => {
  const mine = module('version=1.2.3', 'license=GPL', 'name=hull', 'vermagic=6.12.107+deb13-cloud-amd64 SMP preempt');
  const bare = module('name=rope', 'vermagic=6.1.0 SMP');
  const files = [
    {
      path: 'boot/vmlinuz-6.12.107+deb13-cloud-amd64',
      content: bzImage('6.12.107+deb13-cloud-amd64 (debian-kernel@lists.debian.org) #1 SMP'),
    },
    { path: 'lib/modules/6.12.107/updates/dkms/hull.ko', content: mine },
    { path: 'opt/driver/rope.ko', content: bare },
    { path: 'lib/modules/6.12.107/kernel/net/other.ko', content: module('name=other', 'version=9') },
  ];
  const image = writeTemporary('kernel.tar', dockerArchive({ layers: [layer(files)] }));

  const { packages } = await scanOne(image);

  expect(
    packages.filter(({ type }) => type === 'linux-kernel').map(({ name, version }) => `${name}@${version}`),
  ).toEqual(['linux@6.12.107+deb13-cloud-amd64', 'module/hull@1.2.3', 'module/rope@6.1.0']);
});

it.each([
  ['a pointer that leads out', bzImage('6.1.0', 0xffff)],
  ['no version', bzImage('')],
  ['something else in its place', bzImage('\x1b[31mhull')],
  ['no header', Buffer.alloc(0x5000)],
  ['an end in the header', bzImage('6.1.0').subarray(0, 0x205)],
])('finds no kernel in an image with %s', async (_, content) => {
  const { facts } = await readLayerWith(kernelImages, [{ path: 'boot/vmlinuz', content }]);

  expect(facts).toEqual([]);
});

it.each([
  ['no name', module('version=1')],
  ['no texts', module()],
  ['an end in the middle', module('name=hull').subarray(0, 70)],
  ['no ELF', Buffer.from('module')],
])('finds no module in a file with %s', async (_, content) => {
  const { facts } = await readLayerWith(kernelImages, [{ path: 'opt/hull.ko', content }]);

  expect(facts).toEqual([]);
});

it.each([
  ['xz', 'xz', ['--check=crc32']],
  ['zst', 'zstd', ['-q']],
  ['gz', 'gzip', []],
])('reads a module that is compressed as .ko.%s', async (ending, program, options) => {
  if (!existsSync(`/usr/bin/${program}`)) return;
  const whole = module('name=hull', 'version=1.2.3', 'license=GPL');
  const content = execFileSync(program, ['-c', ...options], { input: whole });
  const path = `lib/modules/6.1.0/updates/hull.ko.${ending}`;

  const read = await readLayerWith(kernelImages, [{ path, content }]);
  expect(read.facts).toMatchObject([{ path, package: { name: 'module/hull', version: '1.2.3', licences: ['GPL'] } }]);
  expect(read.problems).toEqual([]);

  const cut = await readLayerWith(kernelImages, [{ path, content: content.subarray(0, content.length - 20) }]);
  expect(cut.facts).toEqual([]);
  expect(cut.problems).toMatchObject([{ code: 'file.format', path }]);

  const grows = execFileSync(program, ['-c', ...options], { input: Buffer.alloc(20 * 1024 * 1024) });
  const bomb = await readLayerWith(kernelImages, [{ path, content: grows }]);
  expect([bomb.facts, bomb.problems.map(({ code }) => code)]).toEqual([[], ['file.format']]);
});

it('passes over a compressed module of the kernel itself, and what only has its name', async () => {
  const { facts, problems } = await readLayerWith(kernelImages, [
    { path: 'lib/modules/6.1.0/kernel/net/a.ko.xz', content: 'x' },
    { path: 'opt/a.ko.zst', content: 'text' },
  ]);

  expect([facts, problems]).toEqual([[], []]);
});
