import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type TarEntry, writeTar } from '../../runtime/inside/tar-writer.ts';

/** How the bytes of a layer are stored. */
type Compression = 'none' | 'gzip' | 'zstd';

/** A layer of a canary: its members, and what is done to it on purpose. */
export interface CanaryLayer {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly compression?: Compression;
  /** What the history says of it. */
  readonly instruction: string;
  /** Only so many of the stored bytes are there. */
  readonly cutAt?: number;
  /** The manifest names other bytes than are there. */
  readonly wrongDigest?: boolean;
}

export interface Canary {
  readonly layers: readonly CanaryLayer[];
  /** `config` of the image's configuration. */
  readonly config: object;
}

/** A moment long ago, so that the same canary is the same bytes. */
const CREATED = '2021-01-01T00:00:00Z';
const OCI = 'application/vnd.oci.image';

const digestOf = (bytes: string | Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** An OCI layout as one archive (OCI image specification 1.1, image-layout.md), made in memory. */
export async function makeCanary({ layers, config }: Canary): Promise<Buffer> {
  const blobs = new Map<string, Uint8Array>();
  const put = (bytes: Uint8Array, digest = digestOf(bytes)) => {
    blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  };
  const described: object[] = [];
  const diffIds: string[] = [];
  for (const { files, compression = 'none', cutAt, wrongDigest = false } of layers) {
    const tar = await tarOf(Object.entries(files).map(([path, content]) => fileEntry(path, content)));
    diffIds.push(digestOf(tar));
    const stored = compress(tar, compression).subarray(0, cutAt);
    const mediaType = `${OCI}.layer.v1.tar${compression === 'none' ? '' : `+${compression}`}`;
    described.push({ mediaType, ...(wrongDigest ? put(stored, digestOf('another layer')) : put(stored)) });
  }
  const history = layers.map(({ instruction }) => ({ created: CREATED, created_by: instruction }));
  const configuration = { os: 'linux', architecture: 'amd64', created: CREATED, config, history };
  const image = { ...configuration, rootfs: { type: 'layers', diff_ids: diffIds } };
  const manifest = {
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: { mediaType: `${OCI}.config.v1+json`, ...put(json(image)) },
    layers: described,
  };
  const top = { mediaType: `${OCI}.manifest.v1+json`, ...put(json(manifest)) };
  return await tarOf([
    fileEntry('oci-layout', json({ imageLayoutVersion: '1.0.0' })),
    fileEntry('index.json', json({ schemaVersion: 2, manifests: [top] })),
    ...[...blobs].map(([digest, bytes]) => fileEntry(`blobs/${digest.replace(':', '/')}`, bytes)),
  ]);
}

function fileEntry(path: string, content: string | Uint8Array): TarEntry {
  return { path, type: 'file', mode: 0o644, content: Buffer.from(content as Uint8Array) };
}

async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeTar(entries)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function compress(bytes: Buffer, how: Compression): Buffer {
  return how === 'gzip' ? gzipSync(bytes) : how === 'zstd' ? zstdCompressSync(bytes) : bytes;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
