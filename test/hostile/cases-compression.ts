import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { type Compression, layer, type OciOptions, ociLayout } from '../support/image.ts';
import { debianFiles, debianLayer } from '../support/root-file-systems.ts';
import { tar } from '../support/tar.ts';
import { basePackages, cuts, type HostileCase, type HostileGroup } from './hostile-case.ts';
import { zstdZeros } from './zeros.ts';

const base = debianLayer();
const gzipType = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** A layout of one layer whose stored bytes are given as they are. */
export function stored(bytes: Uint8Array, mediaType = gzipType, options: Partial<OciOptions> = {}): Buffer {
  return ociLayout({ layers: [bytes], compression: 'none', mediaTypes: { layers: [mediaType] }, ...options });
}

/** What the bombs grow to. */
export const gigabytes = 10 * 1024 ** 3;
/** A root file system whose last member claims ten gigabytes. */
export const beforeBomb = tar([...debianFiles(), { path: 'zeros', declaredSize: gigabytes }], { endBlocks: 0 });

export function gzipBomb(): Buffer {
  const member = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  return Buffer.concat([gzipSync(beforeBomb), ...Array<Buffer>(160).fill(member)]);
}

export function zstdBomb(): Buffer {
  return Buffer.concat([zstdCompressSync(beforeBomb), zstdZeros(gigabytes / (128 * 1024))]);
}

const bombs: readonly HostileCase[] = [
  {
    name: 'a gzip bomb: 10 GB of zeros in 10 MB',
    make: () => stored(gzipBomb()),
    problems: [{ code: 'layer.limit', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a zstd bomb: 10 GB of zeros in 330 kB',
    make: () => stored(zstdBomb(), 'application/vnd.oci.image.layer.v1.tar+zstd'),
    problems: [{ code: 'layer.limit', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a gzip bomb around the whole archive',
    make: () => gzipBomb(),
    problems: [{ code: ['layer.limit', 'layer.truncated'] }],
    packages: basePackages,
  },
  {
    name: 'a zstd bomb on standard input',
    via: 'stdin',
    make: () => zstdBomb(),
    problems: [{ code: ['layer.limit', 'layer.truncated'] }],
    packages: basePackages,
  },
  {
    name: 'more uncompressed bytes than a layer may have',
    limits: { layerBytes: 3_000_000 },
    make: () => stored(gzipSync(tar([...debianFiles(), { path: 'noise', content: Buffer.alloc(6_000_000, 'ab') }]))),
    problems: [{ code: 'layer.limit', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'more bytes in all layers than an image may have',
    limits: { imageBytes: 100_000 },
    make: () =>
      ociLayout({
        layers: [base, ...[1, 2, 3].map((i) => layer([{ path: `noise-${i}`, content: Buffer.alloc(40_000, `${i}`) }]))],
      }),
    problems: [{ code: 'layer.limit' }],
    packages: basePackages,
  },
  {
    name: 'twenty thousand empty zstd frames before the data',
    make: () => {
      const empty = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00]);
      return stored(
        Buffer.concat([...Array<Buffer>(20_000).fill(empty), zstdCompressSync(base)]),
        'application/vnd.oci.image.layer.v1.tar+zstd',
      );
    },
    packages: basePackages,
    silent: 'all',
  },
  {
    name: 'a hundred thousand empty gzip members before the data',
    make: () => stored(Buffer.concat([...Array<Buffer>(100_000).fill(gzipSync('')), gzipSync(base)])),
    packages: basePackages,
    silent: 'all',
  },
  {
    name: 'half a million skippable zstd frames before the data',
    make: () => {
      const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
      return stored(
        Buffer.concat([zstdCompressSync(''), Buffer.alloc(8 * 500_000, skippable), zstdCompressSync(base)]),
        'application/vnd.oci.image.layer.v1.tar+zstd',
      );
    },
    packages: basePackages,
    silent: 'all',
  },
];

const truncated: readonly HostileCase[] = (['gzip', 'zstd'] as const).flatMap((compression) => {
  const bytes = compression === 'gzip' ? gzipSync(base) : zstdCompressSync(base);
  const mediaType = `application/vnd.oci.image.layer.v1.tar+${compression}`;
  return [...cuts(bytes.length, 16), 1, 4, 9, bytes.length - 1].map(
    (length): HostileCase => ({
      name: `a ${compression} layer cut after ${length} of ${bytes.length} bytes`,
      make: () => stored(bytes.subarray(0, length), mediaType),
      problems: [{ code: ['layer.truncated', 'layer.damaged'], layer: 0 }],
    }),
  );
});

/** As gzip always does; without it, a changed byte may be an ordinary one of a file. */
const checksummed = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

const damaged: readonly HostileCase[] = (['gzip', 'zstd'] as const).flatMap((compression) =>
  cuts(base.length / 8, 8).map((position): HostileCase => {
    // Bytes that do not compress, so that the damage stands in the middle of the members.
    const noise = Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * i * 31 + (i >> 3) * 7919) & 0xff));
    const raw = tar([...debianFiles(), { path: 'noise', content: noise }]);
    const bytes = compression === 'gzip' ? gzipSync(raw) : zstdCompressSync(raw, checksummed);
    return {
      name: `a ${compression} layer with a byte changed at ${position}`,
      make: () => {
        const broken = Buffer.from(bytes);
        broken[position] = broken[position]! ^ 0x55;
        return stored(broken, `application/vnd.oci.image.layer.v1.tar+${compression}`);
      },
      problems: [{ code: ['layer.damaged', 'layer.truncated'], layer: 0 }],
    };
  }),
);

const halves = [base.subarray(0, 10_000), base.subarray(10_000)] as const;
const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const zstdType = 'application/vnd.oci.image.layer.v1.tar+zstd';

const whole: readonly HostileCase[] = [
  ['two gzip members', gzipType, Buffer.concat(halves.map((half) => gzipSync(half)))],
  ['two zstd frames', zstdType, Buffer.concat(halves.map((half) => zstdCompressSync(half)))],
  [
    'skippable zstd frames between two frames',
    zstdType,
    Buffer.concat([skippable, zstdCompressSync(halves[0]), skippable, zstdCompressSync(halves[1]), skippable]),
  ],
  [
    'gzip with a name and a comment in its header',
    gzipType,
    Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 0x18, 0, 0, 0, 0, 0, 3]),
      Buffer.from('layer.tar\0a comment\0'),
      gzipSync(base).subarray(10),
    ]),
  ],
].map(([name, mediaType, bytes]) => ({
  name: `${name}`,
  make: () => stored(bytes as Buffer, mediaType as string),
  packages: basePackages,
  exactly: true,
  silent: 'all',
}));

