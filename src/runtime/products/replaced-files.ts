import type { FileChange } from '../../net/container-engine/container-state.ts';
import type { ReplacedFiles } from '../package-places.ts';
import type { TouchedFiles } from './touched-files.ts';

/** Files that an engine says are not those of the image. It says the same of one of which only the owner changed. */
export function writtenFiles(changes: readonly FileChange[]): Set<string> {
  return new Set(changes.flatMap(({ path, change }) => (change === 'removed' ? [] : [path])));
}

/**
 * What a run wrote: as its calls tell, and, for what they do not (who traced was not there from the start, or somebody else
 * wrote), as the engine tells.
 */
export function replacedFiles(changes: readonly FileChange[], touched?: TouchedFiles): ReplacedFiles {
  const written = writtenFiles(changes);
  if (touched === undefined) return { files: written, trees: new Set() };
  const { files, trees } = touched.replaced;
  const untold = [...written].filter((path) => !touched.attributes.has(path));
  return { files: new Set([...files, ...untold]), trees };
}
