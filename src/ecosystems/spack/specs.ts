import { parseSpackSpec } from '../../formats/spack-spec.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, readTextFile, textAppetite } from '../../packages/text-file.ts';

/** Reads which packages Spack installed: each has `.spack/spec.json` in its folder. */
export const spackSpecs: Analyzer<PackageFact> = {
  name: 'spack-specs',
  version: 1,
  names: { exact: ['spec.json'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== 'spec.json' || !file.path.endsWith('/.spack/spec.json'))
      return Appetite.None;
    return textAppetite(file, MAX_LOCKFILE);
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const found = readTextFile(layer, file, MAX_LOCKFILE, parseSpackSpec) ?? [];
        for (const { name, version, arch, isRoot } of found) {
          packages.add(file.path, {
            type: 'spack',
            name,
            version,
            ...(arch !== undefined && { arch }),
            // What it was only built with may be gone; what is there says so itself.
            ...(!isRoot && { evidence: 'lockfile' }),
          });
        }
      },
      close: () => packages.close(),
    };
  },
};
