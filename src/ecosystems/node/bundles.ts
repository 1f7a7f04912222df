import { findBundledLibraries } from '../../formats/javascript/bundled-libraries.ts';
import { isLibraryFile, libraryFileBeginnings, libraryOfFile } from '../../formats/javascript/library-file.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';

/** Bytes of a script that are read; of a larger one the rest is said to be unread. */
const MAX_SCRIPT = 8 * 1024 * 1024;

/** What bundlers and minifiers call their work, and the licences that they take out of it. */
const endings = ['.min.js', '.bundle.js', '.chunk.js', '.js.license.txt'] as const;

/**
 * Reads which libraries scripts bring along: `jquery.min.js` in a folder of static files, or a bundle. What is installed in
 * `node_modules` says itself what it is, and is passed over.
 */
export const javascriptBundles: Analyzer<PackageFact> = {
  name: 'javascript-bundles',
  version: 3,
  names: { begins: libraryFileBeginnings, ends: endings },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file' || file.size < 64) return Appetite.None;
    const last = file.name.charCodeAt(file.name.length - 1) | 0x20;
    if (last !== 0x73 && last !== 0x74) return Appetite.None; // .js, .mjs, .txt
    const name = file.name.toLowerCase();
    if (!endings.some((ending) => name.endsWith(ending)) && !isLibraryFile(name)) return Appetite.None;
    const { path } = file;
    return path.includes('node_modules/') || path.includes('share/nodejs/') ? Appetite.None : Appetite.Body;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const { path, content, header } = file;
        if (file.truncated || header.size > MAX_SCRIPT) {
          const message = `it has ${header.size} bytes, more than are looked at for libraries: of the rest nothing is known`;
          layer.problem({ code: 'file.too-large', message, path });
        }
        const text = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, MAX_SCRIPT));
        const { libraries, cut } = findBundledLibraries(text.toString('latin1'));
        for (const { name, version } of libraries) packages.add(path, { type: 'npm', name, version });
        // A name is easily changed: it counts where the script itself does not say it.
        const named = libraryOfFile(file.header.name);
        if (named !== undefined && !libraries.some(({ name }) => name === named.name)) {
          packages.add(path, { type: 'npm', ...named });
        }
        if (cut) {
          const message =
            'it has more comments or versions than are looked at: there may be libraries that are not listed';
          layer.problem({ code: 'layer.limit', message, path });
        }
      },
      close: () => packages.close(),
    };
  },
};
