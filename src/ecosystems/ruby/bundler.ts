import { FormatError } from '../../errors.ts';
import { parseGemfileLock } from '../../formats/ruby/gemfile-lock.ts';
import { type Gemspec, parseGemspec } from '../../formats/ruby/gemspec.ts';
import type { LayerContext } from '../../model/analyzer.ts';
import type { PackageRecord } from '../../model/fact.ts';
import type { LayerFile } from '../../model/file.ts';
import { packageFiles, tellLeftOut } from '../../packages/package-files.ts';
import { MAX_LOCKFILE, MAX_MANIFEST } from '../../packages/text-file.ts';
import { gemRecord, isGemspec, isInstalled } from './specifications.ts';

const lockfiles: readonly string[] = ['Gemfile.lock', 'gems.locked', 'Gemfile.next.lock'];
/** A folder of a gem: what it has of lockfiles is of its developers, and describes nothing of the image. */
const INSTALLED_GEM = /(?:^|\/)gems\/[^/]+-\d[^/]*\//;

/** Reads which gems a project asks for: lockfiles of Bundler, and specifications of gems that are not installed. */
export const bundler = packageFiles({
  name: 'gem-bundler',
  version: 1,
  names: { exact: lockfiles, ends: ['.gemspec'] },
  asked: true,
  where: (file) =>
    isGemspec(file) ? !isInstalled(file) : lockfiles.includes(file.name) && !INSTALLED_GEM.test(file.path),
  maximum: (name) => (lockfiles.includes(name) ? MAX_LOCKFILE : MAX_MANIFEST),
  read(text, file, layer) {
    if (lockfiles.includes(file.header.name)) return lockedGems(text, file, layer);
    // A program in Ruby: that it does not tell without being run what it specifies is no fault of it.
    const gem = literalGemspec(text);
    return gem === undefined ? [] : [{ ...gemRecord(gem), evidence: 'manifest' }];
  },
});

function lockedGems(text: string, file: LayerFile, layer: LayerContext): readonly PackageRecord[] {
  const { gems, unreadable } = parseGemfileLock(text);
  tellLeftOut(layer, file, unreadable, 'gems have no version');
  return gems.map(({ name, version, isHere, requires, sha256 }) => ({
    type: 'gem',
    name,
    version,
    evidence: 'lockfile',
    ...(isHere === true && { application: true }),
    ...(requires.length > 0 && { requires }),
    ...(sha256 !== undefined && { hashes: { sha256 } }),
  }));
}

function literalGemspec(text: string): Gemspec | undefined {
  try {
    return parseGemspec(text);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}
