import { FormatError } from '../../errors.ts';
import { nameWithoutVersion, type PackageJson, parsePackageJson } from '../../formats/node/package-json.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { isVendored, type Place, placeOf } from './places.ts';

/** Bytes of a package.json; the largest ones that are published have some 100 KiB. */
export const MAX_MANIFEST = 4 * 1024 * 1024;
const NAME = 'package.json';

/**
 * Reads the package.json of every package that stands in a folder `node_modules` or in one of Debian's, of programs that
 * stand elsewhere, and of those in the archives of editors' extensions (.vsix) and in the cache that Yarn runs packages from.
 */
export const nodePackages: Analyzer<PackageFact> = {
  name: 'node-packages',
  version: 1,
  names: { exact: [NAME], ends: ['.vsix', '.zip'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const { name, path } = file;
    const last = name.charCodeAt(name.length - 1);
    if (last === 0x6e) return name === NAME ? ofManifest(file) : Appetite.None;
    if (file.archive !== undefined) return Appetite.None;
    if (last === 0x78) return name.endsWith('.vsix') ? Appetite.Members : Appetite.None;
    return last === 0x70 && name.endsWith('.zip') && isYarnCache(path) ? Appetite.Members : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const facts = new PackageFacts(layer);
    return {
      read(file) {
        facts.begin(file);
        if (file.header.name === NAME) addPackage(file, facts, layer);
      },
      close: () => facts.close(),
    };
  },
};

function ofManifest({ path, size, archive }: FileHeader): Appetite {
  const place = placeOf(path);
  if (place === 'none' || (archive !== undefined && place !== 'installed')) return Appetite.None;
  if (size <= MAX_MANIFEST) return Appetite.Body;
  return place === 'inner' ? Appetite.None : Appetite.Header;
}

function isYarnCache(path: string): boolean {
  return path.includes('.yarn/cache/') || path.includes('.yarn/berry/cache/');
}

function addPackage({ path, header, content }: LayerFile, facts: PackageFacts, layer: LayerContext): void {
  if (header.size > MAX_MANIFEST) {
    const message = `it has ${header.size} bytes, more than any package has, and was not read: that package is not listed`;
    layer.problem({ code: 'file.too-large', message, path });
    return;
  }
  const place = placeOf(path);
  const found = parse(content, path, place, layer);
  if (found === undefined || (place === 'inner' && !isVendored(path, found.name))) return;
  if (place !== 'installed' && found.isForeign) return;
  facts.add(
    header.archive ?? path,
    {
      name: found.name,
      version: found.version,
      type: 'npm',
      ...(place === 'own' && found.isPrivate && { application: true }),
      ...(found.licences.length > 0 && { licences: found.licences }),
      ...(found.hashes !== undefined && { hashes: found.hashes }),
      ...(found.requires !== undefined && { requires: found.requires }),
    },
    path,
  );
}

function parse(content: Uint8Array, path: string, place: Place, layer: LayerContext): PackageJson | undefined {
  try {
    const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
    const found = parsePackageJson(text);
    const name = found === undefined && place === 'installed' ? nameWithoutVersion(text) : undefined;
    if (name !== undefined) {
      const message = `it tells no version of ${name}: the package that it stands for is not listed`;
      layer.problem({ code: 'file.format', message, path });
    }
    return found;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    // Deep in a package it is, as a rule, something to try it with, broken on purpose.
    if (place !== 'inner') {
      const message = `${error.message}: the package that it stands for is not listed`;
      layer.problem({ code: 'file.format', message, path });
    }
    return undefined;
  }
}
