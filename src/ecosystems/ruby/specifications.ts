import { type Gemspec, parseGemspec } from '../../formats/ruby/gemspec.ts';
import type { FileHeader } from '../../model/file.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_MANIFEST } from '../../packages/text-file.ts';

/** What stands in front of the name of a file in which RubyGems says that a gem is installed. */
const folders = ['specifications/', 'specifications/default/'] as const;

/** Reads which gems RubyGems and Bundler have installed: one file a gem. */
export const gemSpecifications = packageFiles({
  name: 'gem-specifications',
  version: 1,
  names: { ends: ['.gemspec'] },
  where: (file) => isGemspec(file) && isInstalled(file),
  maximum: MAX_MANIFEST,
  read(text, { path }, layer) {
    const gem = parseGemspec(text);
    const message = problemOf(gem);
    if (message !== undefined) layer.problem({ code: 'file.format', message, path });
    return [gemRecord(gem)];
  },
});

function problemOf({ name, version, complete }: Gemspec): string | undefined {
  if (!complete) return `the specification of ${name} is not whole: what could be read of it was used`;
  return version === undefined
    ? `the version of ${name} is made by Ruby, which is not run: it is not known`
    : undefined;
}

/** Tells whether a file is a gem specification, by its name. */
export function isGemspec(file: FileHeader): boolean {
  const { name } = file;
  if (name.charCodeAt(name.length - 1) !== 0x63 || file.type !== 'file') return false;
  return name.length > '.gemspec'.length && name.endsWith('.gemspec');
}

/** Tells whether a gem specification stands where it means that the gem is installed. */
export function isInstalled({ path, name }: FileHeader): boolean {
  const end = path.length - name.length;
  return folders.some((folder) => endsAt(path, folder, end)) || isBundlerCheckout(path, end);
}

/** `bundler/gems/NAME-REVISION/NAME.gemspec`: Bundler keeps there what it got from a repository. */
function isBundlerCheckout(path: string, end: number): boolean {
  const parent = path.lastIndexOf('/', end - 2) + 1;
  return parent > 0 && endsAt(path, 'bundler/gems/', parent);
}

/** Whether the first `end` characters of a path end with whole folders. */
function endsAt(path: string, folders: string, end: number): boolean {
  const start = end - folders.length;
  return start >= 0 && path.startsWith(folders, start) && (start === 0 || path[start - 1] === '/');
}

/** The record of a gem that is installed. */
export function gemRecord({ name, version = '', licences, requires }: Gemspec) {
  return {
    type: 'gem',
    name,
    version,
    ...(licences.length > 0 && { licences }),
    ...(requires.length > 0 && { requires }),
  };
}
