import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DrydockError, FormatError, LimitError } from '../../../src/errors.ts';
import { MemorySource } from '../../../src/formats/byte-source.ts';
import { findImages } from '../../../src/image/containerd-images.ts';
import { openFile } from '../../../src/image/open-file.ts';
import { defaultLimits } from '../../../src/limits.ts';
import { hasProgram } from '../../support/file-system-images.ts';
import { walkLayer } from '../../support/opened-sources.ts';
import { partition, sif } from '../../support/sif.ts';
import { temporaryFolder } from '../../support/temporary.ts';
import { type FuzzReader, readersAllowing } from './fuzz-reader.ts';

const MiB = 1024 * 1024;
/** Small, so that they are reached often. */
const limits = { ...defaultLimits, entries: 5000, layerBytes: 64 * MiB, ratioFloorBytes: MiB };

function root(): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'etc'));
  writeFileSync(path.join(folder, 'etc/os-release'), 'ID=debian\n');
  writeFileSync(path.join(folder, 'noise'), Buffer.alloc(9000, 'noise'));
  return folder;
}

function squashfs(): Buffer {
  const file = path.join(temporaryFolder(), 'image');
  execFileSync('mksquashfs', [root(), file, '-noappend', '-quiet', '-no-progress', '-nopad'], { stdio: 'ignore' });
  return readFileSync(file);
}

/** Opens and reads all of an image: an error of the source, or a report. */
async function read(bytes: Buffer, scheme: 'squashfs' | 'sif'): Promise<void> {
  const signal = new AbortController().signal;
  const options = { limits, signal, temporary: tmpdir() };
  try {
    const { images, close } = await openFile('x', new MemorySource(bytes), scheme, options, () => undefined);
    for (const { layers } of images)
      for (const layer of layers) if (layer !== undefined) await walkLayer(layer, limits);
    close();
  } catch (error) {
    if (!(error instanceof DrydockError)) throw error;
  }
}

/** Both first pages, and a root of one leaf: `v1` with an inline bucket of a namespace. */
function bolt(): Buffer {
  const bytes = Buffer.alloc(4 * 4096);
  for (const page of [0, 1]) {
    const at = page * 4096;
    bytes.writeBigUInt64LE(BigInt(page), at);
    bytes.writeUInt16LE(4, at + 8);
    bytes.writeUInt32LE(0xed0cdaed, at + 16);
    bytes.writeUInt32LE(2, at + 20);
    bytes.writeUInt32LE(4096, at + 24);
    bytes.writeBigUInt64LE(2n, at + 32);
    bytes.writeBigUInt64LE(4n, at + 56);
    bytes.writeBigUInt64LE(BigInt(page), at + 64);
    let sum = 0xcbf29ce484222325n;
    for (const byte of bytes.subarray(at + 16, at + 72))
      sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 0x100000001b3n);
    bytes.writeBigUInt64LE(sum, at + 72);
  }
  const leaf = (name: string, value: Buffer): Buffer => {
    const page = Buffer.alloc(32);
    page.writeUInt16LE(2, 8);
    page.writeUInt16LE(1, 10);
    for (const [i, field] of [1, 16, name.length, value.length].entries()) page.writeUInt32LE(field, 16 + 4 * i);
    return Buffer.concat([page, Buffer.from(name), value]);
  };
  const inline = (page: Buffer): Buffer => Buffer.concat([Buffer.alloc(16), page]);
  const images = leaf('images', inline(leaf('x', inline(leaf('target', inline(Buffer.alloc(16)))))));
  leaf('v1', inline(leaf('default', inline(images)))).copy(bytes, 2 * 4096);
  bytes.writeBigUInt64LE(2n, 2 * 4096);
  return bytes;
}

const systems: readonly (FuzzReader & { readonly program: string })[] = [
  { program: 'mksquashfs', name: 'squashfs', seeds: () => [squashfs()], run: (bytes) => read(bytes, 'squashfs') },
  {
    program: 'mksquashfs',
    name: 'sif',
    seeds: () => [sif([{ type: 0x4004, bytes: squashfs(), extra: partition(1, 2) }])],
    run: (bytes) => read(bytes, 'sif'),
  },
];

/** File systems and databases of containers; those whose seeds nothing here can make are left out. */
export const diskReaders: readonly FuzzReader[] = [
  ...systems.filter(({ program }) => hasProgram(program)),
  readersAllowing(FormatError, LimitError).reader(
    'bolt',
    (bytes) => findImages(() => new MemorySource(bytes), ['x'], undefined),
    bolt(),
  ),
];
