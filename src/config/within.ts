import { lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';

/**
 * Tells whether what is written at a path stays below a folder, wherever links lead. What does not exist yet is where its
 * folder is; a link that leads to nothing leads somewhere else.
 * @param file absolute
 */
export function isWithin(folder: string, file: string): boolean {
  try {
    const relative = path.relative(realpathSync(folder), realPlace(file));
    return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
  } catch {
    return false;
  }
}

/** The real path of a file, or that of the nearest folder above it that exists. */
function realPlace(file: string): string {
  const missing: string[] = [];
  for (let at = file; ; at = path.dirname(at)) {
    try {
      return path.join(realpathSync(at), ...missing);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || isLink(at)) throw error;
      missing.unshift(path.basename(at));
    }
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
