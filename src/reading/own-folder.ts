import { lstatSync, readdirSync, type Stats } from 'node:fs';

/**
 * Why files in a folder are not to be believed, nor to be removed as ours: it is a link, or somebody else's, or somebody
 * else may write to it. Undefined where they are, and where there is no such folder.
 */
export function whyNotOwn(folder: string): string | undefined {
  const stats = statsOf(folder);
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return 'it is a link';
  if (!stats.isDirectory()) return 'it is no folder';
  if (stats.uid !== process.getuid?.()) return 'it belongs to another user';
  return (stats.mode & 0o022) === 0 ? undefined : 'others may write to it';
}

/** Nothing where there is nothing, and where nothing can be. Links are not followed. */
export function statsOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Names of what is in a folder; none where it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
