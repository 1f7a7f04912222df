import { HEADER_BYTES, parseWordpressHeader, wordpressVersion } from '../../formats/php/wordpress.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';

/** Where plugins and themes stand, each in a folder of its own, or a plugin that is one file. */
const PLUGINS = /(?:^|\/)wp-content\/(?:mu-)?plugins(?:\/([^/]+))?$/;
const THEMES = /(?:^|\/)wp-content\/themes\/([^/]+)$/;

/** Reads WordPress and its plugins and themes by the files that tell their versions: headers as far as WordPress reads them. */
export const wordpressFiles: Analyzer<PackageFact> = {
  name: 'wordpress-files',
  version: 2,
  within: (directory) =>
    directory.includes('wp-') && (isCore(directory) || PLUGINS.test(directory) || THEMES.test(directory)),

  wants({ type, name, path, archive }: FileHeader): Appetite {
    if (type !== 'file' || archive !== undefined) return Appetite.None;
    if (!name.endsWith('.php') && name !== 'style.css') return Appetite.None;
    return recordAt(path, name) === undefined ? Appetite.None : Appetite.Body;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const record = recordAt(file.path, file.path.slice(file.path.lastIndexOf('/') + 1))?.(file.content);
        if (record !== undefined) packages.add(file.path, record);
      },
      close: () => packages.close(),
    };
  },
};

function isCore(directory: string): boolean {
  return directory === 'wp-includes' || directory.endsWith('/wp-includes');
}

/** How a file at a place is read; undefined for one that tells nothing. */
function recordAt(path: string, name: string): ((content: Uint8Array) => PackageRecord | undefined) | undefined {
  const directory = path.slice(0, Math.max(0, path.length - name.length - 1));
  if (!directory.includes('wp-')) return undefined;
  if (isCore(directory)) return name === 'version.php' ? coreOf : undefined;
  const theme = THEMES.exec(directory)?.[1];
  if (theme !== undefined) return name === 'style.css' ? (content) => partOf('Theme', theme, content) : undefined;
  const plugin = PLUGINS.exec(directory);
  if (plugin === null || !name.endsWith('.php')) return undefined;
  return (content) => partOf('Plugin', plugin[1] ?? name.slice(0, -'.php'.length), content);
}

/** WordPress runs the file that tells its own version: all of it counts. */
function coreOf(content: Uint8Array): PackageRecord | undefined {
  const version = wordpressVersion(Buffer.from(content).toString('utf8'));
  return version === undefined ? undefined : { type: 'generic', name: 'wordpress', version };
}

/** It is named by its folder, which is its name at wordpress.org. */
function partOf(kind: 'Plugin' | 'Theme', folder: string, content: Uint8Array): PackageRecord | undefined {
  const header = parseWordpressHeader(Buffer.from(content.subarray(0, HEADER_BYTES)).toString('utf8'), kind);
  if (header === undefined) return undefined;
  const { version = '', licence } = header;
  const type = kind === 'Plugin' ? 'wordpress-plugin' : 'wordpress-theme';
  return { type, name: folder, version, ...(licence !== undefined && { licences: [licence] }) };
}
