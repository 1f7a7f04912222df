import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ArchiveFiles, dockerArchive, layer, ociLayout, sha256, writeOciLayout } from '../support/image.ts';
import { debianFiles, debianLayer } from '../support/root-file-systems.ts';
import { tar } from '../support/tar.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { basePackages, cuts, type HostileCase, type HostileGroup } from './hostile-case.ts';

const base = debianLayer();
const upper = layer([{ path: 'app', content: 'the application\n' }]);
const legacy = dockerArchive({ layers: [base, upper] });
const blobs = dockerArchive({ layers: [base, upper], layout: 'blobs' });
const oci = ociLayout({ layers: [base, upper] });

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** Changes the index of an OCI layout. */
export function reindexed(
  files: ArchiveFiles,
  change: (index: { manifests: Record<string, unknown>[] }) => void,
): void {
  const index = JSON.parse(String(files.get('index.json')));
  change(index);
  files.set('index.json', json(index));
}

function inFolder(write: (folder: string) => void): string {
  const folder = temporaryFolder();
  write(folder);
  return folder;
}

const notAnImage: readonly HostileCase[] = [
  { name: 'an empty file', make: () => Buffer.alloc(0), error: { code: 'source.unreadable', says: 'empty' } },
  {
    name: 'an empty standard input',
    via: 'stdin',
    make: () => Buffer.alloc(0),
    error: { code: 'source.unreadable', says: 'empty' },
  },
  { name: 'one byte', make: () => Buffer.from('x'), error: { code: 'source.not-an-image' } },
  { name: 'a text', make: () => Buffer.from('FROM debian:12\n'.repeat(200)), error: { code: 'source.not-an-image' } },
  {
    name: 'random-looking bytes',
    make: () => Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 193 + 71) & 0xff)),
    error: { code: 'source.not-an-image' },
  },
  {
    name: 'a compressed text',
    make: () => gzipSync('no archive inside'.repeat(100)),
    error: { code: 'source.not-an-image' },
  },
  {
    name: 'two zero blocks: an archive of nothing',
    make: () => Buffer.alloc(1024),
    error: { code: ['source.unreadable', 'source.not-an-image'] },
  },
  {
    name: 'a name that does not exist',
    make: () => path.join(temporaryFolder(), 'absent.tar'),
    error: { code: 'source.not-found', says: 'absent.tar' },
  },
  {
    name: 'a folder where a file belongs',
    scheme: 'docker-archive:',
    make: () => temporaryFolder(),
    error: { code: 'source.not-an-image', says: 'folder' },
  },
  {
    name: 'a file where a folder belongs',
    scheme: 'oci-dir:',
    make: () => legacy,
    error: { code: 'source.not-an-image', says: 'folder' },
  },
  {
    name: 'an empty folder',
    make: () => temporaryFolder(),
    problems: [{ code: 'packages.none' }],
    packages: [],
    exactly: true,
  },
];

