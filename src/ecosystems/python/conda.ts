import { FormatError } from '../../errors.ts';
import { parseCondaMeta } from '../../formats/python/conda-meta.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_LOCKFILE } from '../../packages/text-file.ts';

const FOLDER = 'conda-meta/';

/** Reads which packages conda installed, of any language: each has a file in the `conda-meta` of its environment. */
export const condaMeta: Analyzer<PackageFact> = {
  name: 'conda-meta',
  version: 1,

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || !file.name.endsWith('.json')) return Appetite.None;
    const start = file.path.length - file.name.length;
    const isThere =
      file.path.endsWith(FOLDER, start) && (start === FOLDER.length || file.path[start - FOLDER.length - 1] === '/');
    if (!isThere) return Appetite.None;
    return file.size > MAX_LOCKFILE ? Appetite.Header : Appetite.Body;
  },

  within: (directory) => directory.endsWith('conda-meta'),

  open(layer: LayerContext): LayerReader<PackageFact> {
    const facts = new PackageFacts(layer);
    const records = new Map<string, PackageRecord>();
    return {
      read({ header, path, content }) {
        if (header.size > MAX_LOCKFILE) {
          const message = `it has ${header.size} bytes, more than are read; the package was left out`;
          layer.problem({ code: 'file.too-large', message, path });
          return;
        }
        try {
          records.set(path, parseCondaMeta(content));
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          records.delete(path);
          layer.problem({ code: 'file.format', message: `${error.message}; the package was left out`, path });
        }
      },

      close() {
        for (const [path, record] of records) facts.add(path, record);
        return facts.close();
      },
    };
  },
};
