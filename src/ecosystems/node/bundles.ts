import { findBundledLibraries } from '../../formats/javascript/bundled-libraries.ts';
import { isLibraryFile, libraryFileBeginnings, libraryOfFile } from '../../formats/javascript/library-file.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader, type LayerFile } from '../../model/file.ts';
import type { Problem } from '../../model/problem.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { folderEnd, placeOf } from './places.ts';

/** Bytes of a script that are read; of a larger one the rest is said to be unread. */
const MAX_SCRIPT = 8 * 1024 * 1024;

/** What bundlers and minifiers call their work, and the licences that they take out of it. */
const endings = ['.min.js', '.bundle.js', '.chunk.js', '.js.license.txt'] as const;

const MANIFEST = 'package.json';
/** Folders of packages that are kept in mind: scripts in others are listed. */
const MOST_FOLDERS = 300_000;

/**
 * Reads which libraries scripts bring along: `jquery.min.js` in a folder of static files, or a bundle. What is installed in
 * `node_modules` says itself what it is, and is passed over: but only where a package.json of the same layer does say it, and
 * not each script that stands in a folder of that name.
 */
export const javascriptBundles: Analyzer<PackageFact> = {
  name: 'javascript-bundles',
  version: 5,
  names: { exact: [MANIFEST], begins: libraryFileBeginnings, ends: endings },

  wants(file: FileHeader): Appetite {
    if (file.type !== 'file') return Appetite.None;
    const last = file.name.charCodeAt(file.name.length - 1) | 0x20;
    if (last === 0x6e) return isInstalled(file) ? Appetite.Header : Appetite.None;
    if (file.size < 64 || (last !== 0x73 && last !== 0x74)) return Appetite.None; // .js, .mjs, .txt
    const name = file.name.toLowerCase();
    return endings.some((ending) => name.endsWith(ending)) || isLibraryFile(name) ? Appetite.Body : Appetite.None;
  },

  open: (layer) => new BundlesReader(layer),
};

function isInstalled({ name, path }: FileHeader): boolean {
  return name === MANIFEST && placeOf(path) === 'installed';
}

class BundlesReader implements LayerReader<PackageFact> {
  readonly #layer: LayerContext;
  readonly #packages: PackageFacts;
  /** Folders of packages that say themselves what they are; which those are shows only at the end of the layer. */
  readonly #described: Set<string> = new Set();
  readonly #problems: Omit<Problem, 'layer' | 'analyzer'>[] = [];

  constructor(layer: LayerContext) {
    this.#layer = layer;
    this.#packages = new PackageFacts(layer);
  }

  read(file: LayerFile): void {
    if (!isInstalled(file.header)) this.#script(file);
    else if (this.#described.size < MOST_FOLDERS) this.#described.add(file.path.slice(0, -MANIFEST.length - 1));
  }

  close(): readonly PackageFact[] {
    for (const problem of this.#problems) if (!this.#isDescribed(problem.path ?? '')) this.#layer.problem(problem);
    return this.#packages.close().filter(({ path }) => !this.#isDescribed(path));
  }

  #script(file: LayerFile): void {
    this.#packages.begin(file);
    const { path, content, header } = file;
    if (file.truncated || header.size > MAX_SCRIPT) {
      const message = `it has ${header.size} bytes, more than are looked at for libraries: of the rest nothing is known`;
      this.#problems.push({ code: 'file.too-large', message, path });
    }
    const text = Buffer.from(content.buffer, content.byteOffset, Math.min(content.length, MAX_SCRIPT));
    const { libraries, cut } = findBundledLibraries(text.toString('latin1'));
    for (const { name, version } of libraries) this.#packages.add(path, { type: 'npm', name, version });
    // A name is easily changed: it counts where the script itself does not say it.
    const named = libraryOfFile(header.name);
    if (named !== undefined && !libraries.some(({ name }) => name === named.name)) {
      this.#packages.add(path, { type: 'npm', ...named });
    }
    if (cut) {
      const message = 'it has more comments or versions than are looked at: there may be libraries that are not listed';
      this.#problems.push({ code: 'layer.limit', message, path });
    }
  }

  #isDescribed(path: string): boolean {
    const start = folderEnd(path);
    if (start === 0) return false;
    for (let end = path.indexOf('/', start); end > 0; end = path.indexOf('/', end + 1)) {
      if (this.#described.has(path.slice(0, end))) return true;
    }
    return false;
  }
}
