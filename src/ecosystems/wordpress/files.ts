import { parseWordpressHeader, wordpressVersion } from '../../formats/php/wordpress.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact, PackageRecord } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';

/** Where plugins and themes stand, each in a folder of its own, or a plugin that is one file. */
const PLUGINS = /(?:^|\/)wp-content\/(?:mu-)?plugins(?:\/([^/]+))?$/;
const THEMES = /(?:^|\/)wp-content\/themes\/([^/]+)$/;

/** Reads WordPress and its plugins and themes by the first bytes of the files that tell their versions. */
export const wordpressFiles: Analyzer<PackageFact> = {
  name: 'wordpress-files',
  version: 1,
  within: (directory) =>
    directory.includes('wp-') && (isCore(directory) || PLUGINS.test(directory) || THEMES.test(directory)),

  wants({ type, name, path, archive }: FileHeader): Appetite {
    if (type !== 'file' || archive !== undefined) return Appetite.None;
    if (!name.endsWith('.php') && name !== 'style.css') return Appetite.None;
    return recordAt(path, name) === undefined ? Appetite.None : Appetite.Head;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        const text = Buffer.from(file.content).toString('utf8');
        const record = recordAt(file.path, file.path.slice(file.path.lastIndexOf('/') + 1))?.(text);
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
function recordAt(path: string, name: string): ((text: string) => PackageRecord | undefined) | undefined {
  const directory = path.slice(0, Math.max(0, path.length - name.length - 1));
  if (!directory.includes('wp-')) return undefined;
  if (isCore(directory)) return name === 'version.php' ? coreOf : undefined;
  const theme = THEMES.exec(directory)?.[1];
  if (theme !== undefined) return name === 'style.css' ? (text) => partOf('Theme', theme, text) : undefined;
  const plugin = PLUGINS.exec(directory);
  if (plugin === null || !name.endsWith('.php')) return undefined;
  return (text) => partOf('Plugin', plugin[1] ?? name.slice(0, -'.php'.length), text);
}

function coreOf(text: string): PackageRecord | undefined {
  const version = wordpressVersion(text);
  return version === undefined ? undefined : { type: 'generic', name: 'wordpress', version };
}

/** It is named by its folder, which is its name at wordpress.org. */
function partOf(kind: 'Plugin' | 'Theme', folder: string, text: string): PackageRecord | undefined {
  const header = parseWordpressHeader(text, kind);
  if (header === undefined) return undefined;
  const { version = '', licence } = header;
  const type = kind === 'Plugin' ? 'wordpress-plugin' : 'wordpress-theme';
  return { type, name: folder, version, ...(licence !== undefined && { licences: [licence] }) };
}
