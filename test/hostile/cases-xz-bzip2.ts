import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { dockerArchive } from '../support/image.ts';
import { debianFiles, debianLayer } from '../support/root-file-systems.ts';
import { tar } from '../support/tar.ts';
import { beforeBomb, gigabytes, gzipBomb, stored, zstdBomb } from './cases-compression.ts';
import { basePackages, cuts, type HostileCase, type HostileGroup } from './hostile-case.ts';
import { type XzOptions, xzStored } from './xz.ts';
import { bzip2Zeros, bzip2ZerosBytes, xzZeros, xzZerosBytes } from './zeros.ts';

const base = debianLayer();

/** No bzip2 can be written without its sort, so the program writes it. */
const bzip2Program = spawnSync('bzip2', ['-c'], { input: 'x' });
const why = bzip2Program.status === 0 ? undefined : 'bzip2 is not installed';

function bzip2(bytes: Uint8Array): Buffer {
  const { stdout, status } = spawnSync('bzip2', ['-c'], { input: bytes, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error('bzip2 failed');
  return stdout;
}

/** A layer in the compression of the name, with no media type that would be right: there is none. */
function both(
  name: string,
  make: (compress: (bytes: Uint8Array) => Buffer, kind: 'xz' | 'bzip2') => Uint8Array | string,
  more: Partial<HostileCase>,
): HostileCase[] {
  return [
    { name: `xz: ${name}`, make: () => make(xzStored, 'xz'), ...more },
    { name: `bzip2: ${name}`, make: () => make(bzip2, 'bzip2'), why, ...more },
  ];
}

function xzCase(name: string, options: XzOptions, more: Partial<HostileCase>): HostileCase {
  return { name: `xz: ${name}`, make: () => stored(xzStored(base, options)), ...more };
}

const damagedLayer: Partial<HostileCase> = { problems: [{ code: ['layer.damaged', 'layer.truncated'], layer: 0 }] };
const unreadable: Partial<HostileCase> = {
  problems: [{ code: 'image.layer-unreadable', layer: 0 }],
  packages: [],
  exactly: true,
};

function xzBomb(): Buffer {
  return Buffer.concat([xzStored(beforeBomb), ...Array<Buffer>(gigabytes / xzZerosBytes).fill(xzZeros)]);
}

function bzip2Bomb(): Buffer {
  const zeros = Array<Buffer>(Math.ceil(gigabytes / bzip2ZerosBytes)).fill(bzip2Zeros);
  return Buffer.concat([bzip2(beforeBomb), ...zeros]);
}

const bomb: Partial<HostileCase> = { problems: [{ code: 'layer.limit', layer: 0 }], packages: basePackages };
const bombOfArchive: Partial<HostileCase> = { problems: [{ code: 'layer.limit' }], packages: basePackages };

const bombs: readonly HostileCase[] = [
  { name: 'an xz bomb: 10 GB of zeros in 1.6 MB', make: () => stored(xzBomb()), ...bomb },
  { name: 'a bzip2 bomb: 10 GB of zeros in 11 kB', make: () => stored(bzip2Bomb()), why, ...bomb },
  { name: 'an xz bomb around the whole archive', make: xzBomb, ...bombOfArchive },
  { name: 'a bzip2 bomb around the whole archive', make: bzip2Bomb, why, ...bombOfArchive },
  { name: 'an xz bomb on standard input', via: 'stdin', make: xzBomb, ...bombOfArchive },
  { name: 'a gzip bomb in a gzip archive', make: () => gzipSync(stored(gzipBomb())), ...bomb },
  { name: 'a zstd bomb in an xz archive', make: () => xzStored(stored(zstdBomb())), ...bomb },
  { name: 'an xz bomb in a bzip2 archive', make: () => bzip2(stored(xzBomb())), why, ...bomb },
  {
    name: 'a bomb of each kind in one image, below a healthy layer',
    make: () => dockerArchive({ layers: [gzipBomb(), zstdBomb(), xzBomb(), debianLayer()] }),
    problems: [0, 1, 2].map((layer) => ({ code: 'layer.limit', layer })),
    packages: basePackages,
  },
  {
    name: 'a bomb of gzip in a layer of gzip, forty times: no runtime opens the inner ones',
    make: () => {
      let bytes: Buffer = gzipSync(base);
      for (let i = 0; i < 40; i++) bytes = gzipSync(bytes);
      return stored(bytes);
    },
    problems: [{ code: ['layer.damaged', 'layer.truncated', 'image.layer-unreadable'], layer: 0 }],
    packages: [],
    exactly: true,
  },
];

const whole: readonly HostileCase[] = [
  ...both('a whole layer', (compress) => stored(compress(base)), { packages: basePackages, exactly: true }),
  ...both('a whole archive', (compress) => compress(dockerArchive({ layers: [base] })), {
    packages: basePackages,
    exactly: true,
    silent: 'all',
  }),
  ...both(
    'two streams',
    (compress) => stored(Buffer.concat([compress(base.subarray(0, 10_000)), compress(base.subarray(10_000))])),
    { packages: basePackages, exactly: true },
  ),
  ...both('garbage behind the layer', (compress) => stored(Buffer.concat([compress(base), Buffer.from('garbage')])), {
    problems: [{ code: 'layer.trailing-bytes', layer: 0 }],
    packages: basePackages,
    exactly: true,
  }),
  ...both(
    'two hundred thousand empty streams before the data',
    (compress) => stored(Buffer.concat([...Array<Buffer>(200_000).fill(compress(Buffer.alloc(0))), compress(base)])),
    { packages: basePackages },
  ),
  xzCase('zeros of stream padding', {}, { packages: basePackages }),
  {
    name: 'xz: a dictionary of 128 MiB that is filled',
    make: () => {
      const noise = Buffer.alloc(200_000_000);
      for (let i = 0; i < 200_000; i++) noise.writeUInt32LE(Math.imul(i, 2_654_435_761) >>> 0, i * 1000);
      return stored(xzStored(tar([...debianFiles(), { path: 'noise', content: noise }]), { dictionary: 30 }));
    },
    packages: basePackages,
  },
];

const damaged: readonly HostileCase[] = [
  xzCase('a dictionary of 4 GiB', { dictionary: 40 }, unreadable),
  xzCase('a dictionary of 192 MiB', { dictionary: 31 }, unreadable),
  xzCase('a dictionary of a size that does not exist', { dictionary: 41 }, damagedLayer),
  xzCase('a wrong check of the content', { check: 0x12345678 }, { ...damagedLayer, packages: basePackages }),
  xzCase('a wrong size in the index', { statedSize: 7 }, { ...damagedLayer, packages: basePackages }),
  xzCase('four billion blocks in the index', { statedBlocks: 2 ** 32 }, { ...damagedLayer, packages: basePackages }),
  xzCase('a filter that does not exist', { filters: [[0x7f, []]] }, unreadable),
  xzCase('a filter that needs properties and has none', { filters: [[3, []]] }, damagedLayer),
  xzCase(
    'LZMA2 in front of LZMA2',
    { filters: [[0x21, [8]]] },
    { problems: [{ code: ['layer.damaged', 'image.layer-unreadable'], layer: 0 }] },
  ),
  {
    name: 'xz: no more than a magic number and zeros',
    make: () => stored(Buffer.concat([xzZeros.subarray(0, 6), Buffer.alloc(600)])),
    ...damagedLayer,
  },
  {
    name: 'bzip2: no more than a magic number and zeros',
    make: () => stored(Buffer.concat([bzip2Zeros.subarray(0, 10), Buffer.alloc(600)])),
    ...damagedLayer,
  },
  {
    name: 'bzip2: the CRC of a block is wrong',
    why,
    make: () => {
      const bytes = bzip2(base);
      bytes[11]! ^= 0x55;
      return stored(bytes);
    },
    problems: [{ code: 'layer.damaged', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'bzip2: the CRC of the stream is wrong',
    why,
    make: () => {
      const bytes = bzip2(base);
      bytes[bytes.length - 3]! ^= 0x55;
      return stored(bytes);
    },
    problems: [{ code: 'layer.damaged', layer: 0 }],
    packages: basePackages,
  },
  ...both(
    'a single byte changed',
    (compress) => {
      const bytes = compress(base);
      bytes[bytes.length >> 1]! ^= 0x55;
      return stored(bytes);
    },
    damagedLayer,
  ),
  ...[1, 5, 6, 11, 12, 13, 24].flatMap((length) =>
    both(`cut after ${length} bytes`, (compress) => stored(compress(base).subarray(0, length)), {
      problems: [{ code: ['layer.damaged', 'layer.truncated', 'image.layer-unreadable'], layer: 0 }],
    }),
  ),
  ...cuts(1000, 6).flatMap((part) =>
    both(
      `cut after ${part} thousandths`,
      (compress) => {
        const bytes = compress(base);
        return stored(bytes.subarray(0, Math.floor((bytes.length * part) / 1000)));
      },
      damagedLayer,
    ),
  ),
];

export const xzAndBzip2: readonly HostileGroup[] = [
  { title: 'bombs of xz and bzip2, and bombs in bombs', cases: bombs },
  { title: 'xz and bzip2 as they should be', cases: whole },
  { title: 'damaged xz and bzip2', cases: damaged },
];
