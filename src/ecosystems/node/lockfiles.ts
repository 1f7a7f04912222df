import { FormatError } from '../../errors.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { LockfileFolders } from './lockfile-folders.ts';
import { isSource, type LockfileKind, lockfileKind, lockfileNames } from './lockfile-kinds.ts';
import { isInPackages, placeOf } from './places.ts';

const BINARY = 'bun.lockb';

/**
 * Reads lockfiles of npm, Yarn, pnpm, Bun and Deno, and where there is none what package.json and Deno's own files ask
 * for. Those of installed packages are passed over: nothing in the image was made by them.
 */
export const nodeLockfiles: Analyzer<PackageFact> = {
  name: 'node-lockfiles',
  version: 1,
  asked: true,
  names: { exact: [...lockfileNames, BINARY] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.archive !== undefined) return Appetite.None;
    const { name, path, size } = file;
    if (name === BINARY) return isInPackages(path) ? Appetite.None : Appetite.Header;
    const kind = lockfileKind(name);
    if (kind === undefined) return Appetite.None;
    // Installed packages are not read, but where they are nothing is only asked for.
    if (name === 'package.json') {
      const place = placeOf(path);
      if (place !== 'own') return place === 'installed' ? Appetite.Header : Appetite.None;
    } else if (isInPackages(path)) return Appetite.None;
    if (size <= kind.maximum) return Appetite.Body;
    return isSource(kind) || name === 'package.json' ? Appetite.None : Appetite.Header;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const folders = new LockfileFolders();
    const facts = new PackageFacts(layer);
    return {
      read(file) {
        const { name } = file.header;
        const kind = lockfileKind(name);
        if (name === 'package.json' && placeOf(file.path) === 'installed') folders.installed(file.path);
        else if (name === BINARY) folders.binary(file.path);
        else if (kind !== undefined) folders.add(file.path, name, kind, parse(file, kind, layer));
      },

      close() {
        for (const path of folders.unread()) {
          const message = 'the binary lockfile of Bun before version 1.2 is not read: what it names is not listed';
          layer.problem({ code: 'packages.unread', message, path });
        }
        for (const { path, record } of folders.packages(layer)) facts.add(path, record);
        return facts.close();
      },
    };
  },
};

function parse(
  { path, header, content }: LayerFile,
  kind: LockfileKind,
  layer: LayerContext,
): ReturnType<LockfileKind['parse']> {
  if (header.size > kind.maximum) {
    const message = `it has ${header.size} bytes, more than ${kind.maximum}, and was not read: what it names is not listed`;
    layer.problem({ code: 'file.too-large', message, path });
    return { packages: [] };
  }
  try {
    const found = kind.parse(content);
    if (found.fault !== undefined) {
      const message = `not all of it could be understood: ${found.fault}. The rest of what it names is listed`;
      layer.problem({ code: 'file.format', message, path });
    }
    return found;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    // Of a broken package.json the reader of packages speaks.
    if (header.name !== 'package.json') {
      layer.problem({ code: 'file.format', message: `${error.message}: what it names is not listed`, path });
    }
    return { packages: [] };
  }
}
