import { useOf } from '../secrets/surroundings.ts';

/** What packages of any language bring: texts, pages, libraries. */
const common = 'md markdown txt rst js css html map json svg so dll wasm node'.split(' ');

/** What files of a package are called, by its type. What else lies there is looked at: whoever put it there is not known. */
const extensions: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    composer: ['php', 'twig', 'xlf'],
    gem: ['rb', 'rake', 'erb', 'c', 'h'],
    npm: ['mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx', 'scss', 'less', 'flow'],
    pypi: ['py', 'pyi', 'pyx', 'pxd', 'pyc', 'c', 'h', 'po', 'mo'],
  }).map(([type, own]) => [type, new Set([...common, ...own])]),
);

/**
 * Whether a registry published a file with a package: it is of the package's own language. Settings of one installation
 * (`.env`, `.npmrc`), keys and scripts of other languages are nobody's, wherever they lie.
 * @param type of the package that the file came with
 */
export function isPublished(type: string, name: string, pathOf: () => string): boolean {
  const dot = name.lastIndexOf('.');
  if (dot <= 0 || extensions.get(type)?.has(name.slice(dot + 1).toLowerCase()) !== true) return false;
  return useOf(pathOf()) !== 'own';
}