const trailing: readonly HostileCase[] = [
  ['garbage behind a gzip layer', gzipType, Buffer.concat([gzipSync(base), Buffer.from('garbage')])],
  ['zeros behind a gzip layer', gzipType, Buffer.concat([gzipSync(base), Buffer.alloc(512)])],
  ['garbage behind a zstd layer', zstdType, Buffer.concat([zstdCompressSync(base), Buffer.from('garbage')])],
].map(([name, mediaType, bytes]) => ({
  name: `${name}`,
  make: () => stored(bytes as Buffer, mediaType as string),
  problems: [{ code: 'layer.trailing-bytes', layer: 0 }],
  packages: basePackages,
  exactly: true,
}));

/** T-32: the magic bytes decide; a media type that says otherwise is a note. */
const mismatches: readonly HostileCase[] = (['none', 'gzip', 'zstd'] as const).flatMap((is: Compression) =>
  (['none', 'gzip', 'zstd'] as const)
    .filter((says) => says !== is)
    .map((says): HostileCase => {
      const mediaType = `application/vnd.oci.image.layer.v1.tar${says === 'none' ? '' : `+${says}`}`;
      return {
        name: `a layer stored as ${is} whose media type says ${says}`,
        make: () => ociLayout({ layers: [base], compression: is, mediaTypes: { layers: [mediaType] } }),
        problems: [{ code: 'image.media-type', layer: 0 }],
        silent: 'all',
        packages: basePackages,
        exactly: true,
      };
    }),
);

const special: readonly HostileCase[] = [
  {
    name: 'a zstd frame that asks for a window of a gigabyte',
    make: () => stored(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0x01, 0x00, 0x00]), zstdType),
    problems: [{ code: ['layer.damaged', 'layer.limit', 'image.layer-unreadable'], layer: 0 }],
  },
  {
    name: 'a zstd frame that needs a dictionary',
    make: () => stored(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x38, 0x07, 0x01, 0x00, 0x00]), zstdType),
    problems: [{ code: ['layer.damaged', 'layer.truncated', 'image.layer-unreadable'], layer: 0 }],
  },
  {
    name: 'a skippable zstd frame longer than the layer',
    make: () =>
      stored(
        Buffer.concat([zstdCompressSync(base), Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff, 1])]),
        zstdType,
      ),
    problems: [{ code: ['layer.truncated', 'layer.trailing-bytes', 'layer.damaged'], layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a gzip layer inside a gzip layer: no runtime opens the inner one',
    make: () => stored(gzipSync(gzipSync(base))),
    problems: [{ code: ['layer.damaged', 'layer.truncated', 'image.layer-unreadable'], layer: 0 }],
    packages: [],
    exactly: true,
  },
];

export const compression: readonly HostileGroup[] = [
  { title: 'bombs and floods', cases: bombs },
  { title: 'cut compressed layers', cases: truncated },
  { title: 'damaged compressed layers', cases: damaged },
  { title: 'several members or frames', cases: whole },
  { title: 'bytes behind the data', cases: trailing },
  { title: 'media type against compression', cases: mismatches },
  { title: 'odd frames', cases: special },
];
