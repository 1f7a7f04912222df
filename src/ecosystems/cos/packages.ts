import { parseCosPackages } from '../../formats/cos-packages.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { directoriesOf } from '../../packages/directories-of.ts';
import { linkedFiles } from '../../packages/linked-files.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE, readTextFile, textAppetite } from '../../packages/text-file.ts';

const LIST = 'etc/cos-package-info.json';

/** Reads which packages Container-Optimized OS says it is made of. */
export const cosPackages: Analyzer<PackageFact> = {
  name: 'cos-packages',
  version: 1,

  wants(file: FileHeader): Appetite {
    return file.path === LIST && file.type === 'file' ? textAppetite(file, MAX_LOCKFILE) : Appetite.None;
  },

  within: directoriesOf([LIST]),

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const list = readTextFile(layer, file, MAX_LOCKFILE, parseCosPackages);
        if (list === undefined) return;
        for (const { name, version } of list.packages) packages.add(file.path, { type: 'cos', name, version });
        if (list.passedOver > 0) {
          const message = `${list.passedOver} entries of it have no name or no version, and were left out`;
          layer.problem({ code: 'file.format', message, path: file.path });
        }
      },
      close: () => packages.close(),
    };
  },

  missing: (view) => linkedFiles(view, [LIST]),
};
