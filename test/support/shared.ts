import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../shared');

/** Why a test that needs the reference data was skipped. */
export const sharedAbsent = 'the reference data (../shared beside the checkout) is absent';

/** True when the reference data stands beside the checkout: `it.skipIf(!hasShared)`. */
export const hasShared: boolean = existsSync(path.join(root, 'README.md'));

/** Absolute path of a file or folder of the reference data. */
export function sharedPath(relative: string): string {
  return path.join(root, relative);
}

/** Content of a file of the reference data; `.zst` and `.gz` are decompressed. */
export function readShared(relative: string): Buffer {
  const bytes = readFileSync(sharedPath(relative));
  if (relative.endsWith('.zst')) {
    return zstdDecompressSync(bytes, { params: { [constants.ZSTD_d_windowLogMax]: 27 } });
  }
  return relative.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
