import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { type ImageContent, layer, type OciOptions, ociLayout, sha256 } from '../support/image.ts';
import { alpineLayer, alpinePackages, debianFiles, debianLayer } from '../support/root-file-systems.ts';
import { textValue } from '../support/rpm.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { reindexed } from './cases-archives.ts';
import { stored } from './cases-compression.ts';
import { basePackages, type HostileCase, type HostileGroup } from './hostile-case.ts';
import { rpmDatabase, smallRpm } from './rpm-databases.ts';

const base = debianLayer();
const upper = layer([{ path: 'app', content: 'the application\n' }]);
const alpineFound = alpinePackages.map((pkg) => `${pkg.name}@${pkg.version}`);
const noise = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * i * 31 + (i >> 3) * 7919) & 0xff));

let folder: string | undefined;

/** A folder with room for a megabyte; undefined where none can be had. */
function mountSmall(): string | undefined {
  const made = temporaryFolder();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', made]);
  return status === 0 ? made : undefined;
}

function unmount(): void {
  if (folder !== undefined) spawnSync('umount', [folder]);
  folder = undefined;
}

function whyNoMount(): string | undefined {
  folder = process.platform === 'linux' && process.getuid?.() === 0 ? mountSmall() : undefined;
  if (folder === undefined) return 'no small file system can be mounted here';
  unmount();
  return undefined;
}

const full: Partial<HostileCase> = {
  why: whyNoMount(),
  temporary: () => {
    folder = mountSmall();
    return folder ?? '/dev/null';
  },
  after: unmount,
};

const fullDisk: readonly HostileCase[] = [
  {
    name: 'standard input where the disk is full',
    via: 'stdin',
    make: () => layer([...debianFiles(), { path: 'noise', content: noise }]),
    error: { code: 'source.unreadable', says: 'TMPDIR' },
    ...full,
  },
  {
    name: 'an archive that is compressed as a whole where the disk is full',
    make: () => gzipSync(layer([...debianFiles(), { path: 'noise', content: noise }])),
    error: { code: 'source.unreadable', says: 'TMPDIR' },
    ...full,
  },
  {
    name: 'a database that must be kept to be read where the disk is full',
    make: () => {
      const large = smallRpm('large', { tags: { 1005: textValue(noise.toString('hex')) } });
      const database = rpmDatabase('sqlite', [smallRpm('small'), large]);
      return stored(gzipSync(layer([...debianFiles(), { path: 'var/lib/rpm/rpmdb.sqlite', content: database }])));
    },
    problems: [{ code: ['file.unreadable', 'file.too-large', 'file.format'], layer: 0 }],
    packages: basePackages,
    ...full,
  },
  {
    name: 'standard input that still fits where the disk is small',
    via: 'stdin',
    make: () => base,
    packages: basePackages,
    exactly: true,
    ...full,
  },
  {
    name: 'a folder for temporary files that is not there',
    via: 'stdin',
    make: () => base,
    temporary: () => '/dev/null/drydock',
    error: { code: 'source.unreadable', says: 'TMPDIR' },
  },
];

const variants: readonly ImageContent[] = [
  { layers: [alpineLayer()], platform: 'linux/arm64/v8' },
  { layers: [alpineLayer()], platform: 'linux/s390x' },
];
const several: OciOptions = { layers: [base], platform: 'linux/amd64', more: variants, nestedIndex: true };

/** T-26: a platform that is asked for is never replaced by another one in silence. */
const platforms: readonly HostileCase[] = [
  ...['linux/riscv64', 'linux/arm64/v7', 'windows/amd64', '', '/', '__proto__', 'linux/amd64/../arm64'].map(
    (platform): HostileCase => ({
      name: `the platform ${JSON.stringify(platform)} of an image without it`,
      platform,
      make: () => ociLayout(several),
      error: { code: 'source.platform', says: 'linux/arm64/v8' },
    }),
  ),
  {
    name: 'a platform asked of an image that has only another one',
    platform: 'linux/riscv64',
    make: () => ociLayout({ layers: [base], platform: 'linux/amd64' }),
    error: { code: 'source.platform', says: 'linux/amd64' },
  },
  {
    name: 'a platform whose variant is left out in the wish',
    platform: 'linux/arm64',
    make: () => ociLayout(several),
    packages: alpineFound,
    exactly: true,
  },
  {
    name: 'an index that promises a platform which the configuration contradicts',
    platform: 'linux/arm64',
    make: () =>
      ociLayout({
        layers: [base],
        platform: 'linux/amd64',
        edit: (files) =>
          reindexed(files, (index) => {
            index.manifests[0]!['platform'] = { os: 'linux', architecture: 'arm64' };
          }),
      }),
    packages: basePackages,
    exactly: true,
  },
];

