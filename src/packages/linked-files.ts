import type { MissingFile } from '../model/analyzer.ts';
import type { FileView } from '../model/view.ts';

/**
 * Files that the merged view shows at well-known paths, but that no layer holds under those: they stand behind
 * symbolic or hard links, of the file itself or of a directory above it, perhaps in another layer.
 *
 * @param paths All well-known paths of the analyzer. What a link leads to is not read again where it is one of these, and in
 *   sight: what was read under a path that is hidden is gone with it.
 */
export function linkedFiles(view: FileView, paths: readonly string[]): readonly MissingFile[] {
  const missing: MissingFile[] = [];
  for (const path of paths) {
    const resolution = view.resolve(path);
    if (!resolution.found) continue;
    const { layer, header } = resolution.file;
    // The header tells where the bytes stand: for a hard link that is the path it shares them with.
    if (header.type !== 'file' || header.path === path) continue;
    if (paths.includes(header.path) && view.hiddenBy(layer, header.path) === undefined) continue;
    missing.push({ layer, header, as: path });
  }
  return missing;
}

/**
 * The same for all files of a directory that is read whole: those whose name is wanted and that no layer holds as
 * `directory/name`.
 */
export function linkedFilesBelow(
  view: FileView,
  directory: string,
  isWanted: (name: string) => boolean,
): readonly MissingFile[] {
  const missing: MissingFile[] = [];
  for (const { path, header } of view.list(directory)) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!isWanted(name) || (header.type === 'file' && header.path === `${directory}/${name}`)) continue;
    missing.push(...linkedFiles(view, [`${directory}/${name}`]));
  }
  return missing;
}
