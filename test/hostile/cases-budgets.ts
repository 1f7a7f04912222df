import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { sha256 } from '../support/image.ts';
import { debianFiles, debianLayer } from '../support/root-file-systems.ts';
import { tar } from '../support/tar.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { basePackages, type HostileCase, type HostileGroup } from './hostile-case.ts';

/** A member of many that differ in their names: of no bytes, or of a text. */
interface PlainMember {
  readonly path: string;
  readonly type?: 'file' | 'directory' | 'hardlink' | 'symlink';
  readonly linkTarget?: string;
  readonly content?: string;
}

const BLOCK = 512;
const flags = { file: '0', hardlink: '1', symlink: '2', directory: '5' } as const;

const CHECKSUM = 148;

/** What all headers have. */
const blank = Buffer.alloc(BLOCK);
blank.write('0000644\0', 100, 'latin1');
blank.write('00000000000\0', 124, 'latin1');
blank.write(' '.repeat(8), CHECKSUM, 'latin1');
blank.write('ustar\x0000', 257, 'latin1');

const sumOf = (bytes: Buffer): number => bytes.reduce((sum, byte) => sum + byte, 0);
const blankSum = sumOf(blank);

const bytesOf = ({ content = '' }: PlainMember): number => BLOCK + Math.ceil(content.length / BLOCK) * BLOCK;

/** Headers are written by hand, into zeros: a million of them must not take longer than their scan. */
function writeMember(into: Buffer, at: number, member: PlainMember): void {
  const { path: name, type = 'file', linkTarget = '', content = '' } = member;
  blank.copy(into, at);
  let sum = blankSum;
  const write = (text: string, place: number): void => {
    const written = into.write(text, at + place, 100, 'latin1');
    for (let i = 0; i < written; i++) sum += into[at + place + i] as number;
  };
  write(name, 0);
  write(flags[type], 156);
  if (linkTarget !== '') write(linkTarget, 157);
  if (content !== '') {
    into.write(content.length.toString(8).padStart(11, '0'), at + 124, 'latin1');
    into.write(content, at + BLOCK, 'latin1');
    sum = sumOf(into.subarray(at, at + BLOCK));
  }
  into.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + CHECKSUM, 'latin1');
}

const base = gzipSync(debianLayer());
const filesOfBase = debianFiles().filter((entry) => (entry.type ?? 'file') === 'file').length;

/** A compressed layer of so many members. */
function many(count: number, member: (number: number) => PlainMember): Buffer {
  const parts: Buffer[] = [];
  for (let from = 0; from < count; from += 10_000) {
    const members = Array.from({ length: Math.min(10_000, count - from) }, (_, i) => member(from + i));
    const bytes = Buffer.alloc(members.reduce((sum, one) => sum + bytesOf(one), 0));
    let at = 0;
    for (const one of members) {
      writeMember(bytes, at, one);
      at += bytesOf(one);
    }
    parts.push(gzipSync(bytes, { level: 1 }));
  }
  return Buffer.concat([...parts, gzipSync(tar([]))]);
}

