import { createHash } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { dpkgStatus } from '../support/databases.ts';
import { dockerArchive, layer, ociLayout, sha256, writeOciLayout } from '../support/image.ts';
import { debianFiles, debianLayer, debianPackages } from '../support/root-file-systems.ts';
import { tar } from '../support/tar.ts';
import { temporaryFolder, writeTemporary } from '../support/temporary.ts';
import { stored } from './cases-compression.ts';
import { basePackages, type HostileCase, type HostileGroup, onDebian } from './hostile-case.ts';

const base = debianLayer();
const status = 'var/lib/dpkg/status';
const extra = dpkgStatus([...debianPackages, { name: 'extra', version: '1.0' }]);
const withExtra = [...basePackages, 'extra@1.0'];
const gigabytes = 2 * 1024 ** 3;
const filesOfBase = debianFiles().filter((entry) => (entry.type ?? 'file') === 'file').length;

/** Writes pieces to a file; a number leaves a hole of so many bytes. */
function writeHoles(name: string, pieces: readonly (Uint8Array | number)[]): string {
  const file = writeTemporary(name, '');
  const descriptor = openSync(file, 'r+');
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece === 'number') at += piece;
    else at += writeSync(descriptor, piece, 0, piece.length, at);
  }
  ftruncateSync(descriptor, at);
  closeSync(descriptor);
  return file;
}

/** Headers of empty files that differ in the digits of their names, and a gzip member for so many of them. */
const HEADERS_A_MEMBER = 20_000;

function writeManyEntries(count: number): string {
  const template = tar([{ path: 'srv/d000/f0000000' }], { endBlocks: 0 });
  const sum = Number.parseInt(template.toString('latin1', 148, 154), 8);
  const file = path.join(temporaryFolder(), 'layer.tar.gz');
  const descriptor = openSync(file, 'w');
  const block = Buffer.alloc(HEADERS_A_MEMBER * 512);
  for (let from = 0; from < count; from += HEADERS_A_MEMBER) {
    for (let i = 0; i < HEADERS_A_MEMBER; i++) {
      const name = String(from + i).padStart(7, '0');
      const folder = String((from + i) % 1000).padStart(3, '0');
      const digits = name + folder;
      let more = 0;
      for (let j = 0; j < digits.length; j++) more += digits.charCodeAt(j) - 0x30;
      const at = i * 512;
      template.copy(block, at);
      block.write(folder, at + 5, 'latin1');
      block.write(name, at + 10, 'latin1');
      block.write((sum + more).toString(8).padStart(6, '0'), at + 148, 'latin1');
    }
    writeSync(descriptor, gzipSync(block, { level: 1 }));
  }
  writeSync(descriptor, gzipSync(base));
  closeSync(descriptor);
  return file;
}

/** An image in a folder, one of whose layers was written to a file before. */
function folderAround(file: string): string {
  const folder = writeOciLayout({ layers: [Buffer.alloc(0)], compression: 'gzip' });
  const blob = (digest: string): string => path.join(folder, 'blobs', digest.replace(':', '/'));
  const index = JSON.parse(readFileSync(path.join(folder, 'index.json'), 'utf8'));
  const manifest = JSON.parse(readFileSync(blob(index.manifests[0].digest), 'utf8'));
  const bytes = readFileSync(file);
  Object.assign(manifest.layers[0], { digest: sha256(bytes), size: bytes.length });
  renameSync(file, blob(sha256(bytes)));
  const text = JSON.stringify(manifest);
  Object.assign(index.manifests[0], { digest: sha256(text), size: text.length });
  writeFileSync(blob(sha256(text)), text);
  writeFileSync(path.join(folder, 'index.json'), JSON.stringify(index));
  return folder;
}

const counts: readonly HostileCase[] = [
  {
    name: 'a gzip layer of two million members in a thousand directories',
    make: () => folderAround(writeManyEntries(2_000_000)),
    packages: basePackages,
    exactly: true,
    files: filesOfBase + 2_000_000,
  },
  {
    name: 'a single layer in an archive, gzip, of three hundred thousand members',
    make: () => writeManyEntries(300_000),
    packages: basePackages,
    exactly: true,
    silent: 'all',
    files: filesOfBase + 300_000,
  },
  ...([1000, 1001] as const).map(
    (count): HostileCase => ({
      name: `${count} layers`,
      make: () =>
        dockerArchive({
          layers: [
            base,
            ...Array.from({ length: count - 1 }, (_, i) => layer([{ path: `srv/f${i}`, content: `${i}` }])),
          ],
          layout: 'blobs',
        }),
      ...(count > 1000
        ? { error: { code: 'source.limit', says: '1001 layers' } }
        : { packages: basePackages, exactly: true, silent: 'all', files: filesOfBase + 999 }),
    }),
  ),
  {
    name: 'a thousand layers, all of them the same large one',
    make: () => {
      const large = tar([...debianFiles(), { path: 'noise', content: Buffer.alloc(100_000, 'noise') }]);
      return dockerArchive({ layers: Array<Buffer>(1000).fill(large), repeatedLayers: 'same-name' });
    },
    problems: [{ code: 'image.layer-repeated', layer: 999 }],
    packages: basePackages,
  },
];

