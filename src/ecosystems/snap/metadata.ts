import { parseSnapYaml } from '../../formats/snap-yaml.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

/**
 * Reads which snaps are unpacked in an image: each has its description in `snap/NAME/REVISION/meta/`. Where the image is itself
 * a snap, it stands at the root.
 */
export const snapMetadata: Analyzer<PackageFact> = {
  name: 'snap-metadata',
  version: 2,
  names: { exact: ['snap.yaml'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== 'snap.yaml') return Appetite.None;
    return file.path === 'meta/snap.yaml' || /(?:^|\/)snap\/[^/]+\/[^/]+\/meta\/snap\.yaml$/.test(file.path)
      ? textAppetite(file, MAX_MANIFEST)
      : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const found = readTextFile(layer, file, MAX_MANIFEST, parseSnapYaml);
        if (found === undefined) return;
        const { name, version, arch, licence } = found;
        packages.add(file.path, {
          type: 'snap',
          name,
          version,
          ...(arch !== undefined && { arch }),
          ...(licence !== undefined && { licences: [licence] }),
        });
      },
      close: () => packages.close(),
    };
  },
};
