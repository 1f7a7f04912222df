import type { FileHeader } from '../../model/file.ts';

/** How the caches of apt begin on little-endian machines (`DynamicMMap` of apt: signature 0x98FE76DC). */
const MAGIC: readonly number[] = [0xdc, 0x76, 0xfe, 0x98];

/**
 * Whether a file is what apt made of the lists of its sources: names and descriptions of all packages there are, some ten
 * megabytes in each layer that installs any, and nothing of whoever made the image.
 */
export function isPackageLists({ path, archive }: FileHeader, head: Uint8Array): boolean {
  if (archive !== undefined || !/^var\/cache\/apt\/(?:src)?pkgcache\.bin$/.test(path)) return false;
  return MAGIC.every((byte, at) => head[at] === byte);
}