const sizes: readonly HostileCase[] = [
  {
    name: 'a member of 2 GB of which nothing is on the disk',
    make: () =>
      writeHoles('image.tar', [
        tar([{ path: 'srv/hole', declaredSize: gigabytes }], { endBlocks: 0 }),
        gigabytes,
        base,
      ]),
    packages: basePackages,
    exactly: true,
    silent: 'all',
    files: filesOfBase + 1,
  },
  {
    name: 'a package database of 2 GB of which nothing is on the disk, below a healthy one',
    make: () =>
      writeHoles('image.tar', [tar([{ path: status, declaredSize: gigabytes }], { endBlocks: 0 }), gigabytes, base]),
    packages: basePackages,
  },
  {
    name: 'a gzip layer of 2 GB that stays below the ratio of a bomb',
    make: () => {
      const noise = createHash('shake256', { outputLength: 60_000 }).update('noise').digest();
      const part = gzipSync(Buffer.concat([noise, Buffer.alloc(8 * 1024 * 1024 - noise.length)]));
      const size = 250 * 8 * 1024 * 1024;
      const header = gzipSync(tar([{ path: 'srv/large', declaredSize: size }], { endBlocks: 0 }));
      return stored(Buffer.concat([header, ...Array<Buffer>(250).fill(part), gzipSync(base)]));
    },
    packages: basePackages,
    silent: ['layer.limit'],
  },
  {
    name: 'a configuration of 2 GB in a folder, of which nothing is on the disk',
    scheme: 'oci-dir:',
    make: () => {
      const folder = writeOciLayout({ layers: [base], rawConfig: '{}' });
      truncateSync(path.join(folder, 'blobs', sha256('{}').replace(':', '/')), gigabytes);
      return folder;
    },
    problems: [{ code: 'image.config-unreadable', says: 'larger' }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a configuration of 2 GB in an archive, of which nothing is on the disk',
    make: () => {
      const archive = dockerArchive({
        layers: [base],
        dropConfig: true,
        edit: (files) => {
          const [entry] = JSON.parse(String(files.get('manifest.json')));
          files.set('manifest.json', Buffer.from(JSON.stringify([{ ...entry, Config: 'large.json' }])));
        },
        tarOptions: { endBlocks: 0 },
      });
      const header = tar([{ path: 'large.json', declaredSize: gigabytes }], { endBlocks: 0 });
      return writeHoles('image.tar', [archive, header, gigabytes, Buffer.alloc(1024)]);
    },
    problems: [{ code: 'image.config-unreadable', says: 'larger' }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a configuration that claims 2 GB and has 2 bytes',
    make: () =>
      ociLayout({
        layers: [base],
        rawConfig: '{}',
        edit: (files) => {
          const index = JSON.parse(String(files.get('index.json')));
          const name = (digest: string) => `blobs/${digest.replace(':', '/')}`;
          const manifest = JSON.parse(String(files.get(name(index.manifests[0].digest))));
          manifest.config.size = gigabytes;
          const bytes = Buffer.from(JSON.stringify(manifest));
          files.set(name(sha256(bytes)), bytes);
          Object.assign(index.manifests[0], { digest: sha256(bytes), size: bytes.length });
          files.set('index.json', Buffer.from(JSON.stringify(index)));
        },
      }),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'an index of 2 GB of which nothing is on the disk',
    scheme: 'oci-dir:',
    make: () => {
      const folder = writeOciLayout({ layers: [base] });
      truncateSync(path.join(folder, 'index.json'), gigabytes);
      return folder;
    },
    error: { code: ['source.unreadable', 'source.limit'], says: 'larger' },
  },
  {
    name: 'a configuration of eight megabytes of history',
    make: () => {
      const line = '{"created_by":"RUN x","empty_layer":true},';
      const history = line.repeat(Math.floor((8 * 1024 * 1024 - 100) / line.length)).slice(0, -1);
      return dockerArchive({ layers: [base], rawConfig: `{"history":[${history}]}` });
    },
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a configuration of eight megabytes of brackets',
    make: () => dockerArchive({ layers: [base], rawConfig: '['.repeat(8 * 1024 * 1024) }),
    problems: [{ code: 'image.config-unreadable' }],
    packages: basePackages,
  },
  ...(['-0000000001\0', '-7777777777\0', ' -1        \0', '\xff'.repeat(12), `\x80${'\xff'.repeat(11)}`] as const).map(
    (size): HostileCase => ({
      name: `a size field of ${JSON.stringify(size)}`,
      make: () =>
        onDebian([
          { path: 'srv/before', content: 'x' },
          { path: 'srv/bad', patch: [[124, Buffer.from(size, 'latin1')]] },
        ]),
      problems: [{ code: ['layer.damaged', 'layer.limit', 'layer.truncated'], layer: 1 }],
      packages: basePackages,
      exactly: true,
    }),
  ),
];

const names: readonly HostileCase[] = [
  ...(
    [
      ['a PAX path', { path: 'x', pax: [['path', `srv/${'n'.repeat(10_000_000)}`]] }],
      ['a PAX link', { path: 'x', type: 'symlink', pax: [['linkpath', `srv/${'n'.repeat(10_000_000)}`]] }],
      ['a PAX comment', { path: 'x', pax: [['comment', 'n'.repeat(10_000_000)]] }],
      ['a global PAX comment', { path: 'x', globalPax: [['comment', 'n'.repeat(10_000_000)]] }],
      ['a GNU name', { path: 'n'.repeat(10_000_000), longNames: 'always-gnu' }],
      ['a GNU link', { path: 'x', type: 'symlink', linkTarget: 'n'.repeat(10_000_000), longNames: 'always-gnu' }],
    ] as const
  ).map(
    ([name, entry]): HostileCase => ({
      name: `${name} of ten megabytes`,
      make: () => onDebian([entry, { path: status, content: extra }]),
      problems: [{ code: 'layer.limit', layer: 1 }],
      packages: withExtra,
    }),
  ),
  {
    name: 'two hundred names of a megabyte, just short enough to be read',
    make: () =>
      stored(
        gzipSync(
          layer([
            ...debianFiles(),
            ...Array.from({ length: 200 }, (_, i) => ({ path: `srv/${i}${'n'.repeat(1_000_000)}` })),
          ]),
        ),
      ),
    problems: [{ code: 'layer.limit', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a hundred thousand names of four thousand characters',
    make: () => folderAround(writeLongNames(100_000)),
    problems: [{ code: 'layer.limit', layer: 0 }],
    packages: basePackages,
  },
];

function writeLongNames(count: number): string {
  const file = path.join(temporaryFolder(), 'layer.tar.gz');
  const descriptor = openSync(file, 'w');
  writeSync(descriptor, gzipSync(tar(debianFiles(), { endBlocks: 0 })));
  for (let from = 0; from < count; from += 1000) {
    const entries = Array.from({ length: 1000 }, (_, i) => ({ path: `srv/${from + i}-${'n'.repeat(4000)}` }));
    writeSync(descriptor, gzipSync(tar(entries, { endBlocks: 0 }), { level: 1 }));
  }
  closeSync(descriptor);
  return file;
}

/** Files that the scan may have open, and layers that a folder has. */
const folders: readonly HostileCase[] = [
  {
    name: 'a folder of 300 layers where a process may have 200 files open',
    scheme: 'oci-dir:',
    openFiles: 200,
    make: () =>
      writeOciLayout({
        layers: [base, ...Array.from({ length: 299 }, (_, i) => layer([{ path: `srv/f${i}`, content: `${i}` }]))],
      }),
    packages: basePackages,
    exactly: true,
    silent: 'all',
    files: filesOfBase + 299,
  },
  {
    name: 'a root folder of 300 folders where a process may have 200 files open',
    scheme: 'dir:',
    openFiles: 200,
    make: () => {
      const folder = temporaryFolder();
      for (const entry of debianFiles()) {
        if ((entry.type ?? 'file') !== 'file') continue;
        writeBelow(folder, String(entry.path), entry.content ?? '');
      }
      for (let i = 0; i < 300; i++) writeBelow(folder, `srv/d${i}/f`, '');
      return folder;
    },
    packages: basePackages,
    exactly: true,
  },
];

function writeBelow(folder: string, name: string, content: string | Uint8Array): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

export const extremes: readonly HostileGroup[] = [
  { title: 'many members and layers', cases: counts },
  { title: 'large and negative sizes', cases: sizes },
  { title: 'long names', cases: names },
  { title: 'few open files', cases: folders },
];
