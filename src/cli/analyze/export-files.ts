import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { FormatError } from '../../errors.ts';
import { normalisePath } from '../../formats/tar/path.ts';
import { TarStream, type TarStreamMember } from '../../formats/tar/stream.ts';
import type { Limits } from '../../limits.ts';
import type { ImageExport } from '../../net/container-engine/images.ts';
import { type SavedLayer, SaveError } from './saved-layer.ts';

const MANIFEST = 'manifest.json';

/**
 * How engines name layers in what `docker save` writes: Docker before 25 by an id that stands for all layers below as
 * well, later ones and containerd by the digest of the blob, Podman by that of the uncompressed layer.
 */
const layerFile = /^(?:([0-9a-f]{64})\/layer\.tar|blobs\/sha256\/([0-9a-f]{64})|([0-9a-f]{64})\.tar)$/;

/** Links that one name may lead through: old exports store a layer that comes twice once. */
const LINKS = 8;

/**
 * Writes the layers of an engine's export into a folder, under the names that they have in it; no other name is ever
 * made there, whatever the export says.
 * @returns base first
 * @throws SaveError
 */
export async function unpackExport(
  exported: ImageExport,
  folder: string,
  limits: Limits,
  signal: AbortSignal,
): Promise<readonly SavedLayer[]> {
  const files = new Set<string>();
  const links = new Map<string, string>();
  let manifest: unknown;
  let damage: string | undefined;
  const archive = new TarStream(exported.bytes, {
    limits: { ...limits, entries: 16 * (limits.layers + 1), layerBytes: limits.imageBytes },
    signal,
    problem: (_, message) => {
      damage ??= message;
    },
  });
  try {
    for (let member = await archive.next(); member !== undefined; member = await archive.next()) {
      const { header } = member;
      if (header.type === 'symlink' || header.type === 'hardlink') {
        const base = header.type === 'symlink' ? path.posix.dirname(header.path) : '.';
        links.set(header.path, normalisePath(`${base}/${header.linkTarget ?? ''}`).path);
      } else if (header.type !== 'file' || header.sparse === true) {
        // Nothing that an engine writes.
      } else if (header.path === MANIFEST) {
        manifest = await readManifest(member, limits);
      } else if (layerFile.test(header.path)) {
        await writeMember(member, path.join(folder, header.path));
        files.add(header.path);
      }
    }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    damage ??= error.message;
  }
  if (damage !== undefined) {
    const failure = exported.failure();
    throw new SaveError('save', failure?.message ?? damage, { cause: failure });
  }
  return layersOf(manifest, files, links);
}

async function readManifest({ header, body }: TarStreamMember, limits: Limits): Promise<unknown> {
  if (header.size > limits.manifestBytes) {
    throw new SaveError('history', `${MANIFEST} has more than ${limits.manifestBytes} bytes`);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch (error) {
    throw new SaveError('history', `${MANIFEST} is no JSON (${(error as Error).message})`, { cause: error });
  }
}

async function writeMember({ body }: TarStreamMember, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const handle = await open(file, 'w', 0o600);
  try {
    for await (const piece of body) await handle.writeFile(piece);
  } finally {
    await handle.close();
  }
}

function layersOf(
  manifest: unknown,
  files: ReadonlySet<string>,
  links: ReadonlyMap<string, string>,
): readonly SavedLayer[] {
  if (!Array.isArray(manifest)) throw new SaveError('history', `there is no ${MANIFEST}`);
  if (manifest.length !== 1) throw new SaveError('history', `${manifest.length} images were saved instead of one`);
  const names: unknown = (manifest[0] as { readonly Layers?: unknown } | null)?.Layers;
  if (!Array.isArray(names) || names.length === 0) throw new SaveError('history', 'the image has no layer');
  return names.map((name: unknown): SavedLayer => {
    const stated = typeof name === 'string' ? normalisePath(name).path : '';
    const [, id, blob, diff] = layerFile.exec(stated) ?? [];
    let file = stated;
    for (let hops = 0; hops < LINKS && !files.has(file); hops++) file = links.get(file) ?? '';
    const known = id ?? blob ?? diff;
    if (known === undefined || !files.has(file)) {
      throw new SaveError('history', `the layer ${JSON.stringify(name)} was not saved`);
    }
    return { name: known, file, byContent: id === undefined };
  });
}
