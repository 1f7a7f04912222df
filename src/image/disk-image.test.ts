import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  comparable,
  expectCutsAreSaid,
  expectFlipsAreBorne,
  hasProgram,
  readAll,
  variedRoot,
} from '../../test/support/file-system-images.ts';
import { openLocal, walkLayer } from '../../test/support/opened-sources.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';

const missing = ['mkfs.ext4', 'qemu-img', 'sfdisk'].filter((name) => !hasProgram(name));
const title = missing.length === 0 ? '' : ` (${missing.join(', ')} not installed)`;
const MiB = 1024 * 1024;

/** An ext4 of so many kilobytes with what a folder has. */
function ext4(root: string, kilobytes: number, ...words: readonly string[]): Buffer {
  const file = writeTemporary('part', '');
  truncateSync(file, kilobytes * 1024);
  execFileSync('mkfs.ext4', ['-q', '-F', '-d', root, ...words, file], { stdio: 'ignore' });
  return readFileSync(file);
}

/** A few files in a few hundred kilobytes. */
function small(name = 'etc/os-release', kilobytes = 256): Buffer {
  const root = temporaryFolder();
  mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
  writeFileSync(path.join(root, name), 'ID=debian\n');
  writeFileSync(path.join(root, 'noise'), Buffer.alloc(9000, 'noise'));
  return ext4(root, kilobytes, '-b', '1024', '-N', '32', '-O', '^has_journal');
}

/** A disk that sfdisk made, with bodies at the places that it was told. */
function disk(script: string, bodies: Readonly<Record<number, Buffer>>, size: number): Buffer {
  const file = writeTemporary('disk', '');
  truncateSync(file, size);
  execFileSync('sfdisk', ['-q', file], { input: script, stdio: ['pipe', 'ignore', 'pipe'] });
  const bytes = readFileSync(file);
  for (const [sector, body] of Object.entries(bodies)) body.copy(bytes, Number(sector) * 512);
  return bytes;
}

function convert(raw: Buffer, ...words: readonly string[]): Buffer {
  const file = path.join(temporaryFolder(), 'converted');
  execFileSync('qemu-img', ['convert', '-f', 'raw', ...words, writeTemporary('raw', raw), file]);
  return readFileSync(file);
}

async function pathsOf(bytes: Buffer): Promise<{ paths: string[][]; problems: string[] }> {
  const source = await openLocal(`disk:${writeTemporary('disk', bytes)}`);
  try {
    const paths: string[][] = [];
    for (const { layers } of source.images) {
      const { headers } = await walkLayer(layers[0]!);
      paths.push(
        headers
          .filter(({ type }) => type === 'file')
          .map((header) => header.path)
          .toSorted(),
      );
    }
    return { paths, problems: source.images[0]!.problems.map(({ code, message }) => `${code}: ${message}`) };
  } finally {
    source.close();
  }
}

