import type { ByteSource } from '../model/bytes.ts';
import type { Problem } from '../model/problem.ts';
import type { LayerContent } from './content.ts';

/** The files that make up an image, by name: the members of an archive, or the files of a folder. */
export interface BlobStore {
  get(name: string): ByteSource | undefined;
  has(name: string): boolean;
  /** A layer whose bytes the store does not hold, where it knows of such. */
  layer?(name: string): LayerContent | undefined;
  /** What its people call it, and why a layer may be absent; `the layout` where nothing is said. */
  readonly where?: string;
  /** What was wrong with the container of the files itself. */
  readonly problems: readonly Problem[];
}

/** By these a root file system is told, whatever lies beside them. */
export const rootMarks: ReadonlySet<string> = new Set([
  'etc/passwd',
  'etc/os-release',
  'usr/lib/os-release',
  'var/lib/dpkg/status',
  'lib/apk/db/installed',
]);

/** True where the files are those of a root file system, whatever else lies among them. */
export function looksLikeRoot(store: BlobStore): boolean {
  return [...rootMarks].some((name) => store.has(name));
}
