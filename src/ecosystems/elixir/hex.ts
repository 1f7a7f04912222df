import { parseHexMetadata } from '../../formats/erlang/hex-metadata.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { hexRecord } from './records.ts';

const METADATA = 'hex_metadata.config';

/** Reads which packages of Hex mix and rebar3 have unpacked. */
export const hexPackages: Analyzer<PackageFact> = {
  name: 'hex-packages',
  version: 2,
  names: { exact: [METADATA] },

  wants(file: FileHeader): Appetite {
    return file.type === 'file' && file.name === METADATA ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const found = readTextFile(layer, file, MAX_MANIFEST, parseHexMetadata);
        if (found !== undefined) packages.add(file.path, hexRecord(found));
      },
      close: () => packages.close(),
    };
  },
};