describe.skipIf(missing.length > 0)(`a disk with partitions${title}`, () => {
  const system = missing.length > 0 ? Buffer.alloc(0) : small();

  it.each([
    ['GPT', 'label: gpt\nstart=2048, size=4096\n'],
    ['MBR', 'label: dos\nstart=2048, size=4096\n'],
  ])('of %s is read', async (kind, script) => {
    const { paths, problems } = await pathsOf(disk(script, { 2048: system }, 4 * MiB));

    expect(paths).toEqual([['etc/os-release', 'noise']]);
    expect(problems).toEqual([`image.partition: partition 1 (ext4) of the disk (${kind}) was read`]);
  });

  it('has logical ones, too', async () => {
    const script = 'label: dos\nstart=2048, size=2048, type=83\nstart=4096, type=5\nsize=1000\nsize=2048\n';
    const bytes = disk(script, {}, 6 * MiB);
    const told = execFileSync('sfdisk', ['-J', writeTemporary('disk', bytes)], { encoding: 'utf8' });
    system.copy(bytes, JSON.parse(told).partitiontable.partitions.at(-1).start * 512);

    const { paths, problems } = await pathsOf(bytes);

    expect(paths).toEqual([['etc/os-release', 'noise']]);
    expect(problems).toEqual([
      'image.partition-passed: partition 1 was passed over: it begins with nothing but zeros',
      'image.partition-passed: partition 5 was passed over: it begins with nothing but zeros',
      'image.partition: partition 6 (ext4) of the disk (MBR) was read',
    ]);
  });

  it('of which several have a system is several images, and the others are named', async () => {
    const script =
      'label: gpt\nstart=2048, size=2048\nstart=4096, size=2048\nstart=6144, size=2048\nstart=8192, size=20480\n';
    const xfs = Buffer.from('XFSB'.padEnd(5000, 'x'));
    const other = small('usr/lib/os-release');

    const { paths, problems } = await pathsOf(
      disk(script, { 2048: small('boot/vmlinuz'), 4096: system, 6144: other, 8192: xfs }, 16 * MiB),
    );

    expect(paths).toEqual([
      ['etc/os-release', 'noise'],
      ['noise', 'usr/lib/os-release'],
    ]);
    expect(problems).toEqual([
      'image.partition-unread: partition 4 was not read: it is an XFS file system',
      'image.partition-unread: partition 1 was not read: it is ext4 without a system of its own',
      'image.partition: partition 2 (ext4) of the disk (GPT) was read',
    ]);
  });

  const fat = Buffer.alloc(512);
  fat.write('FAT32', 82);
  fat.writeUInt16LE(0xaa55, 510);
  const swap = Buffer.alloc(4096);
  swap.write('SWAPSPACE2', 4086);
  const disguised = Buffer.from(fat);
  disguised.write('XFSB');
  const iso = Buffer.alloc(40_000);
  iso.write('CD001', 0x8001);
  const other = Buffer.alloc(200_000);
  other.write('ZFS', 190_000);
  const code = Buffer.alloc(512, 'code');
  it.each([
    ['FAT', fat, 2048, 'passed: partition 2 was passed over: it is FAT, from which firmware starts'],
    ['swap', swap, 2048, 'passed: partition 2 was passed over: it is swap'],
    ['empty', Buffer.alloc(0), 20_480, 'passed: partition 2 was passed over: it begins with nothing but zeros'],
    [
      'tiny',
      code,
      2048,
      'passed: partition 2 was passed over: it is of no kind that is known here, and has less than a system (1048576 bytes)',
    ],
    ['of no known kind', code, 20_480, 'unread: partition 2 was not read: it is of no kind that is known here'],
    ['known late', other, 20_480, 'unread: partition 2 was not read: it is of no kind that is known here'],
    ['of another kind in disguise', disguised, 2048, 'unread: partition 2 was not read: it is an XFS file system'],
    ['ISO 9660', iso, 2048, 'unread: partition 2 was not read: it is an ISO 9660 file system'],
  ])('has one beside the system that is named: %s', async (_, body, size, expected) => {
    const script = `label: gpt\nstart=2048, size=2048\nstart=4096, size=${size}\n`;

    const { paths, problems } = await pathsOf(disk(script, { 2048: system, 4096: body }, 16 * MiB));

    expect(paths).toEqual([['etc/os-release', 'noise']]);
    expect(problems).toEqual([
      `image.partition-${expected}`,
      'image.partition: partition 1 (ext4) of the disk (GPT) was read',
    ]);
  });

  it('of which the older table has more says so', async () => {
    const bytes = disk('label: gpt\nstart=2048, size=2048\n', { 2048: system }, 16 * MiB);
    bytes[446 + 16 + 4] = 0x83;
    bytes.writeUInt32LE(8192, 446 + 16 + 8);
    bytes.writeUInt32LE(2048, 446 + 16 + 12);

    expect((await pathsOf(bytes)).problems).toEqual([
      'image.partition-unread: partition 2 of the MBR was not read: it is none of those of the GPT',
      'image.partition: partition 1 (ext4) of the disk (GPT) was read',
    ]);
  });

  it('with very many counts those that are not told', async () => {
    const others = Array.from({ length: 30 }, (_, i) => `start=${4096 + 64 * i}, size=64\n`).join('');

    const { problems } = await pathsOf(
      disk(`label: gpt\nstart=2048, size=2048\n${others}`, { 2048: system }, 16 * MiB),
    );

    expect(problems).toHaveLength(22);
    expect(problems.at(-2)).toBe('image.partition-unread: 10 more partitions were not read');
  });

  it('whose first table is damaged is read by the copy of it', async () => {
    const bytes = disk('label: gpt\nstart=2048, size=4096\n', { 2048: system }, 4 * MiB);
    bytes[1024 + 40] = 0x11;

    expect((await pathsOf(bytes)).paths).toEqual([['etc/os-release', 'noise']]);
    bytes.fill(0xff, bytes.length - 512);
    await expect(pathsOf(bytes)).rejects.toMatchObject({
      code: 'source.unreadable',
      message: expect.stringContaining('copy'),
    });
  });

  it('that holds nothing that is read is said to', async () => {
    const bytes = disk(
      'label: dos\nstart=2048, size=20480\n',
      { 2048: Buffer.from('LUKS\xba\xbe'.padEnd(99), 'latin1') },
      16 * MiB,
    );

    await expect(pathsOf(bytes)).rejects.toMatchObject({
      code: 'source.unsupported',
      message: expect.stringContaining('LUKS'),
    });
  });

  it('with flipped bytes of its tables ends with a report or an error of the source', async () => {
    const bytes = disk('label: gpt\nstart=64, size=600\n', { 64: system }, 400 * 1024);
    await expectFlipsAreBorne(bytes.subarray(0, 100 * 1024), 'disk', 40);
  });
});

