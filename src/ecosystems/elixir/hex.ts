import { type HexPackage, parseHexMetadata } from '../../formats/erlang/hex-metadata.ts';
import { type GleamPackage, parseGleamPackages } from '../../formats/gleam/gleam-toml.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { hexRecord } from './records.ts';

const METADATA = 'hex_metadata.config';
const PACKAGES = 'packages.toml';

/** Reads which packages of Hex mix, rebar3 and Gleam have unpacked. */
export const hexPackages: Analyzer<PackageFact> = {
  name: 'hex-packages',
  version: 1,
  names: { exact: [METADATA, PACKAGES] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const isWanted =
      file.name === METADATA || (file.name === PACKAGES && /(?:^|\/)build\/packages\/packages\.toml$/.test(file.path));
    return isWanted ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        for (const one of packagesOf(layer, file)) packages.add(file.path, hexRecord(one));
      },
      close: () => packages.close(),
    };
  },
};

function packagesOf(layer: LayerContext, file: LayerFile): readonly (HexPackage | GleamPackage)[] {
  if (file.header.name === PACKAGES) return readTextFile(layer, file, MAX_MANIFEST, parseGleamPackages) ?? [];
  const found = readTextFile(layer, file, MAX_MANIFEST, parseHexMetadata);
  return found === undefined ? [] : [found];
}
