import type { TarEntry } from '../inside/tar-writer.ts';
import type { RunFile } from './run-profile.ts';

/** Files as members of an archive that is unpacked at the root. Folders that the image has stay as they are. */
export function filesAsTar(files: readonly RunFile[]): readonly TarEntry[] {
  return files.map(({ path, content, mode }) => ({ path: path.replace(/^\/+/, ''), type: 'file', mode, content }));
}