const forms = [
  ['qcow2', ['-O', 'qcow2']],
  ['qcow2 compressed with zlib', ['-c', '-O', 'qcow2']],
  ['qcow2 compressed with zstd', ['-c', '-O', 'qcow2', '-o', 'compression_type=zstd']],
  ['qcow2 of version 2 with small clusters', ['-O', 'qcow2', '-o', 'compat=0.10,cluster_size=512']],
  ['qcow2 with large clusters, compressed', ['-c', '-O', 'qcow2', '-o', 'cluster_size=2M']],
  ['VMDK that grows', ['-O', 'vmdk', '-o', 'subformat=monolithicSparse']],
  ['VMDK that is compressed', ['-O', 'vmdk', '-o', 'subformat=streamOptimized']],
] as const;

describe.skipIf(missing.length > 0)(`a disk in another form${title}`, () => {
  let raw: Buffer;
  let expected: readonly string[];

  beforeAll(async () => {
    const root = variedRoot();
    expected = comparable(await readAll(root));
    raw = disk('label: gpt\nstart=2048, size=20000\n', { 2048: ext4(root, 10_000) }, 12 * MiB);
  });

  it.each(forms)('%s has what its folder has', async (_, words) => {
    const read = await readAll(writeTemporary('disk', convert(raw, ...words)));

    expect(read.problems.map(({ code }) => code)).toEqual(['image.partition']);
    const own = { ...read, headers: read.headers.filter((header) => header.path !== 'lost+found') };
    expect(comparable(own)).toEqual(expected);
  });

  it.each([forms[0], forms[2], forms[5], forms[6]])('%s that is cut is never read as a whole one', async (_, words) => {
    const image = convert(small(), ...words);
    // What follows the last block in use may be padding.
    await expectCutsAreSaid(image, 'disk', Math.min(image.length * 0.6, 24 * 1024));
  });

  it.each([forms[2], forms[6]])(
    '%s with flipped bytes ends with a report or an error of the source',
    async (_, words) => {
      await expectFlipsAreBorne(convert(small(), ...words), 'disk', 40);
    },
  );

  it.each([
    ['backing file', ['create', '-q', '-f', 'qcow2', '-b', 'BASE', '-F', 'raw']],
    ['another file', ['create', '-q', '-f', 'qcow2', '-o', 'data_file=DATA']],
    ['extended', ['create', '-q', '-f', 'qcow2', '-o', 'extended_l2=on']],
    ['twoGbMaxExtentSparse', ['create', '-q', '-f', 'vmdk', '-o', 'subformat=twoGbMaxExtentSparse']],
  ])('that needs what is not here is refused: %s', async (name, words) => {
    const folder = temporaryFolder();
    const base = writeTemporary('base', Buffer.alloc(MiB));
    const file = path.join(folder, 'image');
    const filled = words.map((word) => word.replace('BASE', base).replace('DATA', path.join(folder, 'data')));
    execFileSync('qemu-img', [...filled, file, '1M']);

    const isText = name.startsWith('two');
    await expect(readAll(`disk:${file}`)).rejects.toMatchObject({
      code: 'source.unsupported',
      message: expect.stringContaining(isText ? 'several files' : name),
    });
  });

  it('that is encrypted is refused', async () => {
    const image = convert(small(), '-O', 'qcow2');
    // `crypt_method`: LUKS.
    image[35] = 2;

    await expect(readAll(writeTemporary('image', image))).rejects.toMatchObject({
      code: 'source.unsupported',
      message: expect.stringContaining('encrypted'),
    });
  });
});
