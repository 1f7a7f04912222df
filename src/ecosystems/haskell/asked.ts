import { parseCabalFreeze } from '../../formats/haskell/cabal-freeze.ts';
import { parseStackLock, parseStackYaml } from '../../formats/haskell/stack.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, readTextFile, textAppetite } from '../../packages/text-file.ts';

const PARSERS: ReadonlyMap<string, typeof parseStackLock> = new Map([
  ['cabal.project.freeze', parseCabalFreeze],
  ['stack.yaml', parseStackYaml],
  ['stack.yaml.lock', parseStackLock],
]);

/** Reads which packages of Haskell projects ask for. */
export const haskellAsked: Analyzer<PackageFact> = {
  name: 'haskell-asked',
  version: 1,
  names: { exact: [...PARSERS.keys()] },
  asked: true,

  wants(file: FileHeader): Appetite {
    return file.type === 'file' && PARSERS.has(file.name) ? textAppetite(file, MAX_LOCKFILE) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const parse = PARSERS.get(file.header.name);
        const found = parse === undefined ? [] : (readTextFile(layer, file, MAX_LOCKFILE, parse) ?? []);
        const evidence = file.header.name === 'stack.yaml' ? 'manifest' : 'lockfile';
        for (const { name, version } of found) packages.add(file.path, { type: 'hackage', name, version, evidence });
      },
      close: () => packages.close(),
    };
  },
};
