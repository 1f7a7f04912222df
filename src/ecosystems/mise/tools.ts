import { parseMiseToml } from '../../formats/mise-toml.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const names = ['mise.toml', '.mise.toml'] as const;

/** Reads which tools projects ask mise for. */
export const miseTools: Analyzer<PackageFact> = {
  name: 'mise-tools',
  version: 1,
  names: { exact: [...names, 'config.toml'] },
  asked: true,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !file.name.endsWith('.toml')) return Appetite.None;
    const isWanted = names.some((name) => name === file.name) || file.path.endsWith('/mise/config.toml');
    return isWanted ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        for (const tool of readTextFile(layer, file, MAX_MANIFEST, parseMiseToml) ?? []) {
          packages.add(file.path, { type: 'mise', ...tool, evidence: 'manifest' });
        }
      },
      close: () => packages.close(),
    };
  },
};
