import { dockerArchive, layer, ociLayout, sha256 } from '../support/image.ts';
import { alpineFiles, debianLayer } from '../support/root-file-systems.ts';
import { reindexed } from './cases-archives.ts';
import { basePackages, type HostileCase, type HostileGroup } from './hostile-case.ts';

const base = debianLayer();
const upper = layer([{ path: 'app', content: 'the application\n' }]);

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

/** A legacy archive whose manifest.json is replaced. */
function manifested(manifest: string | Uint8Array): Buffer {
  return dockerArchive({
    layers: [base],
    edit: (files) => files.set('manifest.json', Buffer.from(manifest as Uint8Array)),
  });
}

/** The same with a manifest that is changed. */
function remanifested(change: (entry: Record<string, unknown>) => unknown): Buffer {
  return dockerArchive({
    layers: [base],
    edit: (files) => {
      const [entry] = JSON.parse(String(files.get('manifest.json')));
      files.set('manifest.json', json(change(entry)));
    },
  });
}

const references: readonly HostileCase[] = [
  {
    name: 'a manifest that is no JSON',
    make: () => manifested('[{'),
    error: { code: 'source.unreadable', says: 'manifest.json' },
  },
  {
    name: 'an empty manifest',
    make: () => manifested(''),
    error: { code: 'source.unreadable', says: 'manifest.json' },
  },
  {
    name: 'a manifest without images',
    make: () => manifested('[]'),
    error: { code: ['source.unreadable', 'source.not-an-image'] },
  },
  {
    name: 'a manifest that is a number',
    make: () => manifested('7'),
    error: { code: ['source.unreadable', 'source.not-an-image'] },
  },
  {
    name: 'a manifest of nested brackets, a million deep',
    make: () => manifested('['.repeat(1_000_000)),
    error: { code: 'source.unreadable' },
  },
  {
    name: 'a manifest larger than manifests may be',
    limits: { manifestBytes: 1000 },
    make: () => manifested(`${' '.repeat(2000)}[]`),
    error: { code: ['source.unreadable', 'source.limit'], says: 'larger' },
  },
  {
    name: 'a manifest that is a directory',
    make: () => dockerArchive({ layers: [base], edit: (files) => files.set('manifest.json', { type: 'directory' }) }),
    error: { code: ['source.unreadable', 'source.not-an-image'] },
  },
  {
    name: 'a manifest entry of null',
    make: () => manifested('[null]'),
    problems: [{ code: 'image.no-layers' }, { code: 'image.config-unreadable' }],
  },
  {
    name: 'layers that are no list',
    make: () => remanifested((entry) => [{ ...entry, Layers: 'layer.tar' }]),
    problems: [{ code: 'image.no-layers' }],
  },
  {
    name: 'layers that are no names',
    make: () => remanifested((entry) => [{ ...entry, Layers: [7, null, { a: 1 }] }]),
    problems: [{ code: ['image.no-layers', 'image.layer-missing'] }],
  },
  {
    name: 'a layer name that leaves the archive',
    make: () => remanifested((entry) => [{ ...entry, Layers: ['../../../../../../etc/passwd'] }]),
    problems: [{ code: 'image.layer-missing' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'a manifest with keys of the prototype',
    make: () =>
      manifested(
        '[{"__proto__":{"Layers":["x"]},"constructor":{"prototype":{"polluted":true}},"Config":"__proto__","Layers":["__proto__","constructor"]}]',
      ),
    problems: [{ code: 'image.layer-missing' }, { code: 'image.config-unreadable' }],
  },
  {
    name: 'more layers than an image may have',
    limits: { layers: 3 },
    make: () => remanifested((entry) => [{ ...entry, Layers: Array(4).fill((entry['Layers'] as string[])[0]) }]),
    error: { code: 'source.limit', says: '4 layers' },
  },
  {
    name: 'a manifest list below a manifest list, ten deep',
    make: () =>
      ociLayout({
        layers: [base],
        edit: (files) => {
          for (let i = 0; i < 10; i++) {
            const inner = files.get('index.json') as Uint8Array;
            files.set(`blobs/${sha256(inner).replace(':', '/')}`, inner);
            const mediaType = 'application/vnd.oci.image.index.v1+json';
            const manifest = { mediaType, digest: sha256(inner), size: inner.length };
            files.set('index.json', json({ schemaVersion: 2, manifests: [manifest] }));
          }
        },
      }),
    error: { code: 'source.unreadable' },
  },
  {
    name: 'an index that names itself',
    make: () =>
      ociLayout({
        layers: [base],
        edit: (files) => {
          const digest = `sha256:${'0'.repeat(64)}`;
          const mediaType = 'application/vnd.oci.image.index.v1+json';
          const index = json({
            schemaVersion: 2,
            manifests: [
              { mediaType, digest, size: 1 },
              { mediaType, digest, size: 1 },
            ],
          });
          files.set(`blobs/${digest.replace(':', '/')}`, index);
          files.set('index.json', index);
        },
      }),
    error: { code: 'source.unreadable' },
  },
  {
    name: 'digests that are paths',
    make: () =>
      ociLayout({
        layers: [base],
        edit: (files) =>
          reindexed(files, (index) => {
            for (const manifest of index.manifests) manifest['digest'] = 'sha256:../../oci-layout';
          }),
      }),
    error: { code: 'source.unreadable' },
  },
  {
    name: 'an index without manifests',
    make: () => ociLayout({ layers: [base], edit: (files) => reindexed(files, (index) => index.manifests.splice(0)) }),
    error: { code: 'source.unreadable' },
  },
  {
    name: 'an index that holds attestations only',
    make: () =>
      ociLayout({
        layers: [base],
        attestations: true,
        edit: (files) => reindexed(files, (index) => index.manifests.shift()),
      }),
    error: { code: 'source.unreadable' },
  },
  {
    name: 'attestations beside the image',
    make: () => ociLayout({ layers: [base], attestations: true, nestedIndex: true, platform: 'linux/amd64' }),
    packages: basePackages,
    exactly: true,
    silent: 'all',
  },
  {
    name: 'an archive that describes two different images in its two manifests',
    make: () =>
      dockerArchive({
        layers: [base],
        layout: 'blobs',
        edit: (files) => {
          const other = layer(alpineFiles());
          const [entry] = JSON.parse(String(files.get('manifest.json')));
          files.set(`blobs/${sha256(other).replace(':', '/')}`, other);
          entry.Layers = [`blobs/${sha256(other).replace(':', '/')}`];
          files.set('manifest.json', json([entry]));
        },
      }),
    problems: [{ code: 'image.ambiguous' }],
  },
];

const descriptions: readonly HostileCase[] = [
  {
    name: 'no configuration (docker)',
    make: () => dockerArchive({ layers: [base], dropConfig: true }),
    problems: [{ code: 'image.config-unreadable', says: 'missing' }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'no configuration (OCI)',
    make: () => ociLayout({ layers: [base], dropConfig: true }),
    problems: [{ code: 'image.config-unreadable', says: 'missing' }],
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a configuration that is no JSON',
    make: () => dockerArchive({ layers: [base], rawConfig: '{"architecture":' }),
    problems: [{ code: 'image.config-unreadable', says: 'JSON' }],
    packages: basePackages,
  },
  {
    name: 'a configuration where everything has the wrong type',
    make: () =>
      dockerArchive({
        layers: [base],
        rawConfig: JSON.stringify({
          architecture: 7,
          os: [],
          created: {},
          config: 'x',
          rootfs: null,
          history: { a: 1 },
        }),
      }),
    packages: basePackages,
    exactly: true,
  },
  {
    name: 'a history with more layers than there are',
    make: () =>
      dockerArchive({
        layers: [base],
        history: [{ created_by: 'ADD a' }, { created_by: 'ADD b' }, { created_by: 'ADD c' }],
      }),
    problems: [{ code: 'image.history-mismatch' }],
    packages: basePackages,
  },
  {
    name: 'a history with fewer layers than there are',
    make: () => dockerArchive({ layers: [base, upper], history: [{ created_by: 'ADD a' }] }),
    problems: [{ code: 'image.history-mismatch' }],
    packages: basePackages,
  },
  {
    name: 'more layer identities than layers',
    make: () => dockerArchive({ layers: [base], diffIds: [sha256(base), sha256(upper)] }),
    problems: [{ code: 'image.history-mismatch' }],
    packages: basePackages,
  },
  {
    name: 'an image without layers (docker)',
    make: () => dockerArchive({ layers: [] }),
    problems: [{ code: 'image.no-layers' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'an image without layers (OCI)',
    make: () => ociLayout({ layers: [] }),
    problems: [{ code: 'image.no-layers' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'an image of an empty layer',
    make: () => dockerArchive({ layers: [layer([])] }),
    problems: [{ code: 'packages.none' }],
    packages: [],
    exactly: true,
  },
  {
    name: 'an image without a package database',
    make: () => dockerArchive({ layers: [upper] }),
    problems: [{ code: 'packages.none' }],
    packages: [],
    exactly: true,
    files: 1,
  },
];

export const manifests: readonly HostileGroup[] = [
  { title: 'manifests and indexes', cases: references },
  { title: 'configuration and history', cases: descriptions },
];
