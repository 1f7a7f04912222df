import { parseRuntimeRelease } from '../../formats/java/runtime-release.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';

/** The list of modules is the longest line of it. */
const MAX_BYTES = 64 * 1024;

/** Reads which Java runtimes there are: a JDK or a JRE has a file `release` in its folder. */
export const javaRuntimes: Analyzer<PackageFact> = {
  name: 'java-runtimes',
  version: 1,

  names: { exact: ['release'] },

  wants(file: FileHeader): Appetite {
    if (file.name.length !== 7 || file.type !== 'file' || file.name !== 'release') return Appetite.None;
    return file.size > MAX_BYTES || file.archive !== undefined ? Appetite.None : Appetite.Body;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const facts = new PackageFacts(layer);
    return {
      read(file) {
        facts.begin(file);
        const runtime = parseRuntimeRelease(file.content);
        if (runtime !== undefined) facts.add(file.path, { type: 'generic', ...runtime });
      },
      close: () => facts.close(),
    };
  },
};
