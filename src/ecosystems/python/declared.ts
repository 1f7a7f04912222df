import { FormatError } from '../../errors.ts';
import { wheelOf } from '../../formats/python/distribution-name.ts';
import { decodeText } from '../../formats/python/text.ts';
import { TomlError } from '../../formats/toml.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { type DeclaredKind, declaredKind, declaredNames } from './declared-kinds.ts';

/** Files whose packages are held of one layer. */
const MAX_FILES = 50_000;

/**
 * Reads which Python packages lockfiles and manifests ask for, and which wheels lie there to be installed: none of that says
 * that they are installed.
 */
export const pythonDeclared: Analyzer<PackageFact> = {
  name: 'python-declared',
  version: 1,
  asked: true,
  names: declaredNames,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const kind = declaredKind(file);
    if (kind === undefined && !isWheel(file)) return Appetite.None;
    if (isInstalled(file.path)) return Appetite.None;
    if (kind !== undefined) return file.size > kind.maxBytes ? Appetite.Header : Appetite.Body;
    return Appetite.Header;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const facts = new PackageFacts(layer);
    const files = new Map<string, readonly PackageRecord[]>();
    let beyond = 0;
    return {
      read(file) {
        const kind = declaredKind(file.header);
        const records = kind === undefined ? wheelRecords(file.header) : readDeclared(file, kind, layer);
        if (files.has(file.path) || (records.length > 0 && files.size < MAX_FILES)) files.set(file.path, records);
        else if (records.length > 0) beyond++;
      },

      close() {
        for (const [path, records] of files) for (const record of records) facts.add(path, record);
        if (beyond > 0) {
          const message = `${beyond} files beyond the first ${MAX_FILES} that ask for Python packages were left out`;
          layer.problem({ code: 'layer.limit', message });
        }
        return facts.close();
      },
    };
  },
};

/** What stands among installed packages was published with one of them, and nothing of the image was made by it. */
function isInstalled(path: string): boolean {
  return /(?:^|\/)(?:site|dist)-packages\//.test(path);
}

function isWheel({ name }: FileHeader): boolean {
  return name.charCodeAt(name.length - 1) === 0x6c && name.endsWith('.whl');
}

/** A wheel says in its name what it would install: exactly that, as a lockfile does. */
function wheelRecords({ name: file }: FileHeader): readonly PackageRecord[] {
  const wheel = wheelOf(file);
  return wheel === undefined ? [] : [{ type: 'pypi', ...wheel, evidence: 'lockfile' }];
}

function readDeclared(
  { header, path, content }: LayerFile,
  { evidence, maxBytes, parse }: DeclaredKind,
  layer: LayerContext,
): readonly PackageRecord[] {
  if (header.size > maxBytes) {
    const message = `it has ${header.size} bytes, more than are read of such a file; what it asks for was left out`;
    layer.problem({ code: 'file.too-large', message, path });
    return [];
  }
  try {
    const { packages, leftOut } = parse(decodeText(content));
    if (leftOut !== undefined) layer.problem({ code: 'file.format', message: `${leftOut}; the rest was read`, path });
    return packages.map((one) => ({ type: 'pypi', ...one, evidence }));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const line = error instanceof TomlError ? `line ${error.line}: ` : '';
    layer.problem({ code: 'file.format', message: `${line}${error.message}; what it asks for was left out`, path });
    return [];
  }
}
