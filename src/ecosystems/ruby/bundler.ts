import { FormatError } from '../../errors.ts';
import { parseGemfileLock } from '../../formats/ruby/gemfile-lock.ts';
import { type Gemspec, parseGemspec } from '../../formats/ruby/gemspec.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { gemRecord, isGemspec, isInstalled } from './specifications.ts';

/** A folder of a gem: what it has of lockfiles is of its developers, and describes nothing of the image. */
const INSTALLED_GEM = /(?:^|\/)gems\/[^/]+-\d[^/]*\//;

/** Reads which gems a project asks for: lockfiles of Bundler, and specifications of gems that are not installed. */
export const bundler: Analyzer<PackageFact> = {
  name: 'gem-bundler',
  version: 1,
  names: { exact: ['Gemfile.lock', 'gems.locked', 'Gemfile.next.lock'], ends: ['.gemspec'] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (isGemspec(file)) return isInstalled(file) ? Appetite.None : textAppetite(file, MAX_MANIFEST);
    if (!isLockfile(file) || INSTALLED_GEM.test(file.path)) return Appetite.None;
    return textAppetite(file, MAX_LOCKFILE);
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        if (isLockfile(file.header)) readLockfile(layer, file, packages);
        else readGemspec(layer, file, packages);
      },
      close: () => packages.close(),
    };
  },
};

function isLockfile({ type, name }: FileHeader): boolean {
  if (type !== 'file' || name.length < 'gems.locked'.length) return false;
  return name === 'Gemfile.lock' || name === 'gems.locked' || name === 'Gemfile.next.lock';
}

function readLockfile(layer: LayerContext, file: LayerFile, packages: PackageFacts): void {
  const lock = readTextFile(layer, file, MAX_LOCKFILE, parseGemfileLock);
  if (lock === undefined) return;
  for (const { name, version, isHere, requires, sha256 } of lock.gems) {
    packages.add(file.path, {
      type: 'gem',
      name,
      version,
      evidence: 'lockfile',
      ...(isHere === true && { application: true }),
      ...(requires.length > 0 && { requires }),
      ...(sha256 !== undefined && { hashes: { sha256 } }),
    });
  }
  if (lock.unreadable > 0) {
    const message = `${lock.unreadable} of its gems have no version and were left out`;
    layer.problem({ code: 'file.format', message, path: file.path });
  }
}

/** A program in Ruby: that it does not tell without being run what it specifies is no fault of it. */
function readGemspec(layer: LayerContext, file: LayerFile, packages: PackageFacts): void {
  const gem = readTextFile(layer, file, MAX_MANIFEST, literalGemspec);
  if (gem !== undefined) packages.add(file.path, { ...gemRecord(gem), evidence: 'manifest' });
}

function literalGemspec(text: string): Gemspec | undefined {
  try {
    return parseGemspec(text);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
