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
  version: 2,
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
        const { tools, more } = readTextFile(layer, file, MAX_MANIFEST, parseMiseToml) ?? { tools: [], more: 0 };
        for (const tool of tools) packages.add(file.path, { type: 'mise', ...tool, evidence: 'manifest' });
        if (more > 0) {
          const message = `it asks for ${more} tools beyond the first ${tools.length}, which were left out`;
          layer.problem({ code: 'layer.limit', message, path: file.path });
        }
      },
      close: () => packages.close(),
    };
  },
};
