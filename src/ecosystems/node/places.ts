/** Folders of packages that Debian's Node.js looks into, beside every `node_modules`. */
const debianFolders = ['usr/share/nodejs/', 'usr/lib/nodejs/'] as const;
const FOLDER = '/node_modules/';
const STORE = '.store/';
const SUFFIX = '/package.json'.length;

/**
 * What the place of a package.json says: that a package is installed there, that it stands deep in an installed one
 * (`inner`), that it is of a program (`own`), or that nobody would look for a package there (`none`).
 */
export type Place = 'installed' | 'inner' | 'own' | 'none';

/** Position behind the last `node_modules/` of a path, or behind a folder of Debian; 0 where there is none. */
export function folderEnd(path: string): number {
  const at = path.lastIndexOf(FOLDER);
  if (at >= 0) return at + FOLDER.length;
  if (path.startsWith('node_modules/')) return FOLDER.length - 1;
  for (const folder of debianFolders) if (path.startsWith(folder)) return folder.length;
  return 0;
}

/** @param path of a file that is called package.json. Hot: nothing is allocated. */
export function placeOf(path: string): Place {
  const start = folderEnd(path);
  if (start === 0) return 'own';
  const end = path.length - SUFFIX;
  if (end <= start) return 'none';
  const slash = path.indexOf('/', start);
  const first = path.charCodeAt(start);
  if (first === 0x40) {
    if (slash === end) return 'none'; // a scope is no package
    return path.indexOf('/', slash + 1) === end ? 'installed' : 'inner';
  }
  // No package has a name like that: caches, what npm left behind of an update, and folders that pnpm and Yarn link into.
  if (first === 0x2e)
    return path.startsWith(STORE, start) && isStored(path, start + STORE.length, end) ? 'installed' : 'none';
  return slash === end ? 'installed' : 'inner';
}

/** `SLUG` or `SLUG/package`, as Yarn has it (`nodeLinker: pnpm`). */
function isStored(path: string, start: number, end: number): boolean {
  const slash = path.indexOf('/', start);
  return slash === end || (slash > 0 && end - slash === '/package'.length && path.startsWith('/package/', slash));
}

/** Names of folders in which packages have things to try themselves with. */
const trials = new Set(
  'test tests __tests__ fixture fixtures __fixtures__ testdata spec specs example examples demo demos template templates'.split(
    ' ',
  ),
);

/**
 * Whether a package that stands deep in another one is a copy that its publisher put there for use: its folder has its
 * name (`next/dist/compiled/@babel/runtime`), and is nothing to try the other one with.
 */
export function isVendored(path: string, name: string): boolean {
  const folder = path.slice(folderEnd(path), path.length - SUFFIX);
  if (!folder.endsWith(`/${name}`)) return false;
  const between = folder.slice(0, folder.length - name.length - 1).split('/');
  return !between.some((part) => trials.has(part));
}

/** Whether a path leads through a folder of installed packages. */
export function isInPackages(path: string): boolean {
  return folderEnd(path) > 0;
}