const layersAndBlobs: readonly HostileCase[] = [
  ...(['legacy', 'blobs', 'podman', 'kaniko'] as const).map(
    (layout): HostileCase => ({
      name: `a missing layer (${layout})`,
      make: () => dockerArchive({ layers: [base, upper], layout, dropLayers: [1] }),
      problems: [{ code: 'image.layer-missing', layer: 1 }],
      packages: basePackages,
      exactly: true,
    }),
  ),
  {
    name: 'a missing layer below (OCI)',
    make: () => ociLayout({ layers: [base, upper], dropLayers: [0] }),
    problems: [{ code: 'image.layer-missing', layer: 0 }, { code: 'packages.none' }],
    packages: [],
    exactly: true,
    files: 1,
  },
  {
    name: 'every layer missing',
    make: () => ociLayout({ layers: [base, upper], dropLayers: [0, 1] }),
    problems: [
      { code: 'image.layer-missing', layer: 0 },
      { code: 'image.layer-missing', layer: 1 },
    ],
    packages: [],
    exactly: true,
  },
  ...(['none', 'gzip', 'zstd'] as const).map(
    (compression): HostileCase => ({
      name: `a layer whose bytes have another digest (${compression})`,
      ...(compression === 'none' && { verify: true }),
      make: () => ociLayout({ layers: [base, upper], compression, wrongDigests: [0] }),
      problems: [{ code: 'image.digest-mismatch', layer: 0 }],
      packages: basePackages,
      exactly: true,
    }),
  ),
  {
    name: 'a layer whose identity in the configuration is of other bytes',
    verify: true,
    make: () => dockerArchive({ layers: [base], diffIds: [sha256('other')] }),
    problems: [{ code: 'image.digest-mismatch', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a compressed layer whose identity in the configuration is of other bytes',
    verify: true,
    make: () => ociLayout({ layers: [base], diffIds: [sha256('other')] }),
    problems: [{ code: 'image.digest-mismatch', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'a manifest whose bytes have another digest',
    make: () =>
      ociLayout({
        layers: [base],
        edit: (files) =>
          reindexed(files, (index) => {
            const manifest = index.manifests[0] as Record<string, unknown>;
            const bytes = files.get(`blobs/${String(manifest['digest']).replace(':', '/')}`) as Uint8Array;
            manifest['digest'] = sha256('another manifest');
            files.set(`blobs/${String(manifest['digest']).replace(':', '/')}`, bytes);
          }),
      }),
    problems: [{ code: 'image.digest-mismatch' }],
    packages: basePackages,
  },
  ...[9_007_199_254_740_991, 9_007_199_254_740_992, -1, 0.5].map(
    (size): HostileCase => ({
      name: `a size of ${size} in the manifest, which is not that of the layer`,
      make: () =>
        ociLayout({
          layers: [base],
          edit: (files) =>
            reindexed(files, (index) => {
              const reference = index.manifests[0] as Record<string, unknown>;
              const name = `blobs/${String(reference['digest']).replace(':', '/')}`;
              const manifest = JSON.parse(String(files.get(name)));
              manifest.layers[0].size = size;
              const bytes = json(manifest);
              files.set(`blobs/${sha256(bytes).replace(':', '/')}`, bytes);
              Object.assign(reference, { digest: sha256(bytes), size: bytes.length });
            }),
        }),
      problems: [{ code: 'image.digest-mismatch', layer: 0 }],
      packages: basePackages,
    }),
  ),
  ...(['same-name', 'link', 'copy'] as const).map(
    (repeatedLayers): HostileCase => ({
      name: `a layer listed twice (${repeatedLayers})`,
      make: () => dockerArchive({ layers: [base, upper, base], repeatedLayers }),
      ...(repeatedLayers === 'same-name' && { problems: [{ code: 'image.layer-repeated', layer: 2 }] }),
      packages: basePackages,
      exactly: true,
    }),
  ),
  {
    name: 'a layer listed twice (OCI)',
    make: () => ociLayout({ layers: [base, upper, base] }),
    problems: [{ code: 'image.layer-repeated', layer: 2 }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a layer of an unknown media type',
    make: () => ociLayout({ layers: [base], mediaTypes: { layers: ['application/x-unheard-of'] } }),
    problems: [{ code: 'image.media-type', says: 'application/x-unheard-of', layer: 0 }],
    packages: basePackages,
  },
  {
    name: 'an encrypted layer',
    make: () =>
      ociLayout({
        layers: [base, upper],
        mediaTypes: { layers: ['application/vnd.oci.image.layer.v1.tar+gzip+encrypted'] },
      }),
    problems: [{ code: 'image.layer-unreadable', says: 'encrypted', layer: 0 }],
    packages: [],
    exactly: true,
  },
  {
    name: 'an encrypted layer that is not encrypted at all',
    make: () =>
      ociLayout({
        layers: [base],
        compression: 'none',
        mediaTypes: { layers: ['application/vnd.oci.image.layer.v1.tar+encrypted'] },
      }),
    problems: [{ code: ['image.layer-unreadable', 'image.media-type'], layer: 0 }],
  },
  {
    name: 'a layer that is a text',
    make: () => dockerArchive({ layers: [base, Buffer.from('no archive at all\n'.repeat(100))] }),
    problems: [{ code: ['layer.damaged', 'image.layer-unreadable'], layer: 1 }],
    packages: basePackages,
  },
  {
    name: 'a layer of no bytes: every program takes it for an empty one',
    make: () => dockerArchive({ layers: [base, Buffer.alloc(0)] }),
    packages: basePackages,
  },
  {
    name: 'a layer that is a link to itself',
    make: () => {
      let name = '';
      return dockerArchive({
        layers: [base, upper],
        edit: (files) => {
          name = [...files.keys()].filter((key) => key.endsWith('layer.tar')).at(-1) as string;
          files.set(name, { type: 'symlink', linkTarget: 'layer.tar' });
        },
      });
    },
    problems: [{ code: 'image.layer-missing', layer: 1 }],
    packages: basePackages,
  },
  {
    name: 'a layer that is a link out of the archive',
    make: () =>
      dockerArchive({
        layers: [base, upper],
        edit: (files) => {
          const name = [...files.keys()].filter((key) => key.endsWith('layer.tar')).at(-1) as string;
          files.set(name, { type: 'symlink', linkTarget: '../../../../../../../etc/passwd' });
        },
      }),
    problems: [{ code: 'image.layer-missing', layer: 1 }],
    packages: basePackages,
  },
  {
    name: 'a layer that is a directory',
    make: () =>
      dockerArchive({
        layers: [base, upper],
        edit: (files) => {
          const name = [...files.keys()].filter((key) => key.endsWith('layer.tar')).at(-1) as string;
          files.set(name, { type: 'directory' });
        },
      }),
    problems: [{ code: 'image.layer-missing', layer: 1 }],
    packages: basePackages,
  },
  {
    name: 'a blob of a layout folder that is a link to a file outside',
    make: () => {
      const outside = temporaryFolder();
      writeFileSync(path.join(outside, 'layer'), base);
      const folder = writeOciLayout({ layers: [base], compression: 'none' });
      const blob = path.join(folder, 'blobs', sha256(base).replace(':', '/'));
      rmSync(blob);
      symlinkSync(path.join(outside, 'layer'), blob);
      return folder;
    },
    problems: [{ code: 'image.layer-missing', layer: 0 }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a blob of a layout folder that is a directory',
    make: () => {
      const folder = writeOciLayout({ layers: [base], compression: 'none' });
      const blob = path.join(folder, 'blobs', sha256(base).replace(':', '/'));
      rmSync(blob);
      mkdirSync(blob);
      return folder;
    },
    problems: [{ code: 'image.layer-missing', layer: 0 }],
  },
  {
    name: 'a root folder whose package database is a link to a database outside',
    scheme: 'dir:',
    make: () => {
      const outside = inFolder((folder) =>
        writeFileSync(path.join(folder, 'status'), 'Package: secret\nStatus: install ok installed\nVersion: 1\n'),
      );
      return inFolder((folder) => {
        mkdirSync(path.join(folder, 'var/lib/dpkg'), { recursive: true });
        symlinkSync(path.join(outside, 'status'), path.join(folder, 'var/lib/dpkg/status'));
      });
    },
    absent: ['secret'],
  },
  {
    name: 'a member of the archive that comes twice: the last counts',
    make: () => tar([...membersOf(legacy), { path: 'manifest.json', content: '[]' }]),
    error: { code: ['source.unreadable', 'source.not-an-image'] },
  },
];

/** The members of an archive without its end blocks. */
function membersOf(archive: Buffer): Uint8Array[] {
  return [archive.subarray(0, archive.length - 1024)];
}

/** Cut at many places: either the description is lost (an error), or what is left is scanned and said to be cut. */
const truncated: readonly HostileCase[] = (
  [
    ['docker', legacy, 512],
    ['docker 25', blobs, 512],
    ['OCI', ociLayout({ layers: [base, upper], compression: 'none' }), 512],
    ['OCI, compressed as a whole', gzipSync(oci), 1],
  ] as const
).flatMap(([kind, bytes, block]) => {
  // One byte into a block, so that a header or a body is cut and not the zeros behind it.
  const aligned = cuts(bytes.length - 3 * block, 24).map((length) => length - (length % block) + 1);
  return [...new Set([...aligned, 511, 512, 513])].map(
    (length): HostileCase => ({
      name: `an archive (${kind}) cut after ${length} of ${bytes.length} bytes`,
      make: () => bytes.subarray(0, length),
      problems: [
        {
          code: ['layer.truncated', 'layer.damaged', 'image.layer-missing', 'packages.none', 'image.config-unreadable'],
        },
      ],
      error: { code: ['source.unreadable', 'source.not-an-image'] },
    }),
  );
});

/** A layer cut at many places in a whole archive: what came before is found. */
const truncatedLayers: readonly HostileCase[] = cuts(base.length - 1024, 20).map((length) => ({
  name: `a layer cut after ${length} of ${base.length} bytes`,
  make: () => dockerArchive({ layers: [debianLayer({ packages: [] }), base.subarray(0, length)] }),
  problems: [{ code: 'layer.truncated', layer: 1 }],
}));

const single: readonly HostileCase[] = [
  {
    name: 'a root file system as a single archive',
    make: () => base,
    packages: basePackages,
    exactly: true,
    silent: 'all',
  },
  {
    name: 'a root file system that holds a file named manifest.json deep inside',
    make: () => layer([...debianFiles(), { path: 'srv/manifest.json', content: '[]' }]),
    packages: basePackages,
    exactly: true,
  },
];

export const archives: readonly HostileGroup[] = [
  { title: 'what is no image', cases: notAnImage },
  { title: 'layers and blobs', cases: layersAndBlobs },
  { title: 'cut archives', cases: truncated },
  { title: 'cut layers', cases: truncatedLayers },
  { title: 'single layers', cases: single },
];
