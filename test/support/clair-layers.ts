import { gzipSync } from 'node:zlib';
import { hasShared, readShared } from './shared.ts';
import { type TarEntry, tar } from './tar.ts';

interface RecordedPart {
  readonly text?: string;
  readonly base64?: string;
  readonly repeat?: number;
}

interface RecordedEntry {
  readonly name: string;
  readonly type: 'file' | 'symlink';
  readonly linkname?: string;
  readonly content?: string;
  readonly contentParts?: readonly RecordedPart[];
}

interface RecordedLayer {
  readonly name: string;
  readonly compression: string;
  readonly entries?: readonly RecordedEntry[];
  readonly raw?: { readonly parts: readonly RecordedPart[] };
  readonly truncate?: { readonly of: string; readonly bytes: number };
  readonly headerOnly?: { readonly name: string; readonly size: number };
  readonly then?: { readonly count: number };
}

const recorded: ReadonlyMap<string, RecordedLayer> = new Map(
  hasShared
    ? (JSON.parse(readShared('clair/golden/layers.json').toString()) as { layers: RecordedLayer[] }).layers.map(
        (layer) => [layer.name, layer],
      )
    : [],
);

function join(parts: readonly RecordedPart[]): Buffer {
  return Buffer.concat(
    parts.flatMap(({ text = '', base64, repeat = 1 }) =>
      new Array<Buffer>(repeat).fill(base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64')),
    ),
  );
}

function entryOf({ name, type, linkname, content = '', contentParts }: RecordedEntry): TarEntry {
  const common = { path: name, type, mtime: 0, format: 'gnu' } as const;
  if (type === 'symlink') return { ...common, linkTarget: linkname ?? '' };
  return { ...common, content: contentParts === undefined ? content : join(contentParts) };
}

/** A layer of Clair's recorded cases, by the name of its file. Those that need a program to be compressed are not here. */
export function clairLayer(name: string): Buffer {
  const layer = recorded.get(name);
  if (layer === undefined) throw new Error(`there is no recorded layer ${name}`);
  const { entries, raw, truncate, headerOnly, then, compression } = layer;
  if (raw !== undefined) return join(raw.parts);
  if (truncate !== undefined) return clairLayer(truncate.of).subarray(0, truncate.bytes);
  if (headerOnly !== undefined) {
    const header = tar([{ path: headerOnly.name, declaredSize: headerOnly.size, mtime: 0 }], { endBlocks: 0 });
    return Buffer.concat([header, Buffer.alloc(then?.count ?? 0)]);
  }
  const bytes = tar((entries ?? []).map(entryOf));
  if (compression === 'none') return bytes;
  if (compression === 'gzip') return gzipSync(bytes);
  throw new Error(`${name} is compressed by a program`);
}
