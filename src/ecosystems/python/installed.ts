import { distributionOf } from '../../formats/python/distribution-name.ts';
import { type PythonMetadata, parsePythonMetadata } from '../../formats/python/metadata.ts';
import { parseRequiresTxt } from '../../formats/python/requires-txt.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE } from '../../packages/text-file.ts';

/** Packages that are held of one layer. */
const MAX_HELD = 300_000;

/** What a file is to a package: its metadata, a list of what it needs beside that, or an archive that may have metadata. */
type Role = 'metadata' | 'requires' | 'archive';

interface Held {
  readonly path: string;
  readonly location: string;
  readonly record: PackageRecord;
  /** METADATA stands before PKG-INFO, where a folder has both. */
  readonly rank: number;
}

/**
 * Reads which Python packages are installed: the metadata in `*.dist-info` and `*.egg-info`, in folders of eggs, and in
 * archives that Python runs as they are (`*.egg`, `*.pex`, `*.pyz`). Archives that only lie there (`*.whl`) are not installed.
 */
export const pythonInstalled: Analyzer<PackageFact> = {
  name: 'python-installed',
  version: 2,
  names: { exact: ['METADATA', 'PKG-INFO', 'requires.txt'], ends: ['.egg-info', '.egg', '.pex', '.pyz'] },

  wants(file: FileHeader): Appetite {
    const role = roleOf(file);
    if (role === undefined) return Appetite.None;
    if (file.type === 'hardlink') return Appetite.Header;
    if (role === 'archive') return Appetite.Members;
    // Names and versions stand at the beginning.
    return file.size > MAX_LOCKFILE ? Appetite.Head : Appetite.Body;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const facts = new PackageFacts(layer);
    const held = new Map<string, Held>();
    const requires = new Map<string, readonly string[]>();
    let beyond = 0;
    return {
      read(file) {
        const role = roleOf(file.header);
        if (role === undefined || role === 'archive') return;
        tellSize(file, layer);
        const place = placeOf(file.path);
        // uv and conda link what they install to their caches: the content came with the other name.
        const linked = file.header.type === 'hardlink' ? placeOf(targetOf(file.header)) : undefined;
        if (role === 'requires') {
          const names = linked === undefined ? parseRequiresTxt(file.content) : requires.get(linked);
          if (names !== undefined && requires.size < MAX_HELD) requires.set(place, names);
          return;
        }
        const rank = file.header.name === 'METADATA' ? 1 : 0;
        const before = held.get(place);
        if (before !== undefined && before.rank > rank) return;
        const record = linked === undefined ? recordOf(file, layer) : held.get(linked)?.record;
        if (record === undefined) {
          if (before?.location === file.path) held.delete(place);
          return;
        }
        if (before === undefined && held.size >= MAX_HELD) beyond++;
        else held.set(place, { path: fileOf(file), location: file.path, record, rank });
      },

      close() {
        for (const [place, { path, location, record }] of held) {
          const names = record.requires ?? requires.get(place) ?? [];
          facts.add(path, names.length > 0 ? { ...record, requires: names } : record, location);
        }
        if (beyond > 0) {
          const message = `${beyond} Python packages beyond the first ${MAX_HELD} of the layer were left out`;
          layer.problem({ code: 'layer.limit', message });
        }
        return facts.close();
      },
    };
  },
};

function roleOf({ name, path, type }: FileHeader): Role | undefined {
  if (type !== 'file' && type !== 'hardlink') return undefined;
  switch (name.charCodeAt(name.length - 1)) {
    case 0x41: // A
      return name === 'METADATA' && isInfo(path, name) ? 'metadata' : undefined;
    case 0x4f: // O
      return name === 'PKG-INFO' && isInfo(path, name) ? 'metadata' : undefined;
    case 0x6f: // o
      return name.endsWith('.egg-info') ? 'metadata' : undefined;
    case 0x74: // t
      return name === 'requires.txt' && isInfo(path, name) ? 'requires' : undefined;
    case 0x67: // g
      return name.endsWith('.egg') ? 'archive' : undefined;
    case 0x78: // x
      return name.endsWith('.pex') ? 'archive' : undefined;
    case 0x7a: // z
      return name.endsWith('.pyz') ? 'archive' : undefined;
    default:
      return undefined;
  }
}

/**
 * Whether the folder of a file is one that describes a package: `x.dist-info`, `x.egg-info`, or the `EGG-INFO` of an egg. Some
 * tools write the last part alone, or in capital letters.
 */
function isInfo(path: string, name: string): boolean {
  const end = path.length - name.length - 1;
  if (end < 8) return false;
  const kind = path.slice(Math.max(0, end - 10), end).toLowerCase();
  return /(?:^|[./])(?:dist|egg)-info$/.test(kind);
}

/** What the files of one package share: the folder that describes it. */
function placeOf(path: string): string {
  return /\.egg-info$/i.test(path) ? path : path.slice(0, path.lastIndexOf('/'));
}

/** Where a hard link leads, as a path of the layer. */
function targetOf({ linkTarget = '' }: FileHeader): string {
  return linkTarget.replace(/^(?:\.?\/)+/, '');
}

/** The file of the layer: with it the package goes. */
function fileOf({ header, path }: LayerFile): string {
  return header.archive === undefined ? path : path.slice(0, path.indexOf('!/'));
}

function tellSize({ header, path, content }: LayerFile, layer: LayerContext): void {
  if (header.size <= MAX_LOCKFILE) return;
  const message = `only the first ${content.length} of ${header.size} bytes were read`;
  layer.problem({ code: 'file.too-large', message, path });
}

/** What a file says; where it is silent, the name of its folder may tell. */
function recordOf({ path, content }: LayerFile, layer: LayerContext): PackageRecord | undefined {
  const metadata = parsePythonMetadata(content);
  if (metadata.name !== undefined && metadata.version !== undefined) {
    return toRecord(metadata.name, metadata.version, metadata);
  }
  const named = distributionOf(entryOf(path));
  const version = metadata.version ?? named?.version ?? '';
  if (metadata.name !== undefined) return toRecord(metadata.name, version, metadata);
  if (named === undefined || version === '') {
    layer.problem({ code: 'file.format', message: 'it names no package; it was left out', path });
    return undefined;
  }
  layer.problem({ code: 'file.format', message: 'it names no package; the name of its folder was used', path });
  return toRecord(named.name, version, metadata);
}

/** The part of a path that is named after the package: `x-1.0.dist-info`, or the egg around `EGG-INFO`. */
function entryOf(path: string): string {
  const parts = path.replaceAll('!/', '/').split('/');
  const last = parts.findLast((part) => /\.(?:dist-info|egg-info|egg)$/i.test(part));
  return last ?? '';
}

function toRecord(name: string, version: string, { licences, requires }: PythonMetadata): PackageRecord {
  return {
    type: 'pypi',
    name,
    version,
    ...(licences.length > 0 && { licences }),
    ...(requires.length > 0 && { requires }),
  };
}
