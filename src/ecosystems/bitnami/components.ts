import { type BitnamiComponent, parseBitnamiComponents, parseBitnamiSpdx } from '../../formats/bitnami.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const LIST = '.bitnami_components.json';

/** Reads which components images of Bitnami have: each has a bill of materials in its folder. */
export const bitnamiComponents: Analyzer<PackageFact> = {
  name: 'bitnami-components',
  version: 1,
  names: { ends: ['.spdx'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !file.name.endsWith('.spdx') || !file.name.startsWith('.spdx-')) return Appetite.None;
    return /(?:^|\/)bitnami\//.test(file.path) ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open: (layer) => reader(layer, parseBitnamiSpdx, {}),
};

/** Reads the list of what an image was made of, which older images have alone. */
export const bitnamiList: Analyzer<PackageFact> = {
  name: 'bitnami-list',
  version: 1,
  names: { exact: [LIST] },
  asked: true,

  wants: (file: FileHeader): Appetite =>
    file.type === 'file' && file.name === LIST ? textAppetite(file, MAX_MANIFEST) : Appetite.None,

  open: (layer) => reader(layer, parseBitnamiComponents, { evidence: 'lockfile' }),
};

function reader(
  layer: LayerContext,
  parse: (text: string) => readonly BitnamiComponent[],
  evidence: Pick<PackageRecord, 'evidence'>,
): LayerReader<PackageFact> {
  const packages = new PackageFacts(layer);
  return {
    read(file) {
      packages.begin(file);
      for (const { name, version, arch, licence } of readTextFile(layer, file, MAX_MANIFEST, parse) ?? []) {
        packages.add(file.path, {
          type: 'bitnami',
          name,
          version,
          ...evidence,
          ...(arch !== undefined && { arch }),
          ...(licence !== undefined && { licences: [licence] }),
        });
      }
    },
    close: () => packages.close(),
  };
}
