import { parsePubspec } from '../../formats/dart/pubspec.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';
import { fetchedFolder } from './fetched.ts';

/** Reads which packages stand in the cache of pub, from where programs are run and compiled. */
export const dartPackages: Analyzer<PackageFact> = {
  name: 'dart-packages',
  version: 1,
  names: { exact: ['pubspec.yaml'] },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.name !== 'pubspec.yaml') return Appetite.None;
    const folder = fetchedFolder(file.path);
    const isOfPackage = folder !== undefined && file.path.length === folder.length + '/pubspec.yaml'.length;
    return isOfPackage ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const found = readTextFile(layer, file, MAX_MANIFEST, parsePubspec);
        if (found === undefined) return;
        const requires = found.wanted.filter(({ development }) => !development).map(({ name }) => name);
        packages.add(file.path, {
          type: 'pub',
          name: found.name,
          version: found.version,
          ...(requires.length > 0 && { requires }),
        });
      },
      close: () => packages.close(),
    };
  },
};
