import { parseAppStream } from '../../formats/appstream.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const endings = ['.metainfo.xml', '.appdata.xml'] as const;

/**
 * Reads which applications Flatpak installed: `flatpak/app/ID/ARCH/BRANCH/COMMIT/export/share/metainfo/ID.metainfo.xml`. The
 * same file stands in `files/share/`, where it is not read again.
 */
export const flatpakMetadata: Analyzer<PackageFact> = {
  name: 'flatpak-metadata',
  version: 1,
  names: { ends: endings },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !endings.some((ending) => file.name.endsWith(ending))) return Appetite.None;
    const { path } = file;
    const isExported = path.includes('/export/share/metainfo/') || path.includes('/export/share/appdata/');
    const isFlatpaks = path.startsWith('flatpak/app/') || path.includes('/flatpak/app/');
    return isExported && isFlatpaks ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const found = readTextFile(layer, file, MAX_MANIFEST, parseAppStream);
        if (found === undefined) return;
        const { id, version, licence } = found;
        packages.add(file.path, {
          type: 'flatpak',
          name: id,
          version,
          ...(licence !== undefined && { licences: [licence] }),
        });
      },
      close: () => packages.close(),
    };
  },
};
