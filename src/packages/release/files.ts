import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import { releasePaths } from '../../model/distribution.ts';
import type { ReleaseFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { withoutSecrets } from '../../secrets/without-secrets.ts';
import { directoriesOf } from '../directories-of.ts';
import { linkedFiles } from '../linked-files.ts';
import { mayTell } from '../tellable.ts';

/** Bytes that are kept of a release file; real ones have a few hundred. */
const MAX_BYTES = 64 * 1024;

const paths: ReadonlySet<string> = new Set(releasePaths);
const lengths = releasePaths.map((path) => path.length);
const shortest = Math.min(...lengths);
const longest = Math.max(...lengths);

/** Keeps the text of the files by which the distribution of an image is recognised. */
export const releaseFiles: Analyzer<ReleaseFact> = {
  name: 'release-files',
  version: 1,

  wants(file: FileHeader): Appetite {
    const { length } = file.path;
    if (length < shortest || length > longest || file.type !== 'file') return Appetite.None;
    return paths.has(file.path) ? Appetite.Body : Appetite.None;
  },

  within: directoriesOf(paths),

  open(layer: LayerContext): LayerReader<ReleaseFact> {
    const texts = new Map<string, string>();
    return {
      read(file) {
        if (file.content.length > MAX_BYTES) {
          const message = `only the first ${MAX_BYTES} of ${file.header.size} bytes were read`;
          layer.problem({ code: 'file.too-large', message, path: file.path });
        }
        texts.set(file.path, Buffer.from(file.content.subarray(0, MAX_BYTES)).toString('utf8'));
      },

      // Addresses of repositories have passwords. Facts lie in the cache.
      close: () =>
        [...texts].map(([path, text]): ReleaseFact => {
          return { kind: 'release', path, text: mayTell(text) ? withoutSecrets(text, text.length) : text };
        }),
    };
  },

  missing: (view) => linkedFiles(view, releasePaths),
};
