import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readShared } from './shared.ts';
import { type TarEntry, tar } from './tar.ts';

interface TextPart {
  readonly text?: string;
  readonly base64?: string;
  readonly repeat?: number;
}

interface LayerEntry {
  readonly name: string;
  readonly type: 'file' | 'symlink';
  readonly mode: string;
  readonly content?: string;
  readonly contentParts?: readonly TextPart[];
  readonly linkname?: string;
}

interface LayerData {
  readonly name: string;
  readonly compression: 'none' | 'gzip' | 'bzip2' | 'xz';
  readonly entries?: readonly LayerEntry[];
  readonly raw?: { readonly parts: readonly TextPart[] };
  readonly truncate?: { readonly of: string; readonly bytes: number };
  readonly headerOnly?: { readonly name: string; readonly mode: string; readonly size: number };
  readonly then?: { readonly fillByte: number; readonly count: number };
}

/** A package of the stand-in for the large layer. */
export interface ListedFeature {
  readonly Name: string;
  readonly Version: string;
}

/**
 * Builds the archives of the recorded exchanges in a folder.
 * @param trixie packages of the large layer, for which a small one stands in
 */
export function buildV1Layers(folder: string, trixie: readonly ListedFeature[]): void {
  mkdirSync(folder, { recursive: true });
  const { layers } = JSON.parse(readShared('clair/golden/layers.json').toString()) as { layers: readonly LayerData[] };
  const built = new Map<string, Buffer>();
  for (const layer of layers) {
    const bytes = layer.name === 'trixie.tar' ? standIn(trixie) : bytesOf(layer, built);
    built.set(layer.name, bytes);
    writeFileSync(path.join(folder, layer.name), bytes);
  }
}

function bytesOf(layer: LayerData, built: ReadonlyMap<string, Buffer>): Buffer {
  if (layer.raw !== undefined) return joined(layer.raw.parts);
  if (layer.truncate !== undefined) return built.get(layer.truncate.of)!.subarray(0, layer.truncate.bytes);
  if (layer.headerOnly !== undefined) {
    const { name, mode, size } = layer.headerOnly;
    const header = archive([{ path: name, mode: Number.parseInt(mode, 8), declaredSize: size }], 0);
    return Buffer.concat([header, Buffer.alloc(layer.then!.count, layer.then!.fillByte)]);
  }
  const entries = layer.entries!.map((entry) => ({
    path: entry.name,
    type: entry.type,
    mode: Number.parseInt(entry.mode, 8),
    content: entry.contentParts === undefined ? (entry.content ?? '') : joined(entry.contentParts),
    ...(entry.linkname === undefined ? {} : { linkTarget: entry.linkname }),
  }));
  return compressed(archive(entries), layer.compression);
}

function archive(entries: readonly TarEntry[], endBlocks = 2): Buffer {
  const own = entries.map((entry) => ({ format: 'gnu' as const, uid: 0, gid: 0, mtime: 0, ...entry }));
  return Buffer.from(tar(own, { endBlocks }));
}

function joined(parts: readonly TextPart[]): Buffer {
  return Buffer.concat(
    parts.map(({ text, base64, repeat = 1 }) => {
      const once = base64 === undefined ? Buffer.from(text!) : Buffer.from(base64, 'base64');
      return Buffer.concat(Array.from({ length: repeat }, () => once));
    }),
  );
}

function compressed(bytes: Buffer, compression: LayerData['compression']): Buffer {
  if (compression === 'none') return bytes;
  if (compression === 'gzip') return gzipSync(bytes);
  const { status, stdout } = spawnSync(compression, ['-c'], { input: bytes });
  if (status !== 0) throw new Error(`${compression} failed`);
  return stdout;
}

function standIn(features: readonly ListedFeature[]): Buffer {
  const records = features.map(
    ({ Name, Version }) => `Package: ${Name}\nStatus: install ok installed\nVersion: ${Version}\n`,
  );
  return archive([
    { path: 'etc/os-release', type: 'symlink', linkTarget: '../usr/lib/os-release' },
    { path: 'usr/lib/os-release', content: 'ID=debian\nVERSION_ID="13"\n' },
    { path: 'var/lib/dpkg/status', content: records.join('\n') },
  ]);
}