const foreign = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
const nonDistributable = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';

/** Layers that are elsewhere by design. Nothing is fetched from where they say they are. */
const elsewhere: readonly HostileCase[] = [
  ...[foreign, nonDistributable].flatMap((mediaType): HostileCase[] => [
    {
      name: `a layer of ${mediaType} that is not there`,
      make: () => ociLayout({ layers: [upper, base], mediaTypes: { layers: [mediaType] }, dropLayers: [0] }),
      problems: [{ code: 'image.layer-missing', layer: 0 }],
      packages: basePackages,
      exactly: true,
    },
    {
      name: `a layer of ${mediaType} that is there`,
      make: () => ociLayout({ layers: [base, upper], mediaTypes: { layers: [mediaType] } }),
      packages: basePackages,
      exactly: true,
      silent: 'all',
    },
  ]),
  {
    name: 'a layer that names an address of this machine to be fetched from',
    make: () =>
      ociLayout({
        layers: [base, upper],
        dropLayers: [1],
        edit: (files) =>
          reindexed(files, (index) => {
            const reference = index.manifests[0] as Record<string, unknown>;
            const name = (digest: unknown) => `blobs/${String(digest).replace(':', '/')}`;
            const manifest = JSON.parse(String(files.get(name(reference['digest']))));
            manifest.layers[1].urls = ['http://127.0.0.1:9/layer', 'file:///etc/passwd'];
            const bytes = Buffer.from(JSON.stringify(manifest));
            files.set(name(sha256(bytes)), bytes);
            Object.assign(reference, { digest: sha256(bytes), size: bytes.length });
          }),
      }),
    problems: [{ code: 'image.layer-missing', layer: 1 }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'an encrypted layer between two others',
    make: () =>
      ociLayout({
        layers: [base, upper, layer([{ path: 'top', content: 'x' }])],
        mediaTypes: {
          layers: [
            'application/vnd.oci.image.layer.v1.tar+gzip',
            'application/vnd.oci.image.layer.v1.tar+gzip+encrypted',
          ],
        },
      }),
    problems: [{ code: 'image.layer-unreadable', says: 'encrypted', layer: 1 }],
    packages: basePackages,
    exactly: true,
  },
];

/** An OCI layout whose only manifest is changed. */
function remade(change: (manifest: Record<string, unknown>) => void, mediaType?: string): Buffer {
  return ociLayout({
    layers: [base],
    edit: (files) =>
      reindexed(files, (index) => {
        const reference = index.manifests[0] as Record<string, unknown>;
        const manifest = JSON.parse(String(files.get(`blobs/${String(reference['digest']).replace(':', '/')}`)));
        change(manifest);
        const bytes = Buffer.from(JSON.stringify(manifest));
        files.set(`blobs/${sha256(bytes).replace(':', '/')}`, bytes);
        Object.assign(reference, {
          digest: sha256(bytes),
          size: bytes.length,
          ...(mediaType !== undefined && { mediaType }),
        });
      }),
  });
}

/** CVE-2021-41190: what is a manifest to one program is an index to another. */
const ambiguous: readonly HostileCase[] = [
  {
    name: 'a manifest that is an index too',
    make: () => remade((manifest) => Object.assign(manifest, { manifests: [] })),
    problems: [{ code: 'image.ambiguous' }],
    packages: basePackages,
  },
  {
    name: 'a manifest that is called an index by what refers to it',
    make: () => remade(() => {}, 'application/vnd.oci.image.index.v1+json'),
    problems: [{ code: ['image.ambiguous', 'image.layer-unreadable', 'image.media-type'] }],
    error: { code: 'source.unreadable' },
  },
  {
    name: 'a manifest that calls itself an index',
    make: () => remade((manifest) => Object.assign(manifest, { mediaType: 'application/vnd.oci.image.index.v1+json' })),
    packages: basePackages,
  },
  {
    name: 'a manifest with its layers in two spellings',
    make: () => remade((manifest) => Object.assign(manifest, { Layers: [] })),
    error: { code: 'source.unreadable', says: 'two spellings' },
  },
  {
    name: 'a manifest of schema version 1',
    make: () =>
      remade((manifest) => Object.assign(manifest, { schemaVersion: 1, fsLayers: [{ blobSum: 'sha256:0' }] })),
    packages: basePackages,
  },
];

export const surroundings: readonly HostileGroup[] = [
  { title: 'a disk that is full', cases: fullDisk },
  { title: 'platforms (T-26)', cases: platforms },
  { title: 'layers that are elsewhere', cases: elsewhere },
  { title: 'ambiguous manifests', cases: ambiguous },
];
