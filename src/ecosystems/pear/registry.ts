import { FormatError, LimitError } from '../../errors.ts';
import { parsePearRegistry } from '../../formats/php/pear-registry.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, textAppetite } from '../../packages/text-file.ts';

/** The channel whose packages stand in the registry itself; others have a folder in it. */
const DEFAULT_CHANNEL = 'pear.php.net';
const FOLDER = /(?:^|\/)\.registry\/(?:\.channel\.([a-z0-9.-]{1,255})\/)?[^/]+\.reg$/i;

/** Reads which packages the installers of PEAR and PECL have installed. */
export const pearRegistry: Analyzer<PackageFact> = {
  name: 'pear-registry',
  version: 1,
  names: { ends: ['.reg'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !file.name.endsWith('.reg') || !FOLDER.test(file.path)) return Appetite.None;
    return textAppetite(file, MAX_MANIFEST);
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const { path, header, content } = file;
        if (header.size > MAX_MANIFEST || file.truncated) {
          const message = `it has ${header.size} bytes, which is more than is read of such a file; its package is not known`;
          layer.problem({ code: 'file.too-large', message, path });
          return;
        }
        try {
          const { name, version, licence, channel = FOLDER.exec(path)?.[1] } = parsePearRegistry(content);
          packages.add(path, {
            type: 'pear',
            name: `${channel?.toLowerCase() ?? DEFAULT_CHANNEL}/${name}`,
            version,
            ...(licence !== undefined && { licences: [licence] }),
          });
        } catch (error) {
          if (!(error instanceof FormatError || error instanceof LimitError)) throw error;
          layer.problem({ code: 'file.format', message: `${error.message}; its package is not known`, path });
        }
      },
      close: () => packages.close(),
    };
  },
};