/** An image in a folder; a layer that is listed several times is there once. */
function folderOf(layers: readonly Buffer[]): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'blobs/sha256'), { recursive: true });
  const known = new Map<Buffer, { digest: string; size: number }>();
  const put = (bytes: Buffer): { digest: string; size: number } => {
    let descriptor = known.get(bytes);
    if (descriptor === undefined) {
      descriptor = { digest: sha256(bytes), size: bytes.length };
      known.set(bytes, descriptor);
      writeFileSync(path.join(folder, 'blobs', descriptor.digest.replace(':', '/')), bytes);
    }
    return descriptor;
  };
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  const manifest = {
    schemaVersion: 2,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      ...put(Buffer.from('{"os":"linux","architecture":"amd64"}')),
    },
    layers: layers.map((bytes) => ({ mediaType, ...put(bytes) })),
  };
  const manifests = [
    { mediaType: 'application/vnd.oci.image.manifest.v1+json', ...put(Buffer.from(JSON.stringify(manifest))) },
  ];
  writeFileSync(path.join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(path.join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return folder;
}

const digits = (number: number, length = 7): string => String(number).padStart(length, '0');
const plain = (i: number): PlainMember => ({ path: `srv/d${digits(i % 1000, 3)}/f${digits(i)}` });
const turns = <T>(count: number, ...values: readonly T[]): T[] =>
  Array.from({ length: count }, (_, i) => values[i % values.length] as T);

const repeated: readonly HostileCase[] = [
  {
    name: 'a layer of half a million members that is listed 200 times',
    make: () => folderOf([base, ...turns(200, many(500_000, plain))]),
    problems: [{ code: 'image.layer-repeated', layer: 200 }],
    silent: ['layer.limit', 'scan.timeout'],
    packages: basePackages,
    exactly: true,
    files: filesOfBase + 500_000,
  },
  {
    name: 'two layers of half a million members that replace each other 30 times',
    make: () =>
      folderOf([
        base,
        ...turns(
          60,
          many(500_000, plain),
          many(500_000, (i) => ({ ...plain(i), type: 'directory' })),
        ),
      ]),
    problems: [{ code: 'layer.limit', says: 'layers that are listed again have more than' }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a layer of half a million members, and 100 times one that replaces the last of them',
    make: () =>
      folderOf([
        base,
        ...turns(
          200,
          many(500_000, plain),
          many(1, () => plain(499_999)),
        ),
      ]),
    problems: [{ code: 'layer.limit', says: 'layers that are listed again have more than' }],
    packages: basePackages,
    exactly: true,
    files: filesOfBase + 500_000,
  },
  {
    name: 'two layers of thirty thousand packages that take turns 400 times',
    make: () => folderOf([base, ...turns(800, statusOf(30_000, 1), statusOf(30_000, 2))]),
    problems: [{ code: 'layer.limit', says: 'packages together' }],
    packages: ['p1-0@1'],
  },
];

/** A layer with a package database. */
function statusOf(count: number, version: number): Buffer {
  const content = Array.from(
    { length: count },
    (_, i) => `Package: p${version}-${i}\nStatus: install ok installed\nVersion: ${version}\nArchitecture: all\n`,
  ).join('\n');
  return many(1, () => ({ path: 'var/lib/dpkg/status', content }));
}

const memory: readonly HostileCase[] = [
  {
    name: 'seven layers of four hundred thousand members each',
    make: () =>
      folderOf([
        base,
        ...Array.from({ length: 7 }, (_, k) => many(400_000, (i) => ({ path: `srv${k}/${plain(i).path.slice(4)}` }))),
      ]),
    problems: [{ code: 'layer.limit', says: 'members of the layers take more than' }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a layer of a million members, each in a directory of its own',
    make: () => folderOf([base, many(1_000_000, (i) => ({ path: `srv/d${digits(i)}/f` }))]),
    known: {
      peakBytes: 360_000_000,
      because:
        'the same scan takes 256 to 331 MB from one run to the next; keep names of directories as bytes, not as strings in a map',
    },
    problems: [{ code: 'layer.limit', says: 'members of the layers take more than', layer: 1 }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'names that imply two million directories, and whiteouts in them',
    make: () =>
      folderOf([
        base,
        many(100_000, (i) => ({ path: `${digits(i % 30_000)}/${'a/'.repeat(40)}f` })),
        many(400_000, (i) => ({ path: `${digits(i % 30_000)}/${'a/'.repeat(39)}.wh.a` })),
      ]),
    known: {
      peakBytes: 330_000_000,
      because:
        'all that may be held of names is held, beside the readers of eight languages: 277 to 303 MB; lower heldBytes',
    },
    problems: [{ code: 'layer.limit', says: 'left out' }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a million hard links to one that leads to itself',
    make: () =>
      folderOf([
        base,
        many(1_000_000, (i) => ({
          path: i === 0 ? 'srv/loop' : plain(i).path,
          type: 'hardlink',
          linkTarget: 'srv/loop',
        })),
      ]),
    packages: basePackages,
    exactly: true,
    files: filesOfBase,
  },
  {
    name: 'a million hard links that lead to each other',
    make: () =>
      folderOf([
        base,
        many(1_000_000, (i) => ({ ...plain(i), type: 'hardlink', linkTarget: plain((i + 999_999) % 1_000_000).path })),
      ]),
    packages: basePackages,
    exactly: true,
    files: filesOfBase,
  },
  {
    name: 'six hundred thousand symbolic links to a file that is wanted under their names, and to folders of it',
    make: () =>
      folderOf([
        base,
        many(600_000, (i) => {
          if (i === 0) return { path: 'srv/store/a', content: '{"name":"a","version":"1.0.0"}' };
          if (i % 2 === 0) return { path: `srv/f${digits(i)}`, type: 'symlink', linkTarget: 'store' };
          return {
            path: `srv/${i % 1000}/node_modules/${digits(i)}/package.json`,
            type: 'symlink',
            linkTarget: '/srv/store/a',
          };
        }),
      ]),
    problems: [{ code: 'layer.limit', says: 'so many symbolic links' }],
    packages: basePackages,
  },
  {
    name: 'ten layers of 30 megabytes of file lists each',
    make: () =>
      folderOf([
        base,
        ...Array.from({ length: 10 }, (_, k) =>
          many(6, (i) => ({
            path: `var/lib/dpkg/info/p${k}-${i}.list`,
            content: `/.\n${`/usr/share/p${k}/${i}/f\n`.repeat(280_000)}`.slice(0, 5_000_000),
          })),
        ),
      ]),
    problems: [{ code: 'layer.limit', says: 'lists of the files that packages own' }],
    packages: basePackages,
    exactly: true,
  },
];

export const budgets: readonly HostileGroup[] = [
  { title: 'layers that are listed again', cases: repeated },
  { title: 'the memory of all layers', cases: memory },
];
